//@ errors: 1
//@ max-lines: 15
use orm_core::prelude::*;

#[derive(Model)]
struct Customer {
    #[model(generated)]
    id: i64,
    name: String,
    age: Option<i32>,
}

fn main() {
    let _ = Customer::query().filter(customers::name.eq(7));
    //~^ ERROR cannot be compared with this column
    //~^^ ERROR give a value of the column's own Rust type
}
