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
    let _ = events::id.eq("0197");
    //~^ ERROR `&str` cannot be compared with
}
