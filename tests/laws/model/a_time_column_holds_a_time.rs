use orm_core::prelude::*;

#[derive(Model)]
struct Account {
    id: i64,
    #[model(created_at)]
    made: i64, //~ ERROR a time is a `DateTime<Utc>`, a `NaiveDateTime` or a `NaiveDate`
}

fn main() {}
