use orm_core::prelude::*;

#[derive(Model)]
struct Customer {
    id: i64,
}

fn law(session: &mut Session<SqliteConnection>) -> orm_core::Result<()> {
    Customer::query().for_update().load(session)?; //~ ERROR rows are locked in a transaction only
    Ok(())
}

fn main() {
    let _ = law;
}
