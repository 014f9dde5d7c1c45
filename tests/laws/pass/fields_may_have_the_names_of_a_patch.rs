//! Their setters have a `_` behind the name.
#![deny(warnings)]
#![allow(dead_code)]

use orm_core::prelude::*;

#[derive(Embedded, Debug, Clone, PartialEq)]
struct Address {
    city: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Customer {
    id: i64,
    set: i32,
    expect_version: i32,
    is_empty: i32,
    #[model(embedded)]
    home: Address,
    #[model(version)]
    version: i32,
}

fn main() {
    let patch = Customer::patch(1).set_(2).expect_version_(3).is_empty_(4);
    let patch = patch.set(customers::home.city, "Ghent").expect_version(5);
    assert!(!patch.is_empty());
}
