use orm_core::prelude::*;

#[derive(Model)]
struct Customer {
    id: i64,
}

fn law(engine: &Engine<SqliteConnection>) -> orm_core::Result<()> {
    Customer::query().load(engine)?; //~ ERROR runs no queries
    Ok(())
}

fn main() {
    let _ = law;
}
