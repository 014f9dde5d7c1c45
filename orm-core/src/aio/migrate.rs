//! Migrations, awaited. A future of these that is dropped leaves its session, whose connection is
//! closed with it: at once on an engine, with the session on a session. The server is asked to stop;
//! the lock is free then, and a transaction rolled back.

use super::{AsyncDatabaseConnection, AsyncEngine, AsyncSession, BoxFuture, RetryWork};
use crate::error::Result;
use crate::migrate::{
    self, Code, Migration, Migrations, Run, Settled, Status, Step, StepFuture, Way,
};

/// Code that is awaited.
struct Awaited<F>(F);

impl<C, F> Step<AsyncSession<C>> for Awaited<F>
where
    C: AsyncDatabaseConnection,
    for<'t> F: RetryWork<&'t mut AsyncSession<C>, Result<()>, Future: Send> + Send + Sync,
{
    fn run<'s>(&'s self, session: &'s mut AsyncSession<C>) -> StepFuture<'s> {
        Box::pin(async move { (self.0)(session).await })
    }
}

impl Code {
    /// As [`up`](Self::up), over an async session.
    ///
    /// ```
    /// use orm_core::aio::prelude::*;
    /// use orm_core::diesel::sql_query;
    /// use orm_core::migrate::{Code, Migration, Migrations, Run};
    ///
    /// # #[derive(Model)]
    /// # #[model(table = "notes")]
    /// # struct Note { #[model(generated)] id: i64, text: String }
    /// async fn fill(session: &mut AsyncSession<AsyncSqliteConnection>) -> orm_core::Result<()> {
    ///     session.insert(NewNote { text: "first".into() }).await.map(drop)
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> orm_core::Result<()> {
    /// let sql = "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)";
    /// let migrations = Migrations::new([Migration::new("1", "notes", sql).needs_code()])?
    ///     .with_code("1", Code::new().up_async(fill))?;
    /// let engine = AsyncEngine::<AsyncSqliteConnection>::open(":memory:").await?;
    /// assert_eq!(engine.migrate(&migrations, &Run::default()).await?.len(), 1);
    /// # assert_eq!(Note::query().count(&mut engine.session().await?).await?, 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`up`](Self::up).
    #[must_use]
    pub fn up_async<C, F>(self, code: F) -> Self
    where
        C: AsyncDatabaseConnection,
        for<'t> F: AsyncFn(&'t mut AsyncSession<C>) -> Result<()>
            + RetryWork<&'t mut AsyncSession<C>, Result<()>, Future: Send>
            + Send
            + Sync
            + 'static,
    {
        self.with(Way::Up, Awaited(code))
    }

    /// As [`down`](Self::down), over an async session.
    ///
    /// # Errors
    /// As [`up`](Self::up).
    #[must_use]
    pub fn down_async<C, F>(self, code: F) -> Self
    where
        C: AsyncDatabaseConnection,
        for<'t> F: AsyncFn(&'t mut AsyncSession<C>) -> Result<()>
            + RetryWork<&'t mut AsyncSession<C>, Result<()>, Future: Send>
            + Send
            + Sync
            + 'static,
    {
        self.with(Way::Down, Awaited(code))
    }
}

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

    /// As [`Session::pending_migrations`](crate::session::Session::pending_migrations).
    ///
    /// # Errors
    /// As [`Session::pending_migrations`](crate::session::Session::pending_migrations).
    pub fn pending_migrations<'s>(
        &'s mut self,
        migrations: &'s Migrations,
        run: &'s Run,
    ) -> BoxFuture<'s, Result<Vec<Migration>>> {
        Box::pin(migrate::pending(self, migrations, run))
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
    #[track_caller]
    pub fn migrate<'s>(
        &'s self,
        migrations: &'s Migrations,
        run: &'s Run,
    ) -> BoxFuture<'s, Result<Vec<Migration>>> {
        let session = self.session();
        Box::pin(async move { session.await?.migrate(migrations, run).await })
    }

    /// As [`Engine::revert_migrations`](crate::engine::Engine::revert_migrations).
    ///
    /// # Errors
    /// As [`Engine::revert_migrations`](crate::engine::Engine::revert_migrations).
    #[track_caller]
    pub fn revert_migrations<'s>(
        &'s self,
        migrations: &'s Migrations,
        n: usize,
        run: &'s Run,
    ) -> BoxFuture<'s, Result<Vec<Migration>>> {
        let session = self.session();
        Box::pin(async move {
            let mut session = session.await?;
            session.revert_migrations(migrations, n, run).await
        })
    }

    /// As [`Engine::redo_migration`](crate::engine::Engine::redo_migration).
    ///
    /// # Errors
    /// As [`Engine::redo_migration`](crate::engine::Engine::redo_migration).
    #[track_caller]
    pub fn redo_migration<'s>(
        &'s self,
        migrations: &'s Migrations,
        run: &'s Run,
    ) -> BoxFuture<'s, Result<Option<Migration>>> {
        let session = self.session();
        Box::pin(async move { session.await?.redo_migration(migrations, run).await })
    }

    /// As [`Engine::migration_status`](crate::engine::Engine::migration_status).
    ///
    /// # Errors
    /// What the database says; as [`session`](Self::session).
    #[track_caller]
    pub fn migration_status<'s>(
        &'s self,
        migrations: &'s Migrations,
    ) -> BoxFuture<'s, Result<Vec<Status>>> {
        let session = self.session();
        Box::pin(async move { session.await?.migration_status(migrations).await })
    }

    /// As [`Engine::pending_migrations`](crate::engine::Engine::pending_migrations).
    ///
    /// # Errors
    /// As [`Engine::pending_migrations`](crate::engine::Engine::pending_migrations).
    #[track_caller]
    pub fn pending_migrations<'s>(
        &'s self,
        migrations: &'s Migrations,
        run: &'s Run,
    ) -> BoxFuture<'s, Result<Vec<Migration>>> {
        let session = self.session();
        Box::pin(async move {
            let mut session = session.await?;
            session.pending_migrations(migrations, run).await
        })
    }

    /// As [`Engine::settle_migration`](crate::engine::Engine::settle_migration).
    ///
    /// # Errors
    /// As [`Engine::settle_migration`](crate::engine::Engine::settle_migration).
    #[track_caller]
    pub fn settle_migration<'s>(
        &'s self,
        migrations: &'s Migrations,
        version: &'s str,
        how: Settled,
        run: &'s Run,
    ) -> BoxFuture<'s, Result<()>> {
        let session = self.session();
        Box::pin(async move {
            let mut session = session.await?;
            session
                .settle_migration(migrations, version, how, run)
                .await
        })
    }
}
