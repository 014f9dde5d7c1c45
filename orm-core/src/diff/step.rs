//! What is done to a database, step by step, as data.

use super::family::{Family, family};
use crate::snapshot::{
    Check, Column, EnumType, ForeignKey, Index, PrimaryKey, Snapshot, Table, TableName, View,
};

/// One step from a snapshot to another.
///
/// A step holds what there was before as well as what there is behind it, so that it can be
/// [turned round](Step::inverse).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[allow(clippy::large_enum_variant)] // a plan has few, and they are read in place
pub enum Step {
    /// A schema that tables stand in; on MariaDB and MySQL a database. Never dropped.
    CreateSchema {
        /// Its name.
        name: String,
    },
    /// An enum type of PostgreSQL.
    CreateEnum {
        /// The type.
        ty: EnumType,
    },
    /// An enum type of PostgreSQL.
    DropEnum {
        /// The type.
        ty: EnumType,
    },
    /// An enum type of PostgreSQL gets other labels. Those that come are added; if one goes or
    /// they change places, the type is made anew, and a row that has a label that goes makes the
    /// statement fail.
    AlterEnum {
        /// The type as it is.
        from: EnumType,
        /// The type as it shall be.
        to: EnumType,
    },
    /// A table with its keys, indexes, checks and comments. Foreign keys that are not in it are
    /// added by a later step.
    CreateTable {
        /// The table.
        table: Table,
    },
    /// A table, with its rows.
    DropTable {
        /// The table.
        table: Table,
    },
    /// A table gets another name, or goes to another schema.
    RenameTable {
        /// The name that it has.
        from: TableName,
        /// The name that it gets.
        to: TableName,
    },
    /// A table is altered.
    Alter {
        /// Its name.
        table: TableName,
        /// What is altered.
        alteration: Alteration,
    },
    /// A view.
    CreateView {
        /// The view.
        view: View,
    },
    /// A view.
    DropView {
        /// The view.
        view: View,
    },
}

/// What is altered in a table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[allow(clippy::large_enum_variant)] // as of `Step`
pub enum Alteration {
    /// A column.
    AddColumn {
        /// The column.
        column: Column,
        /// The column that it stands behind, where the database lets a new one stand anywhere;
        /// `None` is the first place.
        after: Option<String>,
        /// An expression for the rows that are there.
        fill: Option<String>,
    },
    /// A column, with its values.
    DropColumn {
        /// The column.
        column: Column,
        /// The column that it stood behind.
        after: Option<String>,
    },
    /// A column gets another name.
    RenameColumn {
        /// The name that it has.
        from: String,
        /// The name that it gets.
        to: String,
    },
    /// A column of another type, nullability, default or comment.
    AlterColumn {
        /// The column as it is.
        from: Column,
        /// The column as it shall be.
        to: Column,
        /// An expression for rows that have NULL, where NULL is no longer allowed.
        fill: Option<String>,
        /// The value that such rows were given, on the way back to a type that may have no such
        /// value: they have NULL again.
        absent: Option<String>,
    },
    /// A primary key.
    AddPrimaryKey(PrimaryKey),
    /// A primary key.
    DropPrimaryKey(PrimaryKey),
    /// An index or a unique.
    AddIndex(Index),
    /// An index or a unique.
    DropIndex(Index),
    /// A foreign key.
    AddForeignKey(ForeignKey),
    /// A foreign key.
    DropForeignKey(ForeignKey),
    /// A check.
    AddCheck(Check),
    /// A check.
    DropCheck(Check),
    /// An index of PostgreSQL that is made while others write; not in a transaction.
    AddIndexConcurrently(Index),
    /// An index of PostgreSQL that is dropped without others waiting; not in a transaction.
    DropIndexConcurrently(Index),
    /// A unique takes over the index of its name. On the way back it takes it along, so that the
    /// index is gone before the step back that drops it.
    UseIndex(Index),
    /// A foreign key or a check of PostgreSQL that rows which are there need not keep yet.
    AddUnchecked(Constraint),
    /// The rows that are there are held against a constraint, while others write.
    Validate(Constraint),
    /// A constraint that rows which are there need not keep any more.
    Uncheck(Constraint),
    /// A check by which NOT NULL was set without a look at the rows. On the way back it comes as one
    /// that rows need not keep, since there too it only goes again.
    DropProof(Check),
    /// The comment of the table.
    Comment {
        /// The comment that it has.
        from: Option<String>,
        /// The comment that it gets.
        to: Option<String>,
    },
}

/// What rows must keep, and can be held against later.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Constraint {
    /// A foreign key.
    ForeignKey(ForeignKey),
    /// A check.
    Check(Check),
}

impl Step {
    pub(super) fn alter(table: &TableName, alteration: Alteration) -> Self {
        Step::Alter {
            table: table.clone(),
            alteration,
        }
    }

    /// The step back; `None` where there is nothing to undo.
    #[must_use]
    pub fn inverse(&self) -> Option<Step> {
        Some(match self.clone() {
            Step::CreateSchema { .. } => return None,
            Step::CreateEnum { ty } => Step::DropEnum { ty },
            Step::DropEnum { ty } => Step::CreateEnum { ty },
            Step::AlterEnum { from, to } => Step::AlterEnum { from: to, to: from },
            Step::CreateTable { table } => Step::DropTable { table },
            Step::DropTable { table } => Step::CreateTable { table },
            Step::RenameTable { from, to } => Step::RenameTable { from: to, to: from },
            Step::Alter { table, alteration } => Step::Alter {
                table,
                alteration: alteration.inverse(),
            },
            Step::CreateView { view } => Step::DropView { view },
            Step::DropView { view } => Step::CreateView { view },
        })
    }
}

impl Alteration {
    fn inverse(self) -> Self {
        match self {
            Alteration::AddColumn { column, after, .. } => Alteration::DropColumn { column, after },
            Alteration::DropColumn { column, after } => Alteration::AddColumn {
                column,
                after,
                fill: None,
            },
            Alteration::RenameColumn { from, to } => {
                Alteration::RenameColumn { from: to, to: from }
            }
            Alteration::AlterColumn {
                from,
                to,
                fill,
                absent,
            } => Alteration::AlterColumn {
                absent: fill.filter(|value| stands_for_null(value, &from, &to)),
                fill: absent,
                from: to,
                to: from,
            },
            Alteration::AddPrimaryKey(key) => Alteration::DropPrimaryKey(key),
            Alteration::DropPrimaryKey(key) => Alteration::AddPrimaryKey(key),
            Alteration::AddIndex(index) => Alteration::DropIndex(index),
            Alteration::DropIndex(index) => Alteration::AddIndex(index),
            Alteration::AddForeignKey(key) => Alteration::DropForeignKey(key),
            Alteration::DropForeignKey(key) => Alteration::AddForeignKey(key),
            Alteration::AddCheck(check) => Alteration::DropCheck(check),
            Alteration::DropCheck(check) => Alteration::AddCheck(check),
            Alteration::AddIndexConcurrently(index) => Alteration::DropIndexConcurrently(index),
            Alteration::DropIndexConcurrently(index) => Alteration::AddIndexConcurrently(index),
            Alteration::UseIndex(index) => Alteration::DropIndex(index),
            Alteration::AddUnchecked(mut constraint) => {
                constraint.set_valid(false);
                match constraint {
                    Constraint::ForeignKey(key) => Alteration::DropForeignKey(key),
                    Constraint::Check(check) => Alteration::DropCheck(check),
                }
            }
            Alteration::Validate(constraint) => Alteration::Uncheck(constraint),
            Alteration::Uncheck(constraint) => Alteration::Validate(constraint),
            Alteration::DropProof(check) => Alteration::AddUnchecked(Constraint::Check(check)),
            Alteration::Comment { from, to } => Alteration::Comment { from: to, to: from },
        }
    }
}

const NOT_VALID: &str = "NOT VALID";

/// Says of a constraint's options whether rows are held against it.
pub(super) fn set_valid(options: &mut Vec<String>, valid: bool) {
    options.retain(|option| option != NOT_VALID);
    if !valid {
        options.push(NOT_VALID.to_owned());
    }
}

impl Constraint {
    fn set_valid(&mut self, valid: bool) {
        match self {
            Constraint::ForeignKey(key) => set_valid(&mut key.options, valid),
            Constraint::Check(check) => set_valid(&mut check.options, valid),
        }
    }
}

/// Whether a value that rows were given in the place of NULL has no counterpart in the type that the
/// column had: a text that is no number. Any other stays what it became.
fn stands_for_null(value: &str, old: &Column, new: &Column) -> bool {
    let is_text = |column: &Column| family(column) == Family::Text;
    let inside = value.trim().strip_prefix('\'');
    let first = inside.and_then(|text| text.chars().next());
    let is_word = first.is_some_and(|first| !(first.is_ascii_digit() || first == '-'));
    is_text(new) && !is_text(old) && is_word
}

/// The steps from one snapshot to another, in the order in which they are done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What the steps start from.
    pub from: Snapshot,
    /// The steps.
    pub steps: Vec<Step>,
}

impl Plan {
    /// Whether there is nothing to do.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The plan that leads back.
    #[must_use]
    pub fn inverse(&self) -> Plan {
        let back = self.steps.iter().rev();
        Plan {
            from: self.outcome(),
            steps: back.filter_map(Step::inverse).collect(),
        }
    }

    /// Plans to be run one after the other, each in a migration of its own: on PostgreSQL a label
    /// that is added cannot be used in the transaction that adds it. As one plan, in one
    /// transaction, the type is made anew instead.
    ///
    /// The way back is the inverse of each, the last first.
    #[must_use]
    pub fn parts(&self) -> Vec<Plan> {
        let adds = |step: &Step| match step {
            Step::AlterEnum { from, to } => from.is_within(to),
            _ => false,
        };
        let last = self.steps.iter().rposition(adds);
        let (first, rest) = self.steps.split_at(last.map_or(0, |last| last + 1));
        let mut parts: Vec<Plan> = Vec::new();
        for steps in [first, rest] {
            if !steps.is_empty() {
                parts.push(Plan {
                    from: parts
                        .last()
                        .map_or_else(|| self.from.clone(), Plan::outcome),
                    steps: steps.to_vec(),
                });
            }
        }
        parts
    }

    /// Whether labels that the step at a place brings are added to the type that is there: nothing
    /// behind it may use one, since one that is added can be used by the next transaction only.
    pub(crate) fn adds_labels(&self, at: usize) -> bool {
        let of_types = |step: &Step| {
            matches!(
                step,
                Step::CreateSchema { .. } | Step::CreateEnum { .. } | Step::AlterEnum { .. }
            )
        };
        self.steps.iter().skip(at).all(of_types)
    }

    /// What there is behind the last step.
    #[must_use]
    pub fn outcome(&self) -> Snapshot {
        let mut snapshot = self.from.clone();
        for step in &self.steps {
            super::apply::apply(&mut snapshot, step);
        }
        snapshot
    }
}
