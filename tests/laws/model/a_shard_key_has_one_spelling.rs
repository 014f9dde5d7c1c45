use orm_core::prelude::*;

#[derive(Model)]
#[model(shard_key = price)]
struct Customer {
    id: i64,
    price: f64, //~ ERROR a shard key is an integer, a text, an enum, a UUID, bytes, a bool or a date
}

fn main() {}
