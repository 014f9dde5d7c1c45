use orm_core::prelude::*;

#[derive(Model)]
enum Customer { //~ ERROR a model is a struct with named fields, one a column
    Private,
    Company,
}

fn main() {}
