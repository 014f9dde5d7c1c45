//@ max-lines: 15
use orm_core::prelude::*;

#[derive(ColumnType, Debug, Clone)]
#[column(integer = i16)]
enum Level {
    Low = 0,
    High = 40_000, //~ ERROR 40000 does not fit into `i16`; `integer = i64` is wider
}

fn main() {
    let _ = (Level::Low, Level::High);
}
