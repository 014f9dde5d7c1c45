use orm_core::prelude::*;

#[derive(Model)]
#[model(serde(rename_all = "camel"))] //~ ERROR a style is one of `camelCase`
struct Customer {
    id: i64,
}

fn main() {}
