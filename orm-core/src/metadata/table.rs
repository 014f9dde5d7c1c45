//! Tables and their columns.

use super::{ForeignKeyMeta, GeneratedKey, IndexMeta, Rule, Sharding};
use crate::value::Kind;

/// One table: the whole of what a model declares.
#[derive(Debug)]
#[non_exhaustive]
pub struct TableMeta {
    /// The name of the struct.
    pub model: &'static str,
    /// The schema (namespace) in the database, if one is named.
    pub schema: Option<&'static str>,
    /// The name in the database.
    pub name: &'static str,
    /// The columns, in the order of the fields.
    pub columns: &'static [ColumnMeta],
    /// Positions of the key columns.
    pub key: &'static [usize],
    /// Indexes and unique constraints, beside the key.
    pub indexes: &'static [IndexMeta],
    /// Foreign keys.
    pub foreign_keys: &'static [ForeignKeyMeta],
    /// Where the rows live when there are several databases.
    pub sharding: Sharding,
}

/// One column.
#[derive(Debug)]
#[non_exhaustive]
pub struct ColumnMeta {
    /// The name of the field.
    pub field: &'static str,
    /// The name in the database.
    pub name: &'static str,
    /// The type.
    pub kind: Kind,
    /// Whether NULL is allowed.
    pub nullable: bool,
    /// Who makes the value, if the user does not.
    pub generated: Option<GeneratedKey>,
    /// The value of a column that an insert does not mention.
    pub default: Option<DefaultValue>,
    /// Rules that a value must pass, in Rust and in the database.
    pub rules: &'static [Rule],
}

/// A column's default.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum DefaultValue {
    /// A truth value.
    Bool(bool),
    /// A number, as written.
    Number(&'static str),
    /// A text.
    Text(&'static str),
    /// The time of the insert, by the database's clock: `now`.
    Now,
}

impl TableMeta {
    #[doc(hidden)]
    #[must_use]
    #[allow(clippy::too_many_arguments)] // one call site: generated code
    pub const fn new(
        model: &'static str,
        schema: Option<&'static str>,
        name: &'static str,
        columns: &'static [ColumnMeta],
        key: &'static [usize],
        indexes: &'static [IndexMeta],
        foreign_keys: &'static [ForeignKeyMeta],
        sharding: Sharding,
    ) -> Self {
        TableMeta {
            model,
            schema,
            name,
            columns,
            key,
            indexes,
            foreign_keys,
            sharding,
        }
    }

    /// The column of a field, by the field's name.
    #[must_use]
    pub fn column(&self, field: &str) -> Option<&'static ColumnMeta> {
        self.columns.iter().find(|column| column.field == field)
    }

    /// The column of a database name.
    #[must_use]
    pub fn column_named(&self, name: &str) -> Option<&'static ColumnMeta> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The key columns.
    pub fn key_columns(&self) -> impl ExactSizeIterator<Item = &'static ColumnMeta> + use<> {
        let columns = self.columns;
        self.key.iter().map(move |index| &columns[*index])
    }

    /// The position of the shard key among the columns.
    #[must_use]
    pub const fn shard_key(&self) -> Option<usize> {
        match self.sharding {
            Sharding::By(index) => Some(index),
            _ => None,
        }
    }
}

impl ColumnMeta {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        field: &'static str,
        name: &'static str,
        kind: Kind,
        nullable: bool,
        generated: Option<GeneratedKey>,
        default: Option<DefaultValue>,
        rules: &'static [Rule],
    ) -> Self {
        ColumnMeta {
            field,
            name,
            kind,
            nullable,
            generated,
            default,
            rules,
        }
    }

    /// The longest text allowed, in characters, if a rule says so.
    #[must_use]
    pub fn max_length(&self) -> Option<usize> {
        self.rules.iter().find_map(|rule| match rule {
            Rule::Length { max, .. } => *max,
            _ => None,
        })
    }

    /// Whether an insert must give a value.
    #[must_use]
    pub const fn required(&self) -> bool {
        !self.nullable && self.generated.is_none() && self.default.is_none()
    }
}
