#![deny(warnings)]

use orm_core::prelude::*;

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
enum Status {
    Open,
    Paid,
}

type State = Status;

#[derive(Model, Debug, Clone, PartialEq)]
struct Order {
    #[model(generated)]
    id: i64,
    was: Option<Status>,
    is: Status,
    next: Status,
    last: State,
}

fn main() {
    let engine = Engine::<SqliteConnection>::open(":memory:").unwrap();
    engine.create_all(schema![Order]).unwrap();
    let mut session = engine.session().unwrap();
    let (is, next, last) = (Status::Open, Status::Paid, Status::Paid);
    let row = session.insert(NewOrder { is, next, last }).unwrap();
    assert_eq!(row.was, None);
    assert_eq!(Order::query().load(&mut session).unwrap(), [row]);
}
