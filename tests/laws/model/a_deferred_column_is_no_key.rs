use orm_core::prelude::*;

#[derive(Model)]
struct Document {
    id: Deferred<i64>, //~ ERROR `id` is part of the key, which every row is read with
}

fn main() {}
