//@ max-lines: 15
use orm_core::prelude::*;

const BASE: isize = 40_000;

#[derive(ColumnType, Debug, Clone)]
#[column(integer = i16)]
enum Level {
    Low = 0,
    High = BASE + 1, //~ ERROR a discriminant does not fit into `i16`; `integer = i64` is wider
}

fn main() {
    let _ = (Level::Low, Level::High);
}
