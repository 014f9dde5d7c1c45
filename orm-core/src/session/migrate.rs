//! Migrations, run on this connection.

use super::Session;
use crate::connection::DatabaseConnection;
use crate::error::Result;
use crate::migrate::{
    self, Code, Migration, Migrations, Run, Settled, Status, Step, StepFuture, Way,
};
use crate::operation::now;

/// Code that blocks.
struct Blocking<F>(F);

impl<C, F> Step<Session<C>> for Blocking<F>
where
    C: DatabaseConnection,
    F: Fn(&mut Session<C>) -> Result<()> + Send + Sync,
{
    fn run<'s>(&'s self, session: &'s mut Session<C>) -> StepFuture<'s> {
        Box::pin(std::future::ready((self.0)(session)))
    }
}

impl Code {
    /// What is run behind `up.sql`, over a blocking session of this connection.
    ///
    /// # Errors
    /// What it returns makes the migration fail, as a statement does.
    #[must_use]
    pub fn up<C: DatabaseConnection>(
        self,
        code: impl Fn(&mut Session<C>) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        self.with(Way::Up, Blocking(code))
    }

    /// What is run before `down.sql`, over a blocking session of this connection. Default: nothing, if
    /// `down.sql` says something; else there is no way back.
    ///
    /// # Errors
    /// As [`up`](Self::up).
    #[must_use]
    pub fn down<C: DatabaseConnection>(
        self,
        code: impl Fn(&mut Session<C>) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        self.with(Way::Down, Blocking(code))
    }
}

impl<C: DatabaseConnection> Session<C> {
    /// Runs the migrations that are pending, in order, and gives those that it ran: none if
    /// another runner did meanwhile.
    ///
    /// Each with `in_transaction` is one transaction, together with its note; on MariaDB and MySQL
    /// statements of DDL are kept at once. A statement that waits too long for a lock fails; what is
    /// kept as a whole or not at all is tried again then, see [`Run`].
    ///
    /// The session is as it was behind that, but for what a text leaves that is no setting, such as
    /// temporary tables. Its connection is closed with it instead of going back to the pool, if any
    /// text was run; not that of a database in memory, whose data it is.
    ///
    /// # Errors
    /// * [`ErrorKind::Migration`](crate::ErrorKind::Migration), before anything is run: one was
    ///   changed since it was run, is missing, or is older than the newest that was run; see [`Run`].
    ///   One that is to be run says nothing. On SQLite also between two of them: others ran or
    ///   reverted some meanwhile.
    /// * [`ErrorKind::Conflict`](crate::ErrorKind::Conflict): one got no lock, however often it was
    ///   tried, or lost against another transaction. Nothing of it is kept.
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
    /// run. If it fails behind its way back, the error says so: it is reverted then.
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
    /// hand. Nothing of the migration itself is run. `how` says how the database is now, whichever way
    /// the migration was begun.
    ///
    /// # Errors
    /// [`ErrorKind::Migration`](crate::ErrorKind::Migration) if nothing is known of the version; if
    /// it is to be done and not among the migrations, or an index of it is
    /// [invalid](crate::migrate::Status::invalid_indexes); what the database says.
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
