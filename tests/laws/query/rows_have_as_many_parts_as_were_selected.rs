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
    let _: Vec<(i64, String, i64)> =
        Customer::query().select((customers::id, customers::name)).load(session)?; //~ ERROR a row of this query cannot be loaded as `(i64, std::string::String, i64)`
    Ok(())
}

fn main() {
    let _ = law;
}
