use orm_core::prelude::*;

#[derive(Model)]
struct Account {
    id: i64,
    #[model(soft_delete)] //~ ERROR a row that is not deleted has NULL there: `deleted_at: Option<DateTime<Utc>>`
    deleted_at: DateTime<Utc>,
}

fn main() {}
