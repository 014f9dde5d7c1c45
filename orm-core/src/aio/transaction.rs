//! Transactions and savepoints, whose work is an async closure.

use std::future::Future;
use std::ops::{Deref, DerefMut};

use ref_cast::RefCast;

use super::{AsyncDatabaseConnection, AsyncEngine, AsyncSession, Awaited};
use crate::error::Error;
use crate::operation::{Link, Open, lost, not_nested, tried};
use crate::query::Runs;
use crate::transaction::{Retry, RunsBehind, TransactionOptions};

/// An async session inside of a transaction, which the closure of
/// [`transaction`](AsyncSession::transaction) is given.
///
/// As [`Transaction`](crate::session::Transaction): a session in all else. That it is a connection of
/// diesel-async follows from its `DerefMut`.
#[derive(RefCast)]
#[repr(transparent)]
pub struct AsyncTransaction<C: AsyncDatabaseConnection>(AsyncSession<C>);

impl<C: AsyncDatabaseConnection> AsyncTransaction<C> {
    /// As [`Transaction::after_commit`](crate::session::Transaction::after_commit).
    ///
    /// The hook is no future: it is done before the call that commits gives its answer. What has to
    /// wait is spawned in it, `tx.after_commit(move || drop(tokio::spawn(mail.send())))`, or sent to
    /// a task that is there.
    pub fn after_commit(&mut self, hook: impl FnOnce() + Send + 'static) {
        self.0.fate().after_commit(hook);
    }

    /// As [`AsyncSession::transaction`]: a savepoint. diesel-async's method of this name, which is in
    /// scope with the prelude, would come before the session's, and is not told when it is left.
    ///
    /// # Errors
    /// As [`AsyncSession::transaction`].
    pub fn transaction<'w, 's, T, E, F>(
        &'s mut self,
        work: F,
    ) -> impl Future<Output = Result<T, E>> + Send + 's
    where
        for<'t> F: AsyncFnOnce(&'t mut AsyncTransaction<C>) -> Result<T, E>
            + Work<&'t mut AsyncTransaction<C>, Result<T, E>, Future: Send>
            + Send
            + 'w,
        T: Send + 'w,
        E: From<Error> + Send + 'w,
        'w: 's,
    {
        self.0.transaction(work)
    }
}

impl<C: AsyncDatabaseConnection> Deref for AsyncTransaction<C> {
    type Target = AsyncSession<C>;

    fn deref(&self) -> &AsyncSession<C> {
        &self.0
    }
}

impl<C: AsyncDatabaseConnection> DerefMut for AsyncTransaction<C> {
    fn deref_mut(&mut self) -> &mut AsyncSession<C> {
        &mut self.0
    }
}

impl<C: AsyncDatabaseConnection> std::fmt::Debug for AsyncTransaction<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AsyncTransaction")
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}

#[diagnostic::do_not_recommend]
impl<'s, C: AsyncDatabaseConnection> Runs for &'s mut AsyncTransaction<C> {
    type Mode = Awaited<'s>;
    type Executor = &'s mut AsyncSession<C>;

    fn executor(self) -> &'s mut AsyncSession<C> {
        self
    }
}

/// The work of a transaction: an async closure of a session, whose future can
/// be sent to another thread.
///
/// `AsyncFnOnce` alone cannot say that of its future on stable Rust; beside it
/// this trait names the future. Nobody implements it.
pub trait Work<Argument, Output>:
    AsyncFnOnce(Argument) -> Output + FnOnce(Argument) -> <Self as Work<Argument, Output>>::Future
{
    /// What the closure gives.
    type Future: Future<Output = Output>;
}

impl<F, Argument, Output, Fut> Work<Argument, Output> for F
where
    F: AsyncFnOnce(Argument) -> Output + FnOnce(Argument) -> Fut,
    Fut: Future<Output = Output>,
{
    type Future = Fut;
}

/// Work that may be run again, of a transaction or of a migration: as [`Work`], for a closure that is
/// called several times. Nobody implements it.
pub trait RetryWork<Argument, Output>:
    AsyncFn(Argument) -> Output + Fn(Argument) -> <Self as RetryWork<Argument, Output>>::Future
{
    /// What the closure gives.
    type Future: Future<Output = Output>;
}

impl<F, Argument, Output, Fut> RetryWork<Argument, Output> for F
where
    F: AsyncFn(Argument) -> Output + Fn(Argument) -> Fut,
    Fut: Future<Output = Output>,
{
    type Future = Fut;
}

impl<C: AsyncDatabaseConnection> AsyncSession<C> {
    /// Runs a unit of work in a transaction; inside another, in a savepoint.
    ///
    /// `Ok` commits, `Err` rolls back. A panic, or the future dropped before it
    /// is done, rolls back too: the session is left, and its connection closed.
    ///
    /// ```
    /// # use orm_core::aio::prelude::*;
    /// # #[derive(Model, Debug)]
    /// # struct Account {
    /// #     #[model(generated)]
    /// #     id: i64,
    /// #     #[model(range(0..))]
    /// #     cents: i64,
    /// # }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> orm_core::Result<()> {
    /// # let engine = AsyncEngine::<AsyncSqliteConnection>::open(":memory:").await?;
    /// # engine.create_all(schema![Account]).await?;
    /// # let mut session = engine.session().await?;
    /// let failed = session
    ///     .transaction(async |tx| {
    ///         tx.insert(NewAccount { cents: 1 }).await?;
    ///         tx.insert(NewAccount { cents: -1 }).await // breaks a rule
    ///     })
    ///     .await;
    /// assert!(failed.is_err());
    /// assert_eq!(Account::query().count(&mut session).await?, 0);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Session::transaction`](crate::session::Session::transaction).
    ///
    /// # Panics
    /// If a hook does, after COMMIT.
    // An `async fn` does not promise that its future is `Send`.
    #[expect(clippy::manual_async_fn)]
    pub fn transaction<'w, 's, T, E, F>(
        &'s mut self,
        work: F,
    ) -> impl Future<Output = Result<T, E>> + Send + 's
    where
        for<'t> F: AsyncFnOnce(&'t mut AsyncTransaction<C>) -> Result<T, E>
            + Work<&'t mut AsyncTransaction<C>, Result<T, E>, Future: Send>
            + Send
            + 'w,
        T: Send + 'w,
        E: From<Error> + Send + 'w,
        'w: 's,
    {
        async move {
            let mut open = Open::begin(self).await?;
            let result = work(AsyncTransaction::ref_cast_mut(open.link())).await;
            open.finish(result).await
        }
    }

    /// As [`Session::transaction_with`](crate::session::Session::transaction_with).
    ///
    /// # Errors
    /// As [`Session::transaction_with`](crate::session::Session::transaction_with).
    ///
    /// # Panics
    /// If a hook does, after COMMIT.
    // An `async fn` does not promise that its future is `Send`.
    #[expect(clippy::manual_async_fn)]
    pub fn transaction_with<'w, 's, T, E, F>(
        &'s mut self,
        options: &'s TransactionOptions,
        work: F,
    ) -> impl Future<Output = Result<T, E>> + Send + 's
    where
        for<'t> F: AsyncFnOnce(&'t mut AsyncTransaction<C>) -> Result<T, E>
            + Work<&'t mut AsyncTransaction<C>, Result<T, E>, Future: Send>
            + Send
            + 'w,
        T: Send + 'w,
        E: From<Error> + Send + 'w,
        'w: 's,
    {
        async move {
            let mut open = Open::begin_with(self, options).await?;
            let result = work(AsyncTransaction::ref_cast_mut(open.link())).await;
            open.finish(result).await
        }
    }

    /// As [`Session::transaction_retry`](crate::session::Session::transaction_retry).
    ///
    /// # Errors
    /// As [`Session::transaction_retry`](crate::session::Session::transaction_retry).
    ///
    /// # Panics
    /// If a hook does, after COMMIT.
    // An `async fn` does not promise that its future is `Send`.
    #[expect(clippy::manual_async_fn)]
    pub fn transaction_retry<'w, 's, T, E, F>(
        &'s mut self,
        retry: &'s Retry,
        work: F,
    ) -> impl Future<Output = Result<T, E>> + Send + 's
    where
        for<'t> F: AsyncFn(&'t mut AsyncTransaction<C>) -> Result<T, E>
            + RetryWork<&'t mut AsyncTransaction<C>, Result<T, E>, Future: Send>
            + Send
            + Sync
            + 'w,
        T: Send + 'w,
        E: From<Error> + Send + 'static,
        'w: 's,
    {
        async move {
            let mut tries = 0;
            loop {
                not_nested(self)?;
                tries += 1;
                let done = match Open::begin_with(self, retry.options()).await {
                    Ok(mut open) => {
                        let result = work(AsyncTransaction::ref_cast_mut(open.link())).await;
                        open.finish(result).await
                    }
                    Err(error) => Err(error.into()),
                };
                let error = match done {
                    Ok(value) => return Ok(value),
                    Err(error) if !lost(self, &error) => return Err(error),
                    Err(error) => error,
                };
                match retry.wait_after(tries) {
                    Some(wait) => self.wait(wait).await,
                    None => return Err(tried(error, tries)),
                }
            }
        }
    }
}

impl<C: AsyncDatabaseConnection> AsyncEngine<C> {
    /// As [`Engine::transaction`](crate::engine::Engine::transaction).
    ///
    /// # Errors
    /// As [`Engine::transaction`](crate::engine::Engine::transaction).
    ///
    /// # Panics
    /// If a hook does, after COMMIT.
    #[track_caller]
    pub fn transaction<'w, 's, T, E, F>(
        &'s self,
        work: F,
    ) -> impl Future<Output = Result<T, E>> + Send + 's
    where
        for<'t> F: AsyncFnOnce(&'t mut AsyncTransaction<C>) -> Result<T, E>
            + Work<&'t mut AsyncTransaction<C>, Result<T, E>, Future: Send>
            + Send
            + 'w,
        T: Send + 'w,
        E: From<Error> + Send + 'w,
        'w: 's,
    {
        let session = self.session();
        async move {
            let behind = RunsBehind::default();
            let mut session = session.await?;
            session.fate.leave_hooks(&behind.0);
            let done = session.transaction(work).await;
            drop(session);
            behind.run();
            done
        }
    }

    /// As [`Engine::transaction_with`](crate::engine::Engine::transaction_with).
    ///
    /// # Errors
    /// As [`Engine::transaction_with`](crate::engine::Engine::transaction_with).
    ///
    /// # Panics
    /// If a hook does, after COMMIT.
    #[track_caller]
    pub fn transaction_with<'w, 's, T, E, F>(
        &'s self,
        options: &'s TransactionOptions,
        work: F,
    ) -> impl Future<Output = Result<T, E>> + Send + 's
    where
        for<'t> F: AsyncFnOnce(&'t mut AsyncTransaction<C>) -> Result<T, E>
            + Work<&'t mut AsyncTransaction<C>, Result<T, E>, Future: Send>
            + Send
            + 'w,
        T: Send + 'w,
        E: From<Error> + Send + 'w,
        'w: 's,
    {
        let session = self.session();
        async move {
            let behind = RunsBehind::default();
            let mut session = session.await?;
            session.fate.leave_hooks(&behind.0);
            let done = session.transaction_with(options, work).await;
            drop(session);
            behind.run();
            done
        }
    }

    /// As [`Engine::transaction_retry`](crate::engine::Engine::transaction_retry).
    ///
    /// # Errors
    /// As [`Engine::transaction_retry`](crate::engine::Engine::transaction_retry).
    ///
    /// # Panics
    /// If a hook does, after COMMIT.
    #[track_caller]
    pub fn transaction_retry<'w, 's, T, E, F>(
        &'s self,
        retry: &'s Retry,
        work: F,
    ) -> impl Future<Output = Result<T, E>> + Send + 's
    where
        for<'t> F: AsyncFn(&'t mut AsyncTransaction<C>) -> Result<T, E>
            + RetryWork<&'t mut AsyncTransaction<C>, Result<T, E>, Future: Send>
            + Send
            + Sync
            + 'w,
        T: Send + 'w,
        E: From<Error> + Send + 'static,
        'w: 's,
    {
        let session = self.session();
        async move {
            let behind = RunsBehind::default();
            let mut session = session.await?;
            session.fate.leave_hooks(&behind.0);
            let done = session.transaction_retry(retry, work).await;
            drop(session);
            behind.run();
            done
        }
    }
}
