use orm_core::prelude::*;

#[derive(Model)]
struct Event {
    id: Uuid,
    day: NaiveDate,
    at: DateTime<Utc>,
    price: Decimal,
    note: Option<String>,
    open: bool,
}

fn main() {
    let _ = events::open.eq(1);
    //~^ ERROR cannot be compared with
}
