//! What a plan loses: rows, values, digits.

use std::fmt;

use super::family::cuts;
use super::{Alteration, Plan, Step};
use crate::backend::Database;
use crate::snapshot::TableName;

/// Data that is gone behind a step.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Loss {
    /// A table, with its rows.
    Rows {
        /// The table.
        table: TableName,
    },
    /// All values of a column.
    Values {
        /// The table.
        table: TableName,
        /// The column.
        column: String,
    },
    /// A part of each value of a column: digits behind the point, the time of a day. Values that
    /// do not fit at all are no loss: they make the statement fail.
    Parts {
        /// The table.
        table: TableName,
        /// The column.
        column: String,
        /// The type that it has.
        from: String,
        /// The type that it gets.
        to: String,
    },
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Loss::Rows { table } => write!(f, "the rows of `{table}`"),
            Loss::Values { table, column } => write!(f, "the values of `{table}.{column}`"),
            Loss::Parts {
                table,
                column,
                from,
                to,
            } => write!(
                f,
                "what a `{to}` cannot hold of the values of `{table}.{column}`, which is a `{from}`"
            ),
        }
    }
}

impl Plan {
    /// What is lost, step by step.
    ///
    /// ```
    /// use orm_core::backend::Database;
    /// use orm_core::diff::diff;
    /// use orm_core::prelude::*;
    /// use orm_core::snapshot::Snapshot;
    ///
    /// #[derive(Model)]
    /// struct Note { #[model(generated)] id: i64, text: String }
    ///
    /// let found = Snapshot::of(schema![Note], Database::Sqlite);
    /// let mut wanted = found.clone();
    /// wanted.tables[0].columns.pop();
    /// let losses = diff(&found, &wanted, &[]).losses();
    /// assert_eq!(losses[0].to_string(), "the values of `notes.text`");
    /// ```
    #[must_use]
    pub fn losses(&self) -> Vec<Loss> {
        let database = self.from.database;
        let steps = self.steps.iter();
        steps.filter_map(|step| loss(database, step)).collect()
    }
}

fn loss(database: Database, step: &Step) -> Option<Loss> {
    match step {
        Step::DropTable { table } => Some(Loss::Rows {
            table: table.name.clone(),
        }),
        Step::Alter {
            table,
            alteration: Alteration::DropColumn { column, .. },
        } if column.computed.is_none() => Some(Loss::Values {
            table: table.clone(),
            column: column.name.clone(),
        }),
        Step::Alter {
            table,
            alteration: Alteration::AlterColumn { from, to, .. },
        } if cuts(database, from, to) => Some(Loss::Parts {
            table: table.clone(),
            column: to.name.clone(),
            from: from.ty.clone(),
            to: to.ty.clone(),
        }),
        _ => None,
    }
}
