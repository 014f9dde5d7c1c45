use orm_core::prelude::*;

#[derive(Model)]
#[model(shard_key = id)]
//~^ ERROR the database generates `id` during the insert, and the shard key must be known before
struct Customer {
    #[model(generated)]
    id: i64,
}

fn main() {}
