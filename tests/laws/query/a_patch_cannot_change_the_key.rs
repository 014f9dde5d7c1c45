use orm_core::prelude::*;

#[derive(Model)]
struct Customer {
    #[model(generated)]
    id: i64,
    name: String,
    age: Option<i32>,
}

fn main() {
    let _ = Customer::patch(1).id(2);
    //~^ ERROR a patch cannot change the key: it says which row is meant
}
