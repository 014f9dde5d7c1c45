use orm_core::prelude::*;

#[derive(Model)]
struct Customer {
    id: i64,
    name: String,
}

#[derive(PartialModel)]
#[model(of = customers)]
struct Label {
    name: i32, //~ ERROR expected `Text`, found `Integer`
}

fn main() {}
