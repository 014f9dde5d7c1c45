use orm_core::prelude::*;

#[derive(Model)]
struct Account {
    id: i64,
    #[model(version)]
    version: i32,
}

fn main() {
    let _ = Account::patch(1).version(3); //~ ERROR a patch does not set the version: each update counts it
}
