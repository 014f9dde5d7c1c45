use orm_core::prelude::*;

#[derive(Model)]
#[model(shard_key = customer_id)]
struct Order {
    #[model(generated)]
    id: i64,
    customer_id: i64,
}

fn main() {
    let _ = Order::patch(1).customer_id(2);
    //~^ ERROR a patch cannot change the shard key: the row would belong on another shard
}
