use orm_core::prelude::*;

#[derive(PartialModel)]
struct Label { //~ ERROR say whose columns these are: `#[model(of = customers)]`
    id: i64,
}

fn main() {}
