use orm_core::prelude::*;

#[derive(Model)]
struct Customer {
    #[model(generated)]
    id: i64,
    name: String,
    age: Option<i32>,
}

fn main() {
    let _ = customers::id.eq_any(["seven"]);
    //~^ ERROR `eq_any` cannot take `[&str; 1]` for the SQL type `
}
