//@ errors: 2
use orm_core::prelude::*;

#[derive(Embedded, Debug, Clone)]
struct Address {
    street: String,
}

#[derive(Model)]
struct Customer {
    id: i64,
    home_street: String,
    #[model(embedded)]
    home: Address, //~ ERROR two fields have the column `home_street`
}

#[derive(Model)]
struct Parcel {
    id: i64,
    #[model(embedded(prefix = ""))]
    from: Address,
    #[model(embedded(prefix = ""))]
    to: Address, //~ ERROR two fields have the column `street`
}

fn main() {}
