use orm_core::prelude::*;

#[derive(Model)]
struct Account {
    id: i64,
    #[model(version)]
    version: String, //~ ERROR a version is a whole number
}

fn main() {}
