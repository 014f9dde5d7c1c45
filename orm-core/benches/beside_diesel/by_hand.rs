//! The same tables in hand-written Diesel.

use diesel::prelude::*;
use orm_core::chrono::NaiveDateTime;

diesel::table! {
    customers (id) {
        id -> BigInt,
        name -> Text,
        note -> Nullable<Text>,
        visits -> Integer,
        active -> Bool,
        balance -> Double,
        joined_at -> Timestamp,
        region_id -> BigInt,
    }
}

diesel::table! {
    orders (id) {
        id -> BigInt,
        customer_id -> BigInt,
        total_cents -> BigInt,
    }
}

diesel::joinable!(orders -> customers (customer_id));
diesel::allow_tables_to_appear_in_same_query!(customers, orders);

#[derive(Queryable, Selectable, Identifiable, Debug, Clone, PartialEq)]
#[diesel(table_name = customers)]
pub(crate) struct Customer {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) note: Option<String>,
    pub(crate) visits: i32,
    pub(crate) active: bool,
    pub(crate) balance: f64,
    pub(crate) joined_at: NaiveDateTime,
    pub(crate) region_id: i64,
}

/// As people write it: `None` is the column's default.
#[derive(Insertable, Debug, Clone)]
#[diesel(table_name = customers)]
pub(crate) struct NewCustomerOrDefault {
    pub(crate) name: String,
    pub(crate) note: Option<String>,
    pub(crate) visits: i32,
    pub(crate) active: bool,
    pub(crate) balance: f64,
    pub(crate) joined_at: NaiveDateTime,
    pub(crate) region_id: i64,
}

/// The quicker way: `None` is NULL, and many rows are one statement on SQLite too.
#[derive(Insertable, Debug, Clone)]
#[diesel(table_name = customers, treat_none_as_default_value = false)]
pub(crate) struct NewCustomerOrNull {
    pub(crate) name: String,
    pub(crate) note: Option<String>,
    pub(crate) visits: i32,
    pub(crate) active: bool,
    pub(crate) balance: f64,
    pub(crate) joined_at: NaiveDateTime,
    pub(crate) region_id: i64,
}

/// Only what must be given.
#[derive(Insertable, Debug, Clone)]
#[diesel(table_name = customers)]
pub(crate) struct RequiredCustomer {
    pub(crate) name: String,
    pub(crate) visits: i32,
    pub(crate) active: bool,
    pub(crate) balance: f64,
    pub(crate) joined_at: NaiveDateTime,
    pub(crate) region_id: i64,
}

#[derive(AsChangeset, Debug, Clone, Default)]
#[diesel(table_name = customers)]
pub(crate) struct CustomerPatch {
    pub(crate) name: Option<String>,
    pub(crate) note: Option<Option<String>>,
    pub(crate) visits: Option<i32>,
    pub(crate) active: Option<bool>,
    pub(crate) balance: Option<f64>,
    pub(crate) joined_at: Option<NaiveDateTime>,
    pub(crate) region_id: Option<i64>,
}
