//@ max-lines: 15
use orm_core::prelude::*;

#[derive(ColumnType, Debug, Clone)]
#[column(postgres_enum = "level", integer)] //~ ERROR stored as numbers or as an enum of PostgreSQL, not as both
enum Level {
    Low,
}

fn main() {
    let _ = Level::Low;
}
