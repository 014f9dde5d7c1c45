//@ errors: 6
use orm_core::prelude::*;

#[derive(ColumnType, Debug, Clone)]
#[column(rename_al = "lowercase")] //~ ERROR unknown attribute `rename_al`; did you mean `rename_all`?
#[column(rename = "x")] //~ ERROR `rename` is no attribute of an enum, which takes `rename_all`, `integer` and `postgres_enum`
enum Status {
    #[column(renam = "o")] //~ ERROR unknown attribute `renam`; did you mean `rename`?
    Open,
}

#[derive(ColumnType, Debug, Clone)]
#[column(integer = i61)] //~ ERROR unknown `i61`; did you mean `i64`?
enum Level {
    Low,
}

#[derive(ColumnType, Debug, Clone)]
#[column(rename_all = "snakecase")] //~ ERROR unknown `snakecase`; did you mean `snake_case`?
enum Mood {
    Sad,
}

#[derive(ColumnType, Debug, Clone)]
#[column(integer)] //~ ERROR unknown attribute `integer`: a newtype is stored as its field, and takes none
struct Id(i64);

fn main() {
    let _ = (Status::Open, Level::Low, Mood::Sad);
}
