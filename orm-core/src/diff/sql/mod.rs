//! A plan in the words of a database.

mod enums;
mod mysql;
mod online;
mod parts;
mod postgres;
mod sqlite;
mod views;

pub(crate) use enums::columns_of as columns_of_enum;
pub(crate) use sqlite::rebuilt;

use super::Plan;
use crate::backend::Database;

/// Statements, in the order in which they are run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Script {
    /// The statements, without a semicolon at the end.
    pub statements: Vec<String>,
    /// Whether they are to be run in a transaction that whoever runs them opens. A rebuild of a
    /// table on SQLite opens its own, since foreign keys are switched off outside of it; MariaDB
    /// and MySQL commit with each statement.
    pub in_transaction: bool,
}

/// The statements of a plan.
///
/// ```
/// use orm_core::backend::Database;
/// use orm_core::diff::{diff, sql};
/// use orm_core::prelude::*;
/// use orm_core::snapshot::Snapshot;
///
/// #[derive(Model)]
/// struct Note { #[model(generated)] id: i64, done: bool }
///
/// let wanted = Snapshot::of(schema![Note], Database::Postgres);
/// let mut found = wanted.clone();
/// found.tables[0].columns.pop();
/// let script = sql(&diff(&found, &wanted, &[]));
/// assert_eq!(script.statements, [
///     r#"ALTER TABLE "notes" ADD COLUMN "done" boolean NOT NULL"#,
/// ]);
/// ```
#[must_use]
pub fn sql(plan: &Plan) -> Script {
    match plan.from.database {
        Database::Postgres => postgres::script(plan),
        Database::Mysql => mysql::script(plan),
        Database::Sqlite => sqlite::script(plan),
    }
}
