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
    let engine = Engine::<SqliteConnection>::open(":memory:").unwrap();
    let mut session = engine.session().unwrap();
    let _ = Customer::query().filter(orders::total.gt(5)).load(&mut session);
    //~^ ERROR this query does not have the table of `orders::def::Order`, or has it more than once
}
