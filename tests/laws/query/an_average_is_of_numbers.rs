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
    let _ = avg(events::day);
    //~^ ERROR values of the SQL type
}
