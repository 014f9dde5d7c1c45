use orm_core::prelude::*;

#[derive(Model)]
#[model(shard_key = customer_id)]
struct Order {
    id: i64,
    customer_id: i64,
}

#[derive(Model)]
#[model(shard_key = order_id)]
struct Item {
    id: i64,
    #[model(belongs_to = Order)] //~ ERROR the parent is sharded by another column
    order_id: i64,
}

fn main() {}
