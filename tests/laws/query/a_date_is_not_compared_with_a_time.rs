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
    let _ = events::day.lt(Utc::now());
    //~^ ERROR cannot be compared with a column of the SQL type
}
