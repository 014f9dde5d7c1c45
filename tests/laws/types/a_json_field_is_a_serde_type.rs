//@ max-lines: 15
use orm_core::prelude::*;

#[derive(Debug, Clone)]
struct Settings;

#[derive(Model, Debug)]
struct Account {
    id: i64,
    #[model(json)]
    settings: Settings, //~ ERROR `#[model(json)]` on the field
}

fn main() {}
