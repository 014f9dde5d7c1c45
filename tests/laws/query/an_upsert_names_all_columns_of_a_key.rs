use orm_core::prelude::*;

#[derive(Model)]
#[model(key(order_id, position))]
struct Item {
    order_id: i64,
    position: i32,
    name: String,
}

fn law(session: &mut Session<SqliteConnection>) -> orm_core::Result<()> {
    let item = NewItem { order_id: 1, position: 1, name: "a".into() };
    session.upsert(item, items::order_id)?; //~ ERROR cannot be the target of an upsert: it is not unique in the model of the form
    Ok(())
}

fn main() {
    let _ = law;
}
