use orm_core::prelude::*;

#[derive(Model)]
#[model(shard_key = id)]
struct Customer {
    #[model(generated = time_id)]
    id: i64,
    #[model(unique)] //~ ERROR write `unique(per_shard)`, or a unique over the shard key too
    email: String,
}

fn main() {}
