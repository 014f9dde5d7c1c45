//! PostgreSQL: what is done beside those who use a table.

use super::parts::{Words, options};
use crate::backend::Database;
use crate::diff::{Alteration, Constraint, Step};
use crate::snapshot::TableName;

const WORDS: Words = Words(Database::Postgres);

/// What an alteration becomes.
pub(super) enum Line {
    /// A clause of ALTER TABLE.
    Clause(String),
    /// A statement of its own.
    Alone(String),
}

/// Whether a step is refused in a transaction.
pub(super) fn is_alone(step: &Step) -> bool {
    match step {
        Step::Alter { alteration, .. } => matches!(
            alteration,
            Alteration::AddIndexConcurrently(_) | Alteration::DropIndexConcurrently(_)
        ),
        _ => false,
    }
}

/// The words of an alteration that only plans for a database in use have.
pub(super) fn line(table: &TableName, alteration: &Alteration) -> Line {
    Line::Clause(match alteration {
        Alteration::AddIndexConcurrently(index) => {
            let made = WORDS.create_index(table, index);
            return Line::Alone(made.replacen("INDEX ", "INDEX CONCURRENTLY ", 1));
        }
        Alteration::DropIndexConcurrently(index) => {
            // A unique that took it over took it along.
            let dropped = WORDS.drop_index(table, index);
            return Line::Alone(dropped.replacen("INDEX ", "INDEX CONCURRENTLY IF EXISTS ", 1));
        }
        Alteration::UseIndex(index) => {
            let name = WORDS.constraint(index.name.as_ref(), table, "key");
            let options = options(&index.options);
            format!("ADD CONSTRAINT {name} UNIQUE USING INDEX {name}{options}")
        }
        Alteration::AddUnchecked(constraint) => {
            format!("ADD {} NOT VALID", said(table, constraint).1)
        }
        Alteration::Validate(constraint) => {
            format!("VALIDATE CONSTRAINT {}", said(table, constraint).0)
        }
        Alteration::Uncheck(constraint) => {
            let (name, all) = said(table, constraint);
            format!("DROP CONSTRAINT {name}, ADD {all} NOT VALID")
        }
        other => unreachable!("{other:?} is written where the others are"),
    })
}

/// The name of a constraint, and all of it.
fn said(table: &TableName, constraint: &Constraint) -> (String, String) {
    match constraint {
        Constraint::ForeignKey(key) => (
            WORDS.foreign_key_name(table, key),
            WORDS.foreign_key(table, key),
        ),
        Constraint::Check(check) => {
            let name = WORDS.constraint(check.name.as_ref(), table, "check");
            (name, WORDS.check(check))
        }
    }
}
