//! [`Live`]: an engine of whichever database the URL names.

use crate::connection::DatabaseConnection;
use crate::diff::Plan;
use crate::engine::Engine;
use crate::error::Result;
use crate::inspect::Catalog;
use crate::migrate::{Migration, Migrations, Run, Settled, Status};
use crate::operation::{Link, now, texts};
use crate::schema::Schema;
use crate::snapshot::{Difference, Snapshot, TableName};

/// What commands ask of an engine.
pub(super) trait Live: Send + Sync {
    fn migrate(&self, migrations: &Migrations, run: &Run) -> Result<Vec<Migration>>;
    fn revert(&self, migrations: &Migrations, n: usize, run: &Run) -> Result<Vec<Migration>>;
    fn redo(&self, migrations: &Migrations, run: &Run) -> Result<Option<Migration>>;
    fn pending(&self, migrations: &Migrations, run: &Run) -> Result<Vec<Migration>>;
    fn status(&self, migrations: &Migrations) -> Result<Vec<Status>>;
    fn settle(&self, migrations: &Migrations, version: &str, how: Settled, run: &Run)
    -> Result<()>;
    fn plan(&self, schema: Schema, drops: &[TableName]) -> Result<Plan>;
    fn drift(&self, schema: Schema) -> Result<Vec<Difference>>;
    fn inspect(&self) -> Result<Snapshot>;
    /// Runs a statement.
    fn batch(&self, sql: &str) -> Result<()>;
    /// The rows of a statement of one column of texts.
    fn texts(&self, sql: &str) -> Result<Vec<String>>;
}

impl<C: DatabaseConnection<Backend: Catalog>> Live for Engine<C> {
    fn migrate(&self, migrations: &Migrations, run: &Run) -> Result<Vec<Migration>> {
        self.migrate(migrations, run)
    }

    fn revert(&self, migrations: &Migrations, n: usize, run: &Run) -> Result<Vec<Migration>> {
        self.revert_migrations(migrations, n, run)
    }

    fn redo(&self, migrations: &Migrations, run: &Run) -> Result<Option<Migration>> {
        self.redo_migration(migrations, run)
    }

    fn pending(&self, migrations: &Migrations, run: &Run) -> Result<Vec<Migration>> {
        self.pending_migrations(migrations, run)
    }

    fn status(&self, migrations: &Migrations) -> Result<Vec<Status>> {
        self.migration_status(migrations)
    }

    fn settle(
        &self,
        migrations: &Migrations,
        version: &str,
        how: Settled,
        run: &Run,
    ) -> Result<()> {
        self.settle_migration(migrations, version, how, run)
    }

    fn plan(&self, schema: Schema, drops: &[TableName]) -> Result<Plan> {
        self.plan(schema, drops)
    }

    fn drift(&self, schema: Schema) -> Result<Vec<Difference>> {
        self.drift(schema)
    }

    fn inspect(&self) -> Result<Snapshot> {
        self.inspect()
    }

    fn batch(&self, sql: &str) -> Result<()> {
        let mut session = self.session()?;
        let done = now(session.batch(sql));
        done.map_err(|error| session.error(error))
    }

    fn texts(&self, sql: &str) -> Result<Vec<String>> {
        now(texts(&mut self.session()?, sql))
    }
}
