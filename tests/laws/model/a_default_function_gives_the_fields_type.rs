use orm_core::prelude::*;

fn number() -> i32 {
    5
}

#[derive(Model)]
struct Customer {
    id: i64,
    #[model(default_with = number)] //~ ERROR cannot be set to `i32`
    name: String,
}

fn main() {}
