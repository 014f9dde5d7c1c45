use orm_core::prelude::*;

#[derive(Model)]
struct Customer {
    id: i64,
    #[model(generated)] //~ ERROR only a key column can be generated
    number: i64,
}

fn main() {}
