//! What stands in the module of a table has its name from the derive.
#![deny(warnings)]
#![allow(dead_code)]

use orm_core::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Table {
    id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "reservation", has_many(columns: Seat, via = seats::first_id, dsl: Seat, via = seats::second_id))]
struct Reservation {
    id: i64,
    #[model(belongs_to = Table)]
    table_id: i64,
    #[model(belongs_to = Table)]
    field_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Seat {
    id: i64,
    #[model(belongs_to = Reservation)]
    first_id: i64,
    #[model(belongs_to = Reservation)]
    second_id: i64,
}

fn main() {
    let _ = Reservation::query().with(reservation_relations::table);
    let _ = Reservation::query().with(reservation_relations::dsl);
    let _ = Reservation::query().filter(reservation::table_id.eq(1));
}
