//! Values for rows that are there, where a column takes no NULL.

use super::{Alteration, Plan, Step};
use crate::backend::Database;
use crate::snapshot::{Column, TableName};

impl Plan {
    /// The columns that get NOT NULL while rows may be there, and of which nothing says what those
    /// rows shall have: new ones without a default, and old ones that allowed NULL. With rows, the
    /// statements fail until [`fill`](Plan::fill) gives an expression.
    #[must_use]
    pub fn unfilled(&self) -> Vec<(&TableName, &Column)> {
        let steps = self.steps.iter();
        let unfilled = steps.filter_map(|step| match step {
            Step::Alter { table, alteration } => Some((table, unfilled(alteration)?)),
            _ => None,
        });
        unfilled.collect()
    }

    /// Says what the rows that are there shall have in a column that takes no NULL: an expression
    /// of the database, which may name other columns of the row. Whether there is such a column.
    pub fn fill(&mut self, table: &TableName, column: &str, expression: &str) -> bool {
        let mut found = false;
        for step in &mut self.steps {
            let Step::Alter {
                table: name,
                alteration,
            } = step
            else {
                continue;
            };
            let is_it = name == table && unfilled(alteration).is_some_and(|one| one.name == column);
            if let (
                true,
                Alteration::AddColumn { fill, .. } | Alteration::AlterColumn { fill, .. },
            ) = (is_it, alteration)
            {
                *fill = Some(expression.to_owned());
                found = true;
            }
        }
        found
    }

    /// Fills what is left with the neutral value of each type, such as `''` and 0. For a way back:
    /// values that were dropped are gone. What has no neutral value stays as it is.
    pub fn fill_neutrally(&mut self) {
        let database = self.from.database;
        let unfilled = self.unfilled().into_iter();
        let fills: Vec<_> = unfilled
            .filter_map(|(table, column)| {
                let value = neutral(database, column)?;
                Some((table.clone(), column.name.clone(), value))
            })
            .collect();
        for (table, column, value) in fills {
            self.fill(&table, &column, &value);
        }
    }
}

fn unfilled(alteration: &Alteration) -> Option<&Column> {
    let column = match alteration {
        Alteration::AddColumn {
            column, fill: None, ..
        } => column,
        Alteration::AlterColumn {
            from,
            to,
            fill: None,
            ..
        } if from.nullable => to,
        _ => return None,
    };
    let is_new = matches!(alteration, Alteration::AddColumn { .. });
    let given = column.computed.is_some()
        || column.generator.is_some()
        || (is_new && column.default.is_some());
    (!column.nullable && !given).then_some(column)
}

/// The neutral value of a type: empty, zero, false, the first day of 1970.
fn neutral(database: Database, column: &Column) -> Option<String> {
    let ty = column.ty.to_lowercase();
    let ty = column.base.as_ref().unwrap_or(&ty);
    let has = |words: &[&str]| words.iter().any(|word| ty.contains(word));
    let text = if ty.ends_with("[]") {
        "'{}'"
    } else if has(&["bool"]) && database == Database::Postgres {
        "false"
    } else if has(&["timestamp", "datetime"]) {
        "'1970-01-01 00:00:00'"
    } else if has(&["date"]) {
        "'1970-01-01'"
    } else if has(&["time"]) {
        "'00:00:00'"
    } else if has(&["uuid"]) {
        "'00000000-0000-0000-0000-000000000000'"
    } else if has(&["json"]) {
        "'null'"
    } else if has(&["char", "text", "clob"]) {
        "''"
    } else if has(&["bytea", "blob", "binary"]) {
        match database {
            Database::Postgres => "''",
            _ => "x''",
        }
    } else if has(&["int", "num", "dec", "real", "doub", "float", "bool"]) {
        "0"
    } else {
        return None;
    };
    Some(text.to_owned())
}
