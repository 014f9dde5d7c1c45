use orm_core::prelude::*;

#[derive(Debug, Clone, PartialEq)]
struct Address {
    street: String,
}

#[derive(Model, Debug)]
#[model(table = "customers")]
struct Customer {
    id: i64,
    home: Address, //~ ERROR `Address` cannot be a column
}

fn main() {
    let _ = Address { street: String::new() }.street;
}
