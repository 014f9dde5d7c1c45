//@ max-lines: 20
//! Diesel's UPDATE does not ask which version a row has: the whole row is no change there.

use orm_core::prelude::*;

#[derive(Model, Debug)]
struct Account {
    #[model(generated)]
    id: i64,
    cents: i64,
    #[model(version)]
    version: i32,
}

fn change(account: &Account) {
    let _ = orm_core::diesel::update(accounts::table).set(account); //~ ERROR a row with a version is no change for Diesel's UPDATE
}

fn main() {}
