use orm_core::prelude::*;

#[derive(Model)]
struct Customer<T> { //~ ERROR a model cannot be generic: each model is one table
    id: i64,
    note: T,
}

fn main() {}
