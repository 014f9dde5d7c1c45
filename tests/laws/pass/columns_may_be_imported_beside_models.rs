//! Constants named as the columns are in scope of everything that is generated.
#![deny(warnings)]
#![allow(dead_code, unused_imports)]

use orm_core::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(serde)]
struct Setting {
    #[model(key)]
    key: String,
    value: String,
    #[model(version)]
    version: i32,
    row: i32,
    form: i32,
    field: i32,
    map: i32,
    column: i32,
    errors: i32,
    error: i32,
    values: i32,
    draft: i32,
    stored: i32,
    bytes: i32,
    f: i32,
    deserializer: i32,
    position: i32,
    #[model(validate = check)]
    rank: i32,
}

use settings::dsl::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(serde)]
struct Other {
    #[model(generated)]
    id: i64,
    #[model(length(1..))]
    name: String,
    #[model(embedded, protected)]
    home: Address,
    #[model(default = 1, validate = check)]
    count: i32,
    #[model(version)]
    revision: i32,
    #[model(soft_delete)]
    gone_at: Option<NaiveDateTime>,
    #[model(default_with = String::new)]
    slug: String,
}

#[derive(Embedded, Debug, Clone, PartialEq)]
struct Address {
    #[model(validate = check)]
    number: i32,
    #[model(json)]
    tags: Vec<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(key(left, right))]
struct Pair {
    left: i32,
    right: i32,
    #[model(belongs_to = Setting)]
    setting_id: String,
}

#[derive(ColumnType, Debug, Clone, PartialEq)]
struct Number(i32);

#[derive(ColumnType, Debug, Clone, PartialEq)]
enum Text {
    A,
    B,
}

#[derive(ColumnType, Debug, Clone, PartialEq)]
#[column(integer)]
enum Digit {
    A,
    B,
}

#[derive(ColumnType, Debug, Clone, PartialEq)]
#[column(postgres_enum = "label")]
enum Label {
    A,
    B,
}

#[derive(PartialModel, Debug)]
#[model(of = others)]
struct Part {
    id: i64,
    #[model(embedded)]
    home: Address,
}

fn check(_: &i32) -> Result<(), &'static str> {
    Ok(())
}

fn main() {
    let _ = settings.filter(value.eq("x"));
    let _ = schema![Setting, Other, Pair];
}
