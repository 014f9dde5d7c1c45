use orm_core::prelude::*;

#[derive(Model)]
#[model(key(a, b))]
struct Parent {
    a: i64,
    b: i64,
}

#[derive(Model)]
struct Child {
    id: i64,
    #[model(belongs_to = Parent)]
    //~^ ERROR the parent has a key of several columns, and this foreign key has one
    parent_id: i64,
}

fn main() {}
