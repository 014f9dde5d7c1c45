use orm_core::prelude::*;

#[derive(Model)]
#[model(shard = broadcast)]
struct Country {
    #[model(generated)] //~ ERROR each shard would make a key of its own for the same row
    id: i64,
    name: String,
}

fn main() {}
