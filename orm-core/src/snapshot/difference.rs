//! What differs between two snapshots, as data.

use super::{Action, Deferred, Generator, TableName};

/// One difference in a table, a view or an enum type: what was expected, and what there is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The table, view or enum type.
    pub table: TableName,
    /// What differs.
    pub change: Change,
}

/// What differs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// There is no such table.
    TableMissing,
    /// A table that was not expected.
    TableExtra,
    /// There is no such view.
    ViewMissing,
    /// A view that was not expected.
    ViewExtra,
    /// The rows of the view should be stored and are not, or the reverse.
    ViewKind {
        /// Whether they should be stored.
        materialized: bool,
    },
    /// The view stands for another statement.
    ViewDiffers {
        /// What it should stand for.
        expected: String,
        /// What it stands for.
        found: String,
    },
    /// There is no such enum type.
    EnumMissing,
    /// An enum type that was not expected.
    EnumExtra,
    /// The enum type has other labels, or in another order.
    EnumLabels {
        /// The labels that it should have.
        expected: Vec<String>,
        /// The labels that it has.
        found: Vec<String>,
    },
    /// There is no such column.
    ColumnMissing {
        /// Its name.
        column: String,
    },
    /// A column that was not expected.
    ColumnExtra {
        /// Its name.
        column: String,
        /// Whether an insert must give it.
        required: bool,
    },
    /// A column of another type.
    Type {
        /// The column.
        column: String,
        /// The type that it should have.
        expected: String,
        /// The type that it has.
        found: String,
    },
    /// A text that is compared in another way.
    Collation {
        /// The column.
        column: String,
        /// The collation that it should have; `None` is the database's own.
        expected: Option<String>,
        /// The collation that it has.
        found: Option<String>,
        /// Whether it decides which rows there may be: keys are compared by it, or it has not
        /// every character.
        decides: bool,
    },
    /// NULL is allowed where it should not be, or the reverse.
    Nullability {
        /// The column.
        column: String,
        /// Whether NULL should be allowed.
        expected: bool,
    },
    /// Another default.
    Default {
        /// The column.
        column: String,
        /// The default that it should have.
        expected: Option<String>,
        /// The default that it has.
        found: Option<String>,
    },
    /// The database should count the values and does not, or the reverse.
    Generator {
        /// The column.
        column: String,
        /// Who should.
        expected: Option<Generator>,
        /// Who does.
        found: Option<Generator>,
    },
    /// Computed in another way, or not at all.
    Computed {
        /// The column.
        column: String,
        /// The expression that it should have.
        expected: Option<String>,
        /// The expression that it has.
        found: Option<String>,
    },
    /// Another primary key.
    PrimaryKey {
        /// The columns that it should have.
        expected: Vec<String>,
        /// The columns that it has.
        found: Vec<String>,
    },
    /// There is no such index or unique.
    IndexMissing {
        /// What it should be, in words of SQL.
        index: String,
    },
    /// An index or unique that was not expected.
    IndexExtra {
        /// What it is, in words of SQL.
        index: String,
    },
    /// An index or unique of this name that is another.
    IndexDiffers {
        /// What it should be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// There is no such foreign key.
    ForeignKeyMissing {
        /// What it should be.
        key: String,
    },
    /// A foreign key that was not expected.
    ForeignKeyExtra {
        /// What it is.
        key: String,
    },
    /// A foreign key of the same columns to the same table that does something else.
    ForeignKeyActs {
        /// Its columns.
        columns: Vec<String>,
        /// What it should do at a delete and at an update, and when it should be checked.
        expected: (Action, Action, Deferred),
        /// What it does.
        found: (Action, Action, Deferred),
    },
    /// There is no such check.
    CheckMissing {
        /// Its name, if it has one.
        name: Option<String>,
        /// What should hold.
        expression: String,
    },
    /// A check that was not expected.
    CheckExtra {
        /// Its name, if it has one.
        name: Option<String>,
        /// What must hold.
        expression: String,
    },
    /// A check of this name that is another.
    CheckDiffers {
        /// Its name.
        name: String,
        /// What should hold.
        expected: String,
        /// What must hold.
        found: String,
    },
    /// The same under another name.
    Name {
        /// What it is: `index`, `foreign key`, `check`, `primary key`.
        what: &'static str,
        /// The name that it should have.
        expected: String,
        /// The name that it has.
        found: String,
    },
    /// More than models say, or less.
    Options {
        /// Whose it is: `column`, `index`, `foreign key`, `check`; `None` is the table's own.
        of: Option<&'static str>,
        /// The name of that, or its columns.
        name: String,
        /// The words that there should be.
        expected: Vec<String>,
        /// The words that there are.
        found: Vec<String>,
    },
    /// Another comment.
    Comment {
        /// The column, if it is not the table's own.
        column: Option<String>,
        /// The comment that there should be.
        expected: Option<String>,
        /// The comment that there is.
        found: Option<String>,
    },
}

impl Difference {
    /// Whether it is worth knowing, and changes neither which rows there may be nor how statements
    /// are written: another name, another comment, another collation of a column that is no key,
    /// a computed column that is not stored.
    #[must_use]
    pub fn is_note(&self) -> bool {
        match &self.change {
            Change::Name { .. } | Change::Comment { .. } => true,
            Change::Collation { decides, .. } => !decides,
            Change::Options {
                expected, found, ..
            } => {
                let mut either = expected.iter().chain(found);
                either.all(|option| is_of_no_row(option))
            }
            _ => false,
        }
    }

    /// Whether it is a table, view or type that models do not know: often another program's.
    #[must_use]
    pub fn is_extra_table(&self) -> bool {
        matches!(
            self.change,
            Change::TableExtra | Change::ViewExtra | Change::EnumExtra
        )
    }
}

/// Whether an option is about how rows are kept, and not about which there may be.
fn is_of_no_row(option: &str) -> bool {
    const KEPT: [&str; 6] = [
        "VIRTUAL",
        "INVISIBLE",
        "UNLOGGED",
        "WITHOUT ROWID",
        "PARTITION BY ",
        "WITH SYSTEM VERSIONING",
    ];
    KEPT.iter().any(|kept| option.starts_with(kept))
}
