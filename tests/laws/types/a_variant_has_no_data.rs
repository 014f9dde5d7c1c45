//@ max-lines: 15
use orm_core::prelude::*;

#[derive(ColumnType, Debug, Clone)]
enum Contact {
    None,
    Mail(String), //~ ERROR a variant with data is no value of one column
}

#[derive(Model, Debug)]
struct Person {
    id: i64,
    contact: Contact,
}

fn main() {}
