use orm_core::prelude::*;

#[derive(Model)]
#[model(shard_key = id)]
struct Customer {
    id: i64,
}

#[derive(Model)]
#[model(shard_key = customer, colocated_with = Customer)]
//~^ ERROR the shard key has another type than the parent's
struct Note {
    id: i64,
    customer: i32,
}

fn main() {}
