//! The tables by `diesel::table!` and its companions, the rows by Diesel's derives.

use diesel::prelude::*;
use orm_core::chrono::{NaiveDate, NaiveDateTime, NaiveTime};

diesel::table! {
    people (id) {
        id -> BigInt,
        name -> Text,
        age -> Integer,
        email -> Nullable<Text>,
        boss_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    orders (id) {
        id -> BigInt,
        person_id -> BigInt,
        total -> Integer,
        note -> Nullable<Text>,
        placed -> Timestamp,
        due -> Date,
        at_time -> Time,
    }
}

diesel::table! {
    products (id) {
        id -> BigInt,
        name -> Text,
        price -> Double,
    }
}

diesel::table! {
    items (order_id, line) {
        order_id -> BigInt,
        line -> Integer,
        product_id -> BigInt,
        quantity -> Integer,
    }
}

diesel::table! {
    tickets (id) {
        id -> BigInt,
        state -> Text,
        #[sql_name = "type"]
        kind -> Nullable<Text>,
    }
}

// Diesel has the type on PostgreSQL only.
#[cfg(feature = "postgres")]
diesel::table! {
    visits (id) {
        id -> BigInt,
        at -> Timestamptz,
        left -> Nullable<Timestamptz>,
    }
}

diesel::joinable!(orders -> people (person_id));
diesel::joinable!(items -> orders (order_id));
diesel::joinable!(items -> products (product_id));
diesel::allow_tables_to_appear_in_same_query!(people, orders, products, items, tickets);
diesel::allow_columns_to_appear_in_same_group_by_clause!(
    people::id,
    people::name,
    people::age,
    orders::id,
    orders::note,
    orders::total,
    products::name,
);

#[derive(
    Queryable,
    Selectable,
    Identifiable,
    Insertable,
    AsChangeset,
    Associations,
    QueryableByName,
    Debug,
    Clone,
    PartialEq,
)]
#[diesel(table_name = people, treat_none_as_null = true)]
#[diesel(belongs_to(Person, foreign_key = boss_id))]
pub(crate) struct Person {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) age: i32,
    pub(crate) email: Option<String>,
    pub(crate) boss_id: Option<i64>,
}

#[derive(
    Queryable,
    Selectable,
    Identifiable,
    Insertable,
    Associations,
    QueryableByName,
    Debug,
    Clone,
    PartialEq,
)]
#[diesel(table_name = orders)]
#[diesel(belongs_to(Person))]
pub(crate) struct Order {
    pub(crate) id: i64,
    pub(crate) person_id: i64,
    pub(crate) total: i32,
    pub(crate) note: Option<String>,
    pub(crate) placed: NaiveDateTime,
    pub(crate) due: NaiveDate,
    pub(crate) at_time: NaiveTime,
}

#[derive(Queryable, Selectable, Identifiable, Insertable, Debug, Clone, PartialEq)]
#[diesel(table_name = products)]
pub(crate) struct Product {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) price: f64,
}

#[derive(
    Queryable, Selectable, Identifiable, Insertable, Associations, Debug, Clone, Copy, PartialEq,
)]
#[diesel(table_name = items, primary_key(order_id, line))]
#[diesel(belongs_to(Order))]
#[diesel(belongs_to(Product))]
pub(crate) struct Item {
    pub(crate) order_id: i64,
    pub(crate) line: i32,
    pub(crate) product_id: i64,
    pub(crate) quantity: i32,
}

#[derive(Queryable, Selectable, Identifiable, Insertable, Debug, Clone, PartialEq)]
#[diesel(table_name = tickets)]
pub(crate) struct Ticket {
    pub(crate) id: i64,
    pub(crate) state: String,
    pub(crate) kind: Option<String>,
}

forms_of_diesel!();
