use orm_core::prelude::*;

#[derive(Model)]
#[model(has_many(orders: Order), has_many(notes: Note))]
struct Customer {
    id: i64,
}

#[derive(Model)]
struct Order {
    id: i64,
    #[model(belongs_to = Customer)]
    customer_id: i64,
}

#[derive(Model)]
struct Note {
    id: i64,
    #[model(belongs_to = Customer)]
    customer_id: i64,
}

fn main() {
    let engine = Engine::<SqliteConnection>::open(":memory:").unwrap();
    let mut session = engine.session().unwrap();
    let rows = Customer::query().with(customer::orders).load(&mut session).unwrap();
    let _ = rows[0].get(customer::notes); //~ ERROR this relation was not loaded
}
