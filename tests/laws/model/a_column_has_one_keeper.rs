use orm_core::prelude::*;

#[derive(Model)]
struct Account {
    id: i64,
    #[model(created_at, updated_at)] //~ ERROR the column is `created_at` already
    at: DateTime<Utc>,
    #[model(version)]
    version: i32,
    #[model(version)] //~ ERROR a model has one column that is `version`
    again: i32,
    #[model(default = 1, default_with = || 2)]
    //~^ ERROR a column has one default: by the database, or `default_with` a function
    number: i32,
}

fn main() {}
