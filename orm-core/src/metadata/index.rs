//! Indexes and uniques.

use super::SqlText;

/// An index, or a unique.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct IndexMeta {
    /// The name in the database.
    pub name: &'static str,
    /// What it is over, in order.
    pub parts: &'static [IndexPart],
    /// Whether no two rows may agree on them.
    pub unique: bool,
    /// Unique within a shard only: `unique(per_shard)`.
    pub per_shard: bool,
    /// Only rows for which this holds are in it.
    pub filter: Option<SqlText>,
    /// The access method, such as `gin`; PostgreSQL alone has others than trees.
    pub method: Option<&'static str>,
    /// Positions of columns that are kept along, on PostgreSQL.
    pub include: &'static [usize],
}

/// One part of an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct IndexPart {
    /// What is indexed.
    pub term: IndexTerm,
    /// In which direction.
    pub order: SortOrder,
    /// The operator class, on PostgreSQL.
    pub operator_class: Option<&'static str>,
}

/// What is indexed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum IndexTerm {
    /// A column, by its position.
    Column(usize),
    /// An expression of SQL.
    Expression(SqlText),
}

/// A direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum SortOrder {
    /// The least first.
    #[default]
    Ascending,
    /// The greatest first.
    Descending,
}

impl IndexPart {
    /// A column, by its position.
    #[must_use]
    pub const fn column(position: usize) -> Self {
        Self::of(IndexTerm::Column(position))
    }

    /// An expression of SQL.
    #[must_use]
    pub const fn expression(text: SqlText) -> Self {
        Self::of(IndexTerm::Expression(text))
    }

    const fn of(term: IndexTerm) -> Self {
        IndexPart {
            term,
            order: SortOrder::Ascending,
            operator_class: None,
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn descending(mut self) -> Self {
        self.order = SortOrder::Descending;
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn operator_class(mut self, name: &'static str) -> Self {
        self.operator_class = Some(name);
        self
    }
}

impl IndexMeta {
    /// An index over parts.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(name: &'static str, parts: &'static [IndexPart]) -> Self {
        IndexMeta {
            name,
            parts,
            unique: false,
            per_shard: false,
            filter: None,
            method: None,
            include: &[],
        }
    }

    /// The positions of its columns, if it is over columns alone.
    #[must_use]
    pub fn columns(&self) -> Option<Vec<usize>> {
        let columns = self.parts.iter().map(|part| match part.term {
            IndexTerm::Column(position) => Some(position),
            IndexTerm::Expression(_) => None,
        });
        columns.collect()
    }

    /// Whether it is a constraint of its table in SQL: a unique over columns, of all rows.
    #[must_use]
    pub fn is_constraint(&self) -> bool {
        let plain = |part: &IndexPart| {
            matches!(part.term, IndexTerm::Column(_))
                && part.order == SortOrder::Ascending
                && part.operator_class.is_none()
        };
        self.unique
            && self.filter.is_none()
            && self.method.is_none()
            && self.include.is_empty()
            && self.parts.iter().all(plain)
    }
}

/// What generated code says beyond name and parts.
#[doc(hidden)]
impl IndexMeta {
    #[must_use]
    pub const fn unique(mut self, per_shard: bool) -> Self {
        self.unique = true;
        self.per_shard = per_shard;
        self
    }

    #[must_use]
    pub const fn filter(mut self, filter: SqlText) -> Self {
        self.filter = Some(filter);
        self
    }

    #[must_use]
    pub const fn method(mut self, method: &'static str) -> Self {
        self.method = Some(method);
        self
    }

    #[must_use]
    pub const fn include(mut self, columns: &'static [usize]) -> Self {
        self.include = columns;
        self
    }
}
