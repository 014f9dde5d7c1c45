//! Migrations, run on a connection of the pool.

use super::Engine;
use crate::connection::DatabaseConnection;
use crate::error::Result;
use crate::migrate::{Migration, Migrations, Run, Settled, Status};

impl<C: DatabaseConnection> Engine<C> {
    /// Runs the migrations that are pending; as
    /// [`Session::migrate`](crate::session::Session::migrate).
    ///
    /// ```
    /// use orm_core::migrate::{Migration, Migrations, Run, State};
    /// use orm_core::prelude::*;
    ///
    /// let migrations = Migrations::new([
    ///     Migration::new("20261121120000", "notes", "CREATE TABLE notes (id INTEGER PRIMARY KEY);")
    ///         .down("DROP TABLE notes;"),
    /// ])?;
    /// let engine = Engine::<SqliteConnection>::open(":memory:")?;
    /// let ran = engine.migrate(&migrations, &Run::default())?;
    /// assert_eq!(ran[0].label(), "20261121120000_notes");
    /// assert!(engine.migrate(&migrations, &Run::default())?.is_empty());
    ///
    /// let status = engine.migration_status(&migrations)?;
    /// assert!(matches!(status[0].state, State::Done { .. }));
    /// assert_eq!(engine.revert_migrations(&migrations, 1, &Run::default())?.len(), 1);
    /// # Ok::<(), orm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Session::migrate`](crate::session::Session::migrate) and [`session`](Self::session).
    #[track_caller]
    pub fn migrate(&self, migrations: &Migrations, run: &Run) -> Result<Vec<Migration>> {
        self.session()?.migrate(migrations, run)
    }

    /// Reverts the last `n` migrations that were run; as
    /// [`Session::revert_migrations`](crate::session::Session::revert_migrations).
    ///
    /// # Errors
    /// As [`Session::revert_migrations`](crate::session::Session::revert_migrations).
    #[track_caller]
    pub fn revert_migrations(
        &self,
        migrations: &Migrations,
        n: usize,
        run: &Run,
    ) -> Result<Vec<Migration>> {
        self.session()?.revert_migrations(migrations, n, run)
    }

    /// Reverts the last migration and runs it again; as
    /// [`Session::redo_migration`](crate::session::Session::redo_migration).
    ///
    /// # Errors
    /// As [`Session::redo_migration`](crate::session::Session::redo_migration).
    #[track_caller]
    pub fn redo_migration(&self, migrations: &Migrations, run: &Run) -> Result<Option<Migration>> {
        self.session()?.redo_migration(migrations, run)
    }

    /// Where each migration stands; as
    /// [`Session::migration_status`](crate::session::Session::migration_status).
    ///
    /// # Errors
    /// What the database says; as [`session`](Self::session).
    #[track_caller]
    pub fn migration_status(&self, migrations: &Migrations) -> Result<Vec<Status>> {
        self.session()?.migration_status(migrations)
    }

    /// Those that [`migrate`](Self::migrate) would run now; as
    /// [`Session::pending_migrations`](crate::session::Session::pending_migrations).
    ///
    /// # Errors
    /// As [`Session::pending_migrations`](crate::session::Session::pending_migrations).
    #[track_caller]
    pub fn pending_migrations(&self, migrations: &Migrations, run: &Run) -> Result<Vec<Migration>> {
        self.session()?.pending_migrations(migrations, run)
    }

    /// Notes how a migration ended that was begun and did not end; as
    /// [`Session::settle_migration`](crate::session::Session::settle_migration).
    ///
    /// # Errors
    /// As [`Session::settle_migration`](crate::session::Session::settle_migration).
    #[track_caller]
    pub fn settle_migration(
        &self,
        migrations: &Migrations,
        version: &str,
        how: Settled,
        run: &Run,
    ) -> Result<()> {
        self.session()?
            .settle_migration(migrations, version, how, run)
    }
}
