use orm_core::prelude::*;

#[derive(Debug, Clone)]
struct Value(i64);

#[derive(Model, Debug)]
struct Setting {
    id: i64,
    value: Option<Value>, //~ ERROR `Option<Value>` cannot be a column
}

fn main() {
    let _ = Value(1).0;
}
