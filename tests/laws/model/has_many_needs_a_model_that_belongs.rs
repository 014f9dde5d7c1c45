use orm_core::prelude::*;

#[derive(Model)]
#[model(has_many(orders: Order))]
//~^ ERROR have no foreign key between them
struct Customer {
    id: i64,
}

#[derive(Model)]
struct Order {
    id: i64,
    customer_id: i64,
}

fn main() {}
