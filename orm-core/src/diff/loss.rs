//! What a plan loses: rows, values, digits.

use std::fmt;

use super::family::cuts;
use super::pieces::names;
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
    /// A rule that no model says, and that goes with a column: an EXCLUDE of PostgreSQL. The way
    /// back does not bring it back.
    Rule {
        /// The table.
        table: TableName,
        /// The rule, in words of SQL.
        rule: String,
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
            Loss::Rule { table, rule } => write!(f, "the rule `{rule}` of `{table}`"),
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
        let losses = steps.flat_map(|step| {
            let rules = self.rules(step).into_iter();
            loss(database, step).into_iter().chain(rules)
        });
        losses.collect()
    }

    /// What says something of the column that a step drops, and is no step of its own.
    fn rules(&self, step: &Step) -> Vec<Loss> {
        let Step::Alter {
            table,
            alteration: Alteration::DropColumn { column, .. },
        } = step
        else {
            return Vec::new();
        };
        let was = self.steps.iter().find_map(|step| match step {
            Step::RenameTable { from, to } if to == table => Some(from),
            _ => None,
        });
        let tables = self.from.tables.iter();
        let found = tables.filter(|one| one.name == *was.unwrap_or(table));
        let options = found.flat_map(|one| &one.options);
        options
            .filter(|rule| rule.starts_with("EXCLUDE"))
            .filter(|rule| names(self.from.database, rule, &column.name))
            .map(|rule| Loss::Rule {
                table: table.clone(),
                rule: rule.clone(),
            })
            .collect()
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
