//! A field of a type that is no column is said at the type, with what to write.
//!
//! The same is said once more at the derive, by an impl of Diesel's whose bounds
//! cannot be delayed.
//@ errors: 2
//@ max-lines: 60

use orm_core::prelude::*;

#[derive(Debug, Clone, PartialEq)]
struct Address {
    street: String,
}

#[derive(Model, Debug)] //~ ERROR `Address` cannot be a column
#[model(table = "customers")]
struct Customer {
    id: i64,
    home: Address, //~ ERROR impl ColumnType for Address
}

fn main() {
    let _ = Address { street: String::new() }.street;
}
