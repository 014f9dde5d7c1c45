//! The parts of a snapshot: what one table has.

use std::fmt;

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Table {
    /// What it is called.
    pub name: TableName,
    /// What it was called before, if the model says so.
    pub renamed_from: Option<TableName>,
    /// The columns, in the order of the table.
    pub columns: Vec<Column>,
    /// The primary key, if there is one.
    pub primary_key: Option<PrimaryKey>,
    /// Indexes and uniques, beside the primary key's own.
    pub indexes: Vec<Index>,
    /// Foreign keys.
    pub foreign_keys: Vec<ForeignKey>,
    /// Checks, those of columns among them.
    pub checks: Vec<Check>,
    /// Triggers, on SQLite: what makes a table anew must make them again. Models have none.
    pub triggers: Vec<Trigger>,
    /// What the database remembers of it for people.
    pub comment: Option<String>,
    /// What it is beside that no model says, in words of SQL: `STRICT`, an `EXCLUDE`.
    pub options: Vec<String>,
}

/// The name of a table, a view or a type, with its schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct TableName {
    /// The schema; `None` is the one that the connection is in.
    pub schema: Option<String>,
    /// The name.
    pub name: String,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Column {
    /// The name.
    pub name: String,
    /// What it was called before, if the model says so.
    pub renamed_from: Option<String>,
    /// The type, as the database says it: `character varying(80)`, `bigint unsigned`.
    pub ty: String,
    /// What a type that the user made stands on, where that is one of the database's own.
    pub base: Option<String>,
    /// The collation, where it is not the one that the column would have anyway.
    pub collation: Option<String>,
    /// Whether NULL is allowed.
    pub nullable: bool,
    /// The default, as the database says it.
    pub default: Option<String>,
    /// Whether the database counts its values.
    pub generator: Option<Generator>,
    /// The expression that it is computed by.
    pub computed: Option<String>,
    /// The model says that the database makes its values, and not how: then default, generator
    /// and expression are not compared. Never so in a snapshot of a database.
    pub read_only: bool,
    /// What the database remembers of it for people.
    pub comment: Option<String>,
    /// What it is beside that no model says, in words of SQL: `VIRTUAL`,
    /// `ON UPDATE current_timestamp()`.
    pub options: Vec<String>,
}

/// Who counts the values of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Generator {
    /// The database, where an insert gives none: an identity, AUTO_INCREMENT, AUTOINCREMENT.
    Default,
    /// The database, and it takes no other value: `GENERATED ALWAYS AS IDENTITY`.
    Always,
    /// A sequence in the default of the column: PostgreSQL's `serial`.
    Serial,
    /// SQLite, since the column is its row id, which every integer that is a key is.
    RowId,
}

/// A primary key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PrimaryKey {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Its columns, in order.
    pub columns: Vec<String>,
}

/// An index or a unique.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Index {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// What it is over, in order.
    pub parts: Vec<Part>,
    /// Whether no two rows may agree on them.
    pub unique: bool,
    /// Whether it is declared as a constraint of the table.
    pub constraint: bool,
    /// Whether two NULLs agree too.
    pub nulls_agree: bool,
    /// Only rows for which this holds are in it.
    pub predicate: Option<String>,
    /// The access method, where it is no tree.
    pub method: Option<String>,
    /// Columns that are kept along.
    pub include: Vec<String>,
    /// What it is beside that no model says, in words of SQL: `DEFERRABLE`; `INVALID`, if it was
    /// not made to its end and is not used.
    pub options: Vec<String>,
}

/// A part of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Part {
    /// What is indexed.
    pub term: Term,
    /// In which direction.
    pub order: Order,
    /// Where NULLs are, if not where the direction puts them: `Some(true)` is first.
    pub nulls_first: Option<bool>,
    /// The operator class, where it is not the type's default.
    pub operator_class: Option<String>,
    /// The collation, where it is not that of the column.
    pub collation: Option<String>,
    /// How many characters or bytes are indexed, where not all are.
    pub prefix: Option<u64>,
}

/// What is indexed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Term {
    /// A column.
    Column(String),
    /// An expression.
    Expression(String),
}

/// A direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Order {
    /// The least first.
    #[default]
    Ascending,
    /// The greatest first.
    Descending,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ForeignKey {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Its columns, in order.
    pub columns: Vec<String>,
    /// The table that it refers to.
    pub parent: TableName,
    /// The columns there, in the order of `columns`.
    pub parent_columns: Vec<String>,
    /// What happens when the parent is deleted.
    pub on_delete: Action,
    /// What happens when the parent's key changes.
    pub on_update: Action,
    /// When it is checked.
    pub deferred: Deferred,
    /// What it is beside that no model says, in words of SQL: `MATCH FULL`, `NOT VALID`.
    pub options: Vec<String>,
}

pub use crate::metadata::{Deferrable as Deferred, ReferentialAction as Action};

/// A check.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Check {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// What must hold.
    pub expression: String,
    /// What it is beside that no model says, in words of SQL: `NOT VALID`, `NO INHERIT`.
    pub options: Vec<String>,
    /// Whether it is a part of a column's definition, as MariaDB keeps a check that is written there:
    /// it is called as the column, and comes, stays and goes with that definition alone.
    pub of_column: bool,
}

/// A trigger.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Trigger {
    /// Its name.
    pub name: String,
    /// The statement that makes it.
    pub sql: String,
}

/// A view.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct View {
    /// What it is called.
    pub name: TableName,
    /// The statement that it stands for; `None` if the model does not say it.
    pub definition: Option<String>,
    /// Whether the definition is as the database keeps it. PostgreSQL and MariaDB write it anew,
    /// so it is not held against what a model says.
    pub is_kept: bool,
    /// Whether its rows are stored.
    pub materialized: bool,
    /// What it is beside that no model says, in words of SQL, on MariaDB:
    /// `SQL SECURITY INVOKER`, `WITH CASCADED CHECK OPTION`.
    pub options: Vec<String>,
    /// Its triggers, on SQLite.
    pub triggers: Vec<Trigger>,
}

/// An enum type of PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EnumType {
    /// What it is called.
    pub name: TableName,
    /// Its labels, in their order.
    pub labels: Vec<String>,
}

impl EnumType {
    /// Whether another type has all the labels of this one, in the same order.
    pub(crate) fn is_within(&self, other: &EnumType) -> bool {
        let mut others = other.labels.iter();
        self.labels
            .iter()
            .all(|label| others.any(|one| one == label))
    }

    /// Whether it has a label that the other has not.
    pub(crate) fn has_new(&self, other: &EnumType) -> bool {
        self.labels
            .iter()
            .any(|label| !other.labels.contains(label))
    }
}

impl Table {
    /// The column of a name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The names of the key's columns; none if there is no key.
    #[must_use]
    pub fn key(&self) -> &[String] {
        self.primary_key.as_ref().map_or(&[], |key| &key.columns)
    }

    pub(crate) fn new(name: TableName) -> Self {
        Table {
            name,
            renamed_from: None,
            columns: Vec::new(),
            primary_key: None,
            indexes: Vec::new(),
            foreign_keys: Vec::new(),
            checks: Vec::new(),
            triggers: Vec::new(),
            comment: None,
            options: Vec::new(),
        }
    }
}

impl TableName {
    /// A name, in the schema that the connection is in if none is given.
    #[must_use]
    pub fn new(schema: Option<&str>, name: &str) -> Self {
        TableName {
            schema: schema.map(str::to_owned),
            name: name.to_owned(),
        }
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}.")?;
        }
        f.write_str(&self.name)
    }
}

impl Column {
    pub(crate) fn new(name: String, ty: String) -> Self {
        Column {
            name,
            renamed_from: None,
            ty,
            base: None,
            collation: None,
            nullable: true,
            default: None,
            generator: None,
            computed: None,
            read_only: false,
            comment: None,
            options: Vec::new(),
        }
    }
}

impl Index {
    /// Its columns, if it is over columns alone.
    #[must_use]
    pub fn columns(&self) -> Option<Vec<&str>> {
        let columns = self.parts.iter().map(|part| match &part.term {
            Term::Column(name) => Some(name.as_str()),
            Term::Expression(_) => None,
        });
        columns.collect()
    }

    pub(crate) fn new(name: Option<String>, parts: Vec<Part>) -> Self {
        Index {
            name,
            parts,
            unique: false,
            constraint: false,
            nulls_agree: false,
            predicate: None,
            method: None,
            include: Vec::new(),
            options: Vec::new(),
        }
    }
}

impl Part {
    pub(crate) fn new(term: Term) -> Self {
        Part {
            term,
            order: Order::Ascending,
            nulls_first: None,
            operator_class: None,
            collation: None,
            prefix: None,
        }
    }
}
