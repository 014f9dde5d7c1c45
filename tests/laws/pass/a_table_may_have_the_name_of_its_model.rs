#![deny(warnings)]

use orm_core::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "customer", has_many(orders: Order))]
struct Customer {
    #[model(generated)]
    id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "order")]
struct Order {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Customer)]
    customer_id: i64,
}

fn main() {
    let engine = Engine::<SqliteConnection>::open(":memory:").unwrap();
    engine.create_all(schema![Customer, Order]).unwrap();
    let mut session = engine.session().unwrap();
    let query = Customer::query().filter(customer::id.gt(0)).with(customer::orders);
    for row in query.load(&mut session).unwrap() {
        let _ = row[customer::orders].len();
    }
    for row in Order::query().with(order::customer).load(&mut session).unwrap() {
        let _ = row[order::customer].is_some();
    }
}
