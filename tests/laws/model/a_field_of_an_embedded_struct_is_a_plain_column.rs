use orm_core::prelude::*;

#[derive(Embedded, Clone)]
struct Address {
    #[model(unique)] //~ ERROR a field of an embedded struct is not `unique`
    street: String,
}

fn main() {}
