use orm_core::prelude::*;

#[derive(Model)]
#[model(has_many(orders: Order))] //~ ERROR the relation `orders` has the name of a field
struct Customer {
    id: i64,
    orders: i32,
}

#[derive(Model)]
struct Order {
    id: i64,
    #[model(belongs_to = Customer)]
    customer_id: i64,
}

fn main() {}
