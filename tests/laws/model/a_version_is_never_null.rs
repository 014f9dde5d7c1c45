use orm_core::prelude::*;

#[derive(Model)]
struct Account {
    id: i64,
    #[model(version)] //~ ERROR `version` is never NULL: take away the `Option`
    version: Option<i32>,
}

fn main() {}
