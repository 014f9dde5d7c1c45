//@ errors: 2
//@ max-lines: 60
use orm_core::prelude::*;

#[derive(Model, Debug)]
struct Note {
    id: i64,
    tags: Vec<String>, //~ ERROR `Vec<String>` cannot be a column
}

fn main() {}
