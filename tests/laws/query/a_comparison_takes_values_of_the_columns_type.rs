use orm_core::prelude::*;

#[derive(Model)]
struct Customer {
    #[model(generated)]
    id: i64,
    name: String,
    age: Option<i32>,
}

fn main() {
    let _ = customers::id.gt("seven");
    //~^ ERROR cannot be compared with a column of the SQL type `
}
