//! What differs between two snapshots, as data.

use super::{Action, Deferred, Generator, TableName};

/// One difference in a table: what was expected, and what there is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The table.
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
        /// Whether keys are compared by it: then it decides which rows there may be.
        of_key: bool,
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
    /// are written: another name, another comment, another collation of a column that is no key.
    #[must_use]
    pub fn is_note(&self) -> bool {
        match &self.change {
            Change::Name { .. } | Change::Comment { .. } => true,
            Change::Collation { of_key, .. } => !of_key,
            _ => false,
        }
    }

    /// Whether it is a table that models do not know: often another program's.
    #[must_use]
    pub fn is_extra_table(&self) -> bool {
        self.change == Change::TableExtra
    }
}
