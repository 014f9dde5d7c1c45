use orm_core::prelude::*;

#[derive(Model)]
#[model(key(a, b, c))]
struct Parent {
    a: i32,
    b: i32,
    c: i32,
}

#[derive(Model)]
#[model(belongs_to(parent: Parent, on(a, b)))]
//~^ ERROR the foreign key and the key of the parent have different numbers of columns
struct Child {
    id: i64,
    a: i32,
    b: i32,
}

fn main() {}
