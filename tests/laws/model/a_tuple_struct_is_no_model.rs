use orm_core::prelude::*;

#[derive(Model)]
struct Customer(i64, String); //~ ERROR a model needs named fields, one a column

fn main() {}
