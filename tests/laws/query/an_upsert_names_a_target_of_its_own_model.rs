use orm_core::prelude::*;

#[derive(Model)]
#[model(has_many(orders: Order))]
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
    #[model(belongs_to = Customer)]
    customer_id: i64,
    total: i64,
}

fn law(session: &mut Session<SqliteConnection>) -> orm_core::Result<()> {
    session.upsert(NewCustomer { name: "Ann".into() }, orders::id)?; //~ ERROR cannot be the target of an upsert: it is not unique in the model of the form
    Ok(())
}

fn main() {
    let _ = law;
}
