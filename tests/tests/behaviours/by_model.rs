//! The same tables and rows by `#[derive(Model)]`.

use diesel::prelude::*;
use orm_core::chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use orm_core::prelude::Model;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "people")]
pub(crate) struct Person {
    #[model(generated)]
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) age: i32,
    #[model(unique)]
    pub(crate) email: Option<String>,
    #[model(belongs_to = Person)]
    pub(crate) boss_id: Option<i64>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "orders")]
pub(crate) struct Order {
    #[model(generated)]
    pub(crate) id: i64,
    #[model(belongs_to = Person)]
    pub(crate) person_id: i64,
    pub(crate) total: i32,
    pub(crate) note: Option<String>,
    pub(crate) placed: NaiveDateTime,
    pub(crate) due: NaiveDate,
    pub(crate) at_time: NaiveTime,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "products")]
pub(crate) struct Product {
    #[model(generated)]
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) price: f64,
}

#[derive(Model, Debug, Clone, Copy, PartialEq)]
#[model(table = "items", key(order_id, line))]
pub(crate) struct Item {
    #[model(belongs_to = Order)]
    pub(crate) order_id: i64,
    pub(crate) line: i32,
    #[model(belongs_to = Product)]
    pub(crate) product_id: i64,
    pub(crate) quantity: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tickets")]
pub(crate) struct Ticket {
    #[model(generated)]
    pub(crate) id: i64,
    #[model(default = "open")]
    pub(crate) state: String,
    #[model(column = "type")]
    pub(crate) kind: Option<String>,
}

#[cfg(feature = "postgres")]
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "visits")]
pub(crate) struct Visit {
    #[model(generated)]
    pub(crate) id: i64,
    pub(crate) at: orm_core::chrono::DateTime<orm_core::chrono::Utc>,
    pub(crate) left: Option<orm_core::chrono::DateTime<orm_core::chrono::Utc>>,
}

forms_of_diesel!();
