use orm_core::prelude::*;

#[derive(Model)]
struct Customer {
    id: i64,
}

fn law(engine: &Engine<SqliteConnection>) -> orm_core::Result<()> {
    Customer::query().for_share().skip_locked().first(engine)?; //~ ERROR rows are locked in a transaction only
    Ok(())
}

fn main() {
    let _ = law;
}
