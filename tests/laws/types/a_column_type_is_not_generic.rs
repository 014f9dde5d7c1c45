//@ max-lines: 15
use orm_core::prelude::*;

#[derive(ColumnType, Debug, Clone)]
struct Id<T>(T); //~ ERROR a column type cannot be generic: a column has one type

fn main() {}
