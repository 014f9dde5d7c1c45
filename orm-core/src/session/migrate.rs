//! Migrations, run on this connection.

use super::Session;
use crate::connection::DatabaseConnection;
use crate::error::Result;
use crate::migrate::{self, Migration, Migrations, Run, Settled, Status};
use crate::operation::now;

impl<C: DatabaseConnection> Session<C> {
    /// Runs the migrations that are pending, in order, and gives those that it ran: none if
    /// another runner did meanwhile.
    ///
    /// Each with `in_transaction` is one transaction, together with its note; on MariaDB and MySQL
    /// statements of DDL are kept at once.
    ///
    /// # Errors
    /// * [`ErrorKind::Migration`](crate::ErrorKind::Migration), before anything is run: one was
    ///   changed since it was run, is missing, or is older than the newest that was run; see [`Run`].
    /// * [`ErrorKind::MigrationFailed`](crate::ErrorKind::MigrationFailed): what the database says
    ///   of a statement. Those before it are run.
    /// * [`ErrorKind::MigrationUnfinished`](crate::ErrorKind::MigrationUnfinished): one was begun
    ///   and did not end; see [`settle_migration`](Self::settle_migration).
    /// * [`ErrorKind::MigrationLocked`](crate::ErrorKind::MigrationLocked): another runner was not
    ///   done in time.
    /// * [`ErrorKind::Refused`](crate::ErrorKind::Refused) inside of a transaction.
    pub fn migrate(&mut self, migrations: &Migrations, run: &Run) -> Result<Vec<Migration>> {
        now(migrate::migrate(self, migrations, run))
    }

    /// Reverts the last `n` migrations that were run, newest version first, and gives those that
    /// it reverted. All of them, if there are fewer.
    ///
    /// # Errors
    /// As [`migrate`](Self::migrate); [`ErrorKind::Migration`](crate::ErrorKind::Migration), before
    /// anything is reverted, if one of them has no way back or is missing. That others were changed
    /// is no error here.
    pub fn revert_migrations(
        &mut self,
        migrations: &Migrations,
        n: usize,
        run: &Run,
    ) -> Result<Vec<Migration>> {
        now(migrate::revert(self, migrations, n, run))
    }

    /// Reverts the last migration that was run, and runs it again as it is now; `None` if none was
    /// run.
    ///
    /// # Errors
    /// As [`revert_migrations`](Self::revert_migrations).
    pub fn redo_migration(
        &mut self,
        migrations: &Migrations,
        run: &Run,
    ) -> Result<Option<Migration>> {
        now(migrate::redo(self, migrations, run))
    }

    /// Where each migration stands, by version: those that are given, and those that were run.
    /// Writes nothing, not even the tables of the history.
    ///
    /// # Errors
    /// What the database says.
    pub fn migration_status(&mut self, migrations: &Migrations) -> Result<Vec<Status>> {
        now(migrate::status(self, migrations))
    }

    /// Those that [`migrate`](Self::migrate) would run now, in order. Writes nothing.
    ///
    /// # Errors
    /// As [`migrate`](Self::migrate) before anything is run.
    pub fn pending_migrations(
        &mut self,
        migrations: &Migrations,
        run: &Run,
    ) -> Result<Vec<Migration>> {
        now(migrate::pending(self, migrations, run))
    }

    /// Notes how a migration ended that was begun and did not end, once the database is mended by
    /// hand. Nothing of the migration itself is run.
    ///
    /// # Errors
    /// [`ErrorKind::Migration`](crate::ErrorKind::Migration) if nothing is known of the version, or
    /// it is to be done and not among the migrations; what the database says.
    pub fn settle_migration(
        &mut self,
        migrations: &Migrations,
        version: &str,
        how: Settled,
        run: &Run,
    ) -> Result<()> {
        now(migrate::settle(self, migrations, version, how, run))
    }
}
