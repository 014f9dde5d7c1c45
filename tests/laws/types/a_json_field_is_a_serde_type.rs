//@ errors: 2
//@ max-lines: 60
use orm_core::prelude::*;

#[derive(Debug, Clone)]
struct Settings;

#[derive(Model, Debug)]
struct Account {
    id: i64,
    #[model(json)]
    settings: Settings, //~ ERROR Settings
}

fn main() {}
