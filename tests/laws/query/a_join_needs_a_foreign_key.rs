use orm_core::prelude::*;

#[derive(Model)]
struct Customer {
    #[model(generated)]
    id: i64,
    name: String,
    age: Option<i32>,
}

#[derive(Model)]
struct Order {
    #[model(generated)]
    id: i64,
    total: i64,
}

fn main() {
    let _ = Customer::query().inner_join(orders::table);
    //~^ ERROR have no foreign key between them that a join could follow
}
