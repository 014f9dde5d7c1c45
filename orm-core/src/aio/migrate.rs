//! Migrations, awaited. A future of these that is dropped leaves its session, whose connection is
//! closed with it: at once on an engine, with the session on a session. The server is asked to stop;
//! the lock is free then, and a transaction rolled back.

use super::{AsyncDatabaseConnection, AsyncEngine, AsyncSession, BoxFuture};
use crate::error::Result;
use crate::migrate::{self, Migration, Migrations, Run, Settled, Status};

impl<C: AsyncDatabaseConnection> AsyncSession<C> {
    /// As [`Session::migrate`](crate::session::Session::migrate).
    ///
    /// # Errors
    /// As [`Session::migrate`](crate::session::Session::migrate).
    pub fn migrate<'s>(
        &'s mut self,
        migrations: &'s Migrations,
        run: &'s Run,
    ) -> BoxFuture<'s, Result<Vec<Migration>>> {
        Box::pin(migrate::migrate(self, migrations, run))
    }

    /// As [`Session::revert_migrations`](crate::session::Session::revert_migrations).
    ///
    /// # Errors
    /// As [`Session::revert_migrations`](crate::session::Session::revert_migrations).
    pub fn revert_migrations<'s>(
        &'s mut self,
        migrations: &'s Migrations,
        n: usize,
        run: &'s Run,
    ) -> BoxFuture<'s, Result<Vec<Migration>>> {
        Box::pin(migrate::revert(self, migrations, n, run))
    }

    /// As [`Session::redo_migration`](crate::session::Session::redo_migration).
    ///
    /// # Errors
    /// As [`Session::redo_migration`](crate::session::Session::redo_migration).
    pub fn redo_migration<'s>(
        &'s mut self,
        migrations: &'s Migrations,
        run: &'s Run,
    ) -> BoxFuture<'s, Result<Option<Migration>>> {
        Box::pin(migrate::redo(self, migrations, run))
    }

    /// As [`Session::migration_status`](crate::session::Session::migration_status).
    ///
    /// # Errors
    /// What the database says.
    pub fn migration_status<'s>(
        &'s mut self,
        migrations: &'s Migrations,
    ) -> BoxFuture<'s, Result<Vec<Status>>> {
        Box::pin(migrate::status(self, migrations))
    }

    /// As [`Session::settle_migration`](crate::session::Session::settle_migration).
    ///
    /// # Errors
    /// As [`Session::settle_migration`](crate::session::Session::settle_migration).
    pub fn settle_migration<'s>(
        &'s mut self,
        migrations: &'s Migrations,
        version: &'s str,
        how: Settled,
        run: &'s Run,
    ) -> BoxFuture<'s, Result<()>> {
        Box::pin(migrate::settle(self, migrations, version, how, run))
    }
}

impl<C: AsyncDatabaseConnection> AsyncEngine<C> {
    /// As [`Engine::migrate`](crate::engine::Engine::migrate).
    ///
    /// # Errors
    /// As [`Engine::migrate`](crate::engine::Engine::migrate).
    pub fn migrate<'s>(
        &'s self,
        migrations: &'s Migrations,
        run: &'s Run,
    ) -> BoxFuture<'s, Result<Vec<Migration>>> {
        Box::pin(async move { self.session().await?.migrate(migrations, run).await })
    }

    /// As [`Engine::revert_migrations`](crate::engine::Engine::revert_migrations).
    ///
    /// # Errors
    /// As [`Engine::revert_migrations`](crate::engine::Engine::revert_migrations).
    pub fn revert_migrations<'s>(
        &'s self,
        migrations: &'s Migrations,
        n: usize,
        run: &'s Run,
    ) -> BoxFuture<'s, Result<Vec<Migration>>> {
        Box::pin(async move {
            let mut session = self.session().await?;
            session.revert_migrations(migrations, n, run).await
        })
    }

    /// As [`Engine::redo_migration`](crate::engine::Engine::redo_migration).
    ///
    /// # Errors
    /// As [`Engine::redo_migration`](crate::engine::Engine::redo_migration).
    pub fn redo_migration<'s>(
        &'s self,
        migrations: &'s Migrations,
        run: &'s Run,
    ) -> BoxFuture<'s, Result<Option<Migration>>> {
        Box::pin(async move { self.session().await?.redo_migration(migrations, run).await })
    }

    /// As [`Engine::migration_status`](crate::engine::Engine::migration_status).
    ///
    /// # Errors
    /// What the database says; as [`session`](Self::session).
    pub fn migration_status<'s>(
        &'s self,
        migrations: &'s Migrations,
    ) -> BoxFuture<'s, Result<Vec<Status>>> {
        Box::pin(async move { self.session().await?.migration_status(migrations).await })
    }

    /// As [`Engine::settle_migration`](crate::engine::Engine::settle_migration).
    ///
    /// # Errors
    /// As [`Engine::settle_migration`](crate::engine::Engine::settle_migration).
    pub fn settle_migration<'s>(
        &'s self,
        migrations: &'s Migrations,
        version: &'s str,
        how: Settled,
        run: &'s Run,
    ) -> BoxFuture<'s, Result<()>> {
        Box::pin(async move {
            let mut session = self.session().await?;
            session
                .settle_migration(migrations, version, how, run)
                .await
        })
    }
}
