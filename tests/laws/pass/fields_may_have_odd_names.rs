#![deny(warnings)]

use orm_core::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Odd {
    id: Uuid,
    r#type: String,
    table: i32,
    filter: i32,
    eq: i32,
    star: bool,
    select: i32,
    columns: i32,
    field: i32,
    def: i32,
    value: i32,
    key: i32,
    query: i32,
    patch: i32,
    is_empty: i32,
    draft: i32,
    form: i32,
    r#match: Option<i32>,
}

fn main() {
    let engine = Engine::<SqliteConnection>::open(":memory:").unwrap();
    engine.create_all(schema![Odd]).unwrap();
    let mut session = engine.session().unwrap();
    let query = Odd::query().filter(odds::r#type.eq("x").and(odds::eq.eq(1)));
    let _ = query.order_by(odds::star).load(&mut session).unwrap();
    let _ = session.update(Odd::patch(Uuid::nil()).r#type("y").table(1));
}
