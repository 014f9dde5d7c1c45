//! The models of the session's side.

use orm_core::prelude::*;

/// Eight columns of mixed types.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "customers")]
pub(crate) struct Customer {
    #[model(generated)]
    pub(crate) id: i64,
    #[model(length(1..=80))]
    pub(crate) name: String,
    pub(crate) note: Option<String>,
    pub(crate) visits: i32,
    pub(crate) active: bool,
    pub(crate) balance: f64,
    pub(crate) joined_at: NaiveDateTime,
    pub(crate) region_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "orders")]
pub(crate) struct Order {
    #[model(generated)]
    pub(crate) id: i64,
    #[model(belongs_to = Customer, index)]
    pub(crate) customer_id: i64,
    pub(crate) total_cents: i64,
}
