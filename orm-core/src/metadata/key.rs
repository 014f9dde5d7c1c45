//! Keys, indexes, foreign keys, and where rows live.

/// Who makes the value of a key column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum GeneratedKey {
    /// The database, during the insert.
    Database,
    /// The id source, before the insert: 64 bits, ordered by time.
    TimeId,
    /// A UUID of version 7, before the insert.
    UuidV7,
}

/// An index, or a unique constraint.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct IndexMeta {
    /// The name in the database.
    pub name: &'static str,
    /// Positions of the columns.
    pub columns: &'static [usize],
    /// Whether no two rows may agree on them.
    pub unique: bool,
    /// Unique within a shard only: `unique(per_shard)`.
    pub per_shard: bool,
}

impl IndexMeta {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        columns: &'static [usize],
        unique: bool,
        per_shard: bool,
    ) -> Self {
        IndexMeta {
            name,
            columns,
            unique,
            per_shard,
        }
    }
}

/// A foreign key.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct ForeignKeyMeta {
    /// The name in the database.
    pub name: &'static str,
    /// Position of the column.
    pub column: usize,
    /// The table that it refers to. A function, because two tables may refer
    /// to each other and constants may not.
    pub parent: fn() -> &'static super::TableMeta,
    /// What happens to the row when its parent is deleted.
    pub on_delete: ReferentialAction,
    /// What happens to the row when its parent's key changes.
    pub on_update: ReferentialAction,
}

impl ForeignKeyMeta {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        column: usize,
        parent: fn() -> &'static super::TableMeta,
        on_delete: ReferentialAction,
        on_update: ReferentialAction,
    ) -> Self {
        ForeignKeyMeta {
            name,
            column,
            parent,
            on_delete,
            on_update,
        }
    }
}

/// What a foreign key does when its parent goes or changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ReferentialAction {
    /// The database's own default: refuse at the end of the statement.
    #[default]
    NoAction,
    /// Refuse at once.
    Restrict,
    /// Do the same to the child.
    Cascade,
    /// Set the column to NULL.
    SetNull,
    /// Set the column to its default.
    SetDefault,
}

impl ReferentialAction {
    /// The words of SQL.
    #[must_use]
    pub const fn sql(self) -> &'static str {
        match self {
            ReferentialAction::NoAction => "NO ACTION",
            ReferentialAction::Restrict => "RESTRICT",
            ReferentialAction::Cascade => "CASCADE",
            ReferentialAction::SetNull => "SET NULL",
            ReferentialAction::SetDefault => "SET DEFAULT",
        }
    }
}

/// Where the rows of a table live when there are several databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sharding {
    /// Nothing was said: the table belongs to one database.
    Single,
    /// Each row on the shard that its shard key names (position of the column).
    By(usize),
    /// Every row on every shard: a reference table.
    Broadcast,
}
