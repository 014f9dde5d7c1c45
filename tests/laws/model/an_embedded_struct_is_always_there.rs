//@ errors: 2
use orm_core::prelude::*;

#[derive(Embedded, Debug, Clone)]
struct Address {
    city: String,
}

#[derive(Model)]
struct Customer {
    id: i64,
    #[model(embedded)]
    home: Option<Address>, //~ ERROR an embedded struct is read as a whole and always there
    #[model(embedded)]
    work: Deferred<Address>, //~ ERROR an embedded struct is read as a whole and always there
}

fn main() {}
