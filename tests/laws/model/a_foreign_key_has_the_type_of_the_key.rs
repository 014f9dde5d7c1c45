use orm_core::prelude::*;

#[derive(Model)]
struct Customer {
    id: i64,
}

#[derive(Model)]
struct Order {
    id: i64,
    #[model(belongs_to = Customer)]
    //~^ ERROR the foreign key and the key that it refers to have different types
    customer_id: i32,
}

fn main() {}
