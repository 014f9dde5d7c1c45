use orm_core::prelude::*;

#[derive(Model)]
#[model(index(a, name = "own"), index(b, name = "own"))] //~ ERROR two indexes have this name
struct Pair {
    id: i64,
    a: i32,
    b: i32,
}

fn main() {}
