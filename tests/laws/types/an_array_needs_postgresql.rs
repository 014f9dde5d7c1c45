//@ max-lines: 15
use orm_core::prelude::*;

#[derive(Model, Debug)]
struct Note {
    id: i64,
    tags: Vec<String>, //~ ERROR on PostgreSQL also Vec of each
}

fn main() {}
