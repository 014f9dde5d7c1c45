use orm_core::prelude::*;

#[derive(Model)]
struct Customer {
    id: i64,
    age: i32,
}

fn law() {
    let _ = Customer::query().group_by(customers::age).for_update(); //~ ERROR the rows of this query cannot be locked
}

fn main() {
    let _ = law;
}
