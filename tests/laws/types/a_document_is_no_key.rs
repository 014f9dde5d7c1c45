//@ max-lines: 15
use orm_core::prelude::*;

#[derive(Model, Debug)]
struct Account {
    #[model(key, json)] //~ ERROR a document is no key: two texts may be the same document
    id: Vec<String>,
}

fn main() {}
