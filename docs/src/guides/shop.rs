// What the examples of the guides share: two models and a database with a few rows.

use orm_core::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(has_many(orders: Order))]
pub struct Customer {
    #[model(generated)]
    pub id: i64,
    #[model(unique)]
    pub name: String,
    pub city: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
pub struct Order {
    #[model(generated)]
    pub id: i64,
    #[model(belongs_to = Customer, index)]
    pub customer_id: i64,
    #[model(range(0..))]
    pub total_cents: i64,
}

/// Ann with three orders, Bob with none.
pub fn open() -> orm_core::Result<Session<SqliteConnection>> {
    let engine = Engine::<SqliteConnection>::open(":memory:")?;
    engine.create_all(schema![Customer, Order])?;
    let mut session = engine.session()?;
    let ann = session.insert(NewCustomer { name: "Ann".into() }.city("Ulm"))?;
    session.insert(NewCustomer { name: "Bob".into() })?;
    for n in 1..=3 {
        session.insert(NewOrder { customer_id: ann.id, total_cents: n * 100 })?;
    }
    Ok(session)
}
