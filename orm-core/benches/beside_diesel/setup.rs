//! The tables and their rows, the same on both sides.

use std::fmt::Write;

use orm_core::backend::{Database, Dialect};
use orm_core::connection::DatabaseConnection;
use orm_core::ddl;
use orm_core::prelude::*;

use crate::models::{Customer, Order};

/// Rows of `customers`.
pub(crate) const ROWS: usize = 10_000;
/// The first so many customers have 0 to 9 orders each.
const WITH_ORDERS: usize = 1_000;
/// Rows of one bulk insert.
pub(crate) const MANY: usize = 1_000;

/// What a session's connection is set to, for the hand-written side.
pub(crate) fn settings<C: DatabaseConnection>(connection: &mut C) {
    if C::Backend::DATABASE == Database::Sqlite {
        let settings = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; \
                        PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;";
        connection.batch_execute(settings).expect("settings");
    }
}

/// Makes the tables anew and fills them.
pub(crate) fn prepare<C: DatabaseConnection>(connection: &mut C) {
    let database = C::Backend::DATABASE;
    let schema = schema![Customer, Order];
    let mut statements = ddl::drop_all(database, schema.tables());
    statements.extend(ddl::create_all(database, schema.tables()).expect("tables"));
    statements.push("BEGIN".to_owned());
    let columns = "name, note, visits, active, balance, joined_at, region_id";
    statements.extend(inserts("customers", columns, 0..ROWS, |nth| {
        let joined_at = moment(nth);
        format!("('Customer {nth}', 'Note {nth}', {nth}, true, {nth}.5, '{joined_at}', 7)")
    }));
    let orders = (0..WITH_ORDERS).flat_map(|nth| std::iter::repeat_n(nth, nth % 10));
    statements.extend(inserts(
        "orders",
        "customer_id, total_cents",
        orders,
        |nth| format!("({}, {})", nth + 1, nth * 37 % 1000),
    ));
    statements.push("COMMIT".to_owned());
    statements.push("ANALYZE".to_owned());
    for statement in statements {
        connection.batch_execute(&statement).expect(&statement);
    }
}

/// Removes what was inserted since, and empties SQLite's log: each round begins with none.
pub(crate) fn remove_inserted<C: DatabaseConnection>(connection: &mut C) {
    let remove = format!("DELETE FROM customers WHERE id > {ROWS}");
    connection.batch_execute(&remove).expect("rows removed");
    if C::Backend::DATABASE == Database::Sqlite {
        let empty = "PRAGMA wal_checkpoint(TRUNCATE)";
        connection.batch_execute(empty).expect("the log emptied");
    }
}

fn inserts(
    table: &str,
    columns: &str,
    rows: impl Iterator<Item = usize>,
    cells: impl Fn(usize) -> String,
) -> Vec<String> {
    let rows: Vec<String> = rows.map(cells).collect();
    rows.chunks(500)
        .map(|rows| {
            let mut text = format!("INSERT INTO {table} ({columns}) VALUES ");
            write!(text, "{}", rows.join(", ")).expect("a text takes all");
            text
        })
        .collect()
}

/// A key that is there, another at each run.
pub(crate) fn key(nth: usize) -> i64 {
    (nth * 7919 % ROWS) as i64 + 1
}

/// A moment that changes with the run.
pub(crate) fn moment(nth: usize) -> NaiveDateTime {
    let seconds = 1_700_000_000 + nth as i64;
    let moment = DateTime::from_timestamp(seconds, 0);
    moment.expect("a moment in this century").naive_utc()
}
