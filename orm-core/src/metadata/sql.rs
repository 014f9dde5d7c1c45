//! SQL that the user wrote, which may differ by database.

use crate::backend::Database;

/// A text of SQL for each database, or the same for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SqlText {
    /// On SQLite.
    pub sqlite: Option<&'static str>,
    /// On PostgreSQL.
    pub postgres: Option<&'static str>,
    /// On MariaDB and MySQL.
    pub mysql: Option<&'static str>,
}

impl SqlText {
    /// The same text everywhere.
    #[must_use]
    pub const fn all(text: &'static str) -> Self {
        Self::each(Some(text), Some(text), Some(text))
    }

    /// A text for each database that has one.
    #[must_use]
    pub const fn each(
        sqlite: Option<&'static str>,
        postgres: Option<&'static str>,
        mysql: Option<&'static str>,
    ) -> Self {
        SqlText {
            sqlite,
            postgres,
            mysql,
        }
    }

    /// The text for a database.
    #[must_use]
    pub const fn on(&self, database: Database) -> Option<&'static str> {
        match database {
            Database::Sqlite => self.sqlite,
            Database::Postgres => self.postgres,
            Database::Mysql => self.mysql,
        }
    }
}

/// The same text everywhere.
impl From<&'static str> for SqlText {
    fn from(text: &'static str) -> Self {
        Self::all(text)
    }
}
