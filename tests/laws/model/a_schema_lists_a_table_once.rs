use orm_core::prelude::*;

#[derive(Model)]
struct Customer {
    id: i64,
}

fn main() {
    let _ = schema![Customer, Customer]; //~ ERROR two models use the same table name
}
