use orm_core::prelude::*;

#[derive(Model)]
#[model(key(order_id, position))]
struct Item {
    order_id: i64,
    position: i32,
    name: String,
}

fn law(session: &mut Session<SqliteConnection>) -> orm_core::Result<()> {
    session.get::<Item>(5)?; //~ ERROR mismatched types
    Ok(())
}

fn main() {
    let _ = law;
}
