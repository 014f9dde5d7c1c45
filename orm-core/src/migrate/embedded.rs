//! [`EmbeddedMigrations`]: a folder of migrations that is in the program.

use super::{Migrations, folder};
use crate::error::Result;

/// The files of a folder of migrations, made by
/// [`embed_migrations!`](crate::embed_migrations!) when the program is compiled.
#[derive(Debug, Clone, Copy)]
pub struct EmbeddedMigrations {
    files: &'static [Files],
}

/// The name of a folder, `up.sql`, `down.sql` and `metadata.toml`.
type Files = (
    &'static str,
    &'static str,
    Option<&'static str>,
    Option<&'static str>,
);

impl EmbeddedMigrations {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(files: &'static [Files]) -> Self {
        EmbeddedMigrations { files }
    }
}

impl Migrations {
    /// Migrations that were embedded in the program, as [`read`](Self::read) would read them.
    ///
    /// ```
    /// use orm_core::embed_migrations;
    /// use orm_core::migrate::{EmbeddedMigrations, Migrations};
    ///
    /// const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations/sqlite");
    ///
    /// let migrations = Migrations::embedded(&MIGRATIONS)?;
    /// assert_eq!(migrations.iter().next().unwrap().name, "create_shop");
    /// # Ok::<(), orm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`read`](Self::read), but for files that cannot be read.
    pub fn embedded(embedded: &EmbeddedMigrations) -> Result<Self> {
        let made = embedded
            .files
            .iter()
            .map(|(name, up, down, metadata)| folder::made(name, up, *down, *metadata));
        Migrations::new(made.collect::<Result<Vec<_>>>()?)
    }
}
