//@ errors: 3
use orm_core::prelude::*;

#[derive(Model)]
#[model(key(a, a))] //~ ERROR `a` is listed twice
struct Pair {
    a: i64,
    b: i64,
}

#[derive(Model)]
#[model(belongs_to(pair: Pair, on(x, x)))] //~ ERROR `x` is listed twice
struct Child {
    id: i64,
    x: i64,
}

#[derive(Model)]
#[model(key(a, b, c, d, e, f))] //~ ERROR a key has at most five columns
struct Six {
    a: i64,
    b: i64,
    c: i64,
    d: i64,
    e: i64,
    f: i64,
}

fn main() {}
