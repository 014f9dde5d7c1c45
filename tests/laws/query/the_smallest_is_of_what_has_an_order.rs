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
    let _ = min(events::open);
    //~^ ERROR `min` and `max` do not take the SQL type
}
