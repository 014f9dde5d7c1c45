//! Tables.

use crate::column::same_text;

use super::{CheckMeta, ColumnMeta, ForeignKeyMeta, IndexMeta, Origin, Sharding, SqlText};

/// The name of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct TableName {
    /// The name of the struct.
    pub model: &'static str,
    /// The schema (namespace) in the database, if one is named.
    pub schema: Option<&'static str>,
    /// The name in the database.
    pub name: &'static str,
}

impl TableName {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        model: &'static str,
        schema: Option<&'static str>,
        name: &'static str,
    ) -> Self {
        TableName {
            model,
            schema,
            name,
        }
    }

    /// Whether both are of one table of the database.
    pub(crate) const fn is(&self, other: &TableName) -> bool {
        let same_schema = match (self.schema, other.schema) {
            (Some(one), Some(other)) => same_text(one, other),
            (None, None) => true,
            _ => false,
        };
        same_schema && same_text(self.name, other.name)
    }
}

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
    /// What it was called before, in the same schema; for migrations.
    pub renamed_from: Option<&'static str>,
    /// The columns, in the order of the fields.
    pub columns: &'static [ColumnMeta],
    /// Positions of the key columns.
    pub key: &'static [usize],
    /// Indexes and uniques, beside the key.
    pub indexes: &'static [IndexMeta],
    /// Foreign keys.
    pub foreign_keys: &'static [ForeignKeyMeta],
    /// Checks over the row, beside the rules of columns.
    pub checks: &'static [CheckMeta],
    /// Where the rows live when there are several databases.
    pub sharding: Sharding,
    /// What the database remembers of it for people.
    pub comment: Option<&'static str>,
    /// What it is, if it is a view.
    pub view: Option<ViewMeta>,
    /// The position of the column that counts changes.
    pub version: Option<usize>,
    /// The position of the column that says when the row was deleted.
    pub deleted_at: Option<usize>,
}

impl TableMeta {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        model: &'static str,
        name: &'static str,
        columns: &'static [ColumnMeta],
        key: &'static [usize],
    ) -> Self {
        // Which columns a statement has is kept as bits.
        assert!(columns.len() <= 128, "a table has at most 128 columns");
        TableMeta {
            model,
            schema: None,
            name,
            renamed_from: None,
            columns,
            key,
            indexes: &[],
            foreign_keys: &[],
            checks: &[],
            sharding: Sharding::Single,
            comment: None,
            view: None,
            version: kept_by(columns, Origin::Version),
            deleted_at: kept_by(columns, Origin::DeletedAt),
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

    /// The columns that rows are read with.
    pub fn read_columns(&self) -> impl Iterator<Item = &'static ColumnMeta> + use<> {
        let columns = self.columns.iter();
        columns.filter(|column| !column.deferred)
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

    /// The position of the column that has the time of the last change.
    #[must_use]
    pub const fn updated_at(&self) -> Option<usize> {
        kept_by(self.columns, Origin::UpdatedAt)
    }

    /// Whether the database makes columns by other means than this declaration, such as triggers.
    #[must_use]
    pub const fn has_read_only(&self) -> bool {
        kept_by(self.columns, Origin::ReadOnly).is_some()
    }

    /// The columns that an expression names, by position.
    pub(crate) fn columns_in(&self, sql: SqlText) -> Vec<usize> {
        let texts = [sql.sqlite, sql.postgres, sql.mysql];
        let words = texts
            .into_iter()
            .flatten()
            .flat_map(|text| text.split(|c: char| !c.is_alphanumeric() && c != '_'));
        let words: Vec<&str> = words.collect();
        let columns = self.columns.iter().enumerate();
        columns
            .filter(|(_, column)| words.contains(&column.name))
            .map(|(position, _)| position)
            .collect()
    }

    /// The name.
    #[must_use]
    pub const fn table_name(&self) -> TableName {
        TableName::new(self.model, self.schema, self.name)
    }

    /// Whether this and another table are one and the same in the database.
    #[must_use]
    pub fn is_same_table(&self, other: &TableMeta) -> bool {
        self.name == other.name && self.schema == other.schema
    }
}

const fn kept_by(columns: &[ColumnMeta], origin: Origin) -> Option<usize> {
    let mut position = 0;
    while position < columns.len() {
        let same = matches!(
            (&columns[position].origin, &origin),
            (Origin::Version, Origin::Version)
                | (Origin::DeletedAt, Origin::DeletedAt)
                | (Origin::UpdatedAt, Origin::UpdatedAt)
                | (Origin::ReadOnly, Origin::ReadOnly)
        );
        if same {
            return Some(position);
        }
        position += 1;
    }
    None
}

/// A view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ViewMeta {
    /// What it selects; `None` if it is made elsewhere.
    pub query: Option<SqlText>,
    /// Whether its rows are kept until it is refreshed; on PostgreSQL.
    pub materialized: bool,
}

impl ViewMeta {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(query: Option<SqlText>, materialized: bool) -> Self {
        ViewMeta {
            query,
            materialized,
        }
    }
}

/// What generated code says beyond name, columns and key.
#[doc(hidden)]
impl TableMeta {
    #[must_use]
    pub const fn schema(mut self, schema: &'static str) -> Self {
        self.schema = Some(schema);
        self
    }

    #[must_use]
    pub const fn renamed_from(mut self, name: &'static str) -> Self {
        self.renamed_from = Some(name);
        self
    }

    #[must_use]
    pub const fn indexes(mut self, indexes: &'static [IndexMeta]) -> Self {
        self.indexes = indexes;
        self
    }

    #[must_use]
    pub const fn foreign_keys(mut self, foreign_keys: &'static [ForeignKeyMeta]) -> Self {
        self.foreign_keys = foreign_keys;
        self
    }

    #[must_use]
    pub const fn checks(mut self, checks: &'static [CheckMeta]) -> Self {
        self.checks = checks;
        self
    }

    #[must_use]
    pub const fn sharding(mut self, sharding: Sharding) -> Self {
        self.sharding = sharding;
        self
    }

    #[must_use]
    pub const fn view(mut self, view: ViewMeta) -> Self {
        self.view = Some(view);
        self
    }

    #[must_use]
    pub const fn comment(mut self, comment: &'static str) -> Self {
        self.comment = Some(comment);
        self
    }
}
