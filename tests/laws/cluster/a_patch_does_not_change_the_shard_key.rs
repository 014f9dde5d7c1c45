//! A patch does not change the shard key.

use orm_core::prelude::*;

#[derive(Model, Debug)]
#[model(table = "customers", shard_key = id)]
struct Customer {
    #[model(generated = time_id)]
    id: i64,
    name: String,
}

#[derive(Model, Debug)]
#[model(table = "orders", shard_key = customer_id)]
struct Order {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Customer)]
    customer_id: i64,
    total: i64,
}

fn main() {
    let _ = Order::patch(1).customer_id(5); //~ ERROR a patch cannot change the shard key
}
