//! Keys, foreign keys, and where rows live.

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

/// A foreign key.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct ForeignKeyMeta {
    /// The name in the database.
    pub name: &'static str,
    /// Positions of the columns, in the order of the parent's key.
    pub columns: &'static [usize],
    /// The table that it refers to, by its key. A function, because two tables
    /// may refer to each other and constants may not.
    pub parent: fn() -> &'static super::TableMeta,
    /// The name of that table.
    pub parent_name: super::TableName,
    /// What happens to the row when its parent is deleted.
    pub on_delete: ReferentialAction,
    /// What happens to the row when its parent's key changes.
    pub on_update: ReferentialAction,
    /// When it is checked; MariaDB and MySQL check at each row.
    pub deferrable: Deferrable,
}

/// When a foreign key is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Deferrable {
    /// At the end of each statement.
    #[default]
    Not,
    /// At the end of each statement, unless the transaction says SET CONSTRAINTS … DEFERRED.
    InitiallyImmediate,
    /// At the commit.
    InitiallyDeferred,
}

impl ForeignKeyMeta {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        columns: &'static [usize],
        parent: fn() -> &'static super::TableMeta,
        parent_name: super::TableName,
    ) -> Self {
        ForeignKeyMeta {
            name,
            columns,
            parent,
            parent_name,
            on_delete: ReferentialAction::NoAction,
            on_update: ReferentialAction::NoAction,
            deferrable: Deferrable::Not,
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn on_delete(mut self, action: ReferentialAction) -> Self {
        self.on_delete = action;
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn on_update(mut self, action: ReferentialAction) -> Self {
        self.on_update = action;
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn deferrable(mut self, deferrable: Deferrable) -> Self {
        self.deferrable = deferrable;
        self
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
