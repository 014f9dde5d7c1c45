#![deny(warnings)]

use orm_core::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "straßen und wege")]
struct Straße {
    #[model(generated)]
    id: i64,
    größe: i32,
    #[model(column = "日本 \"語\"")]
    名前: String,
}

fn main() {
    let engine = Engine::<SqliteConnection>::open(":memory:").unwrap();
    engine.create_all(schema![Straße]).unwrap();
    let mut session = engine.session().unwrap();
    let row = session.insert(NewStraße { größe: 1, 名前: "x".into() }).unwrap();
    let found = Straße::query().filter(straßen_und_wege::名前.eq("x")).load(&mut session);
    assert_eq!(found.unwrap(), [row]);
}
