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
    session.delete_key::<Customer>("seven")?; //~ ERROR mismatched types
    Ok(())
}

fn main() {
    let _ = law;
}
