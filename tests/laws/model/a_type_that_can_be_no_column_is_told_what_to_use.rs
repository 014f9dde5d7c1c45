//@ errors: 6
use orm_core::prelude::*;

#[derive(Model)]
struct Customer {
    id: i64,
    count: usize, //~ ERROR the width of `usize` differs between machines: use `u32` or `u64`
    name: &'static str, //~ ERROR a row owns its values: use `String` for `&str`
    tags: Vec<Vec<String>>, //~ ERROR such a list is no column: write `#[model(json)]`
    place: (f64, f64), //~ ERROR a tuple is no column: make a column of each part
    note: Option<Option<String>>, //~ ERROR a column is NULL or not: take away one `Option`
    big: Option<u128>, //~ ERROR integers have 64 bits at most: use `Decimal`
}

fn main() {}
