//@ max-lines: 15
use orm_core::prelude::*;

#[derive(ColumnType, Debug, Clone)]
struct Place(f64, f64); //~ ERROR a column type is a struct of one field without a name

#[derive(Model, Debug)]
struct Shop {
    id: i64,
    place: Place,
}

fn main() {}
