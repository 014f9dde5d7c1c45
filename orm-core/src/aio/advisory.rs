//! Advisory locks, held while an async closure runs.

use std::future::Future;

use super::{AsyncDatabaseConnection, AsyncSession, AsyncTransaction, BoxFuture, Work};
use crate::error::{Error, Result};
use crate::operation::{Guarded, lock_until_commit};
use crate::transaction::AdvisoryLock;

impl<C: AsyncDatabaseConnection> AsyncSession<C> {
    /// As [`Session::with_advisory_lock`](crate::session::Session::with_advisory_lock). A panic, or
    /// the future dropped before it is done, leaves the session: the lock ends with its connection.
    ///
    /// # Errors
    /// As [`Session::with_advisory_lock`](crate::session::Session::with_advisory_lock).
    // An `async fn` does not promise that its future is `Send`.
    #[expect(clippy::manual_async_fn)]
    pub fn with_advisory_lock<'w, 's, T, E, F>(
        &'s mut self,
        lock: &'s AdvisoryLock,
        work: F,
    ) -> impl Future<Output = Result<T, E>> + Send + 's
    where
        for<'t> F: AsyncFnOnce(&'t mut Self) -> Result<T, E>
            + Work<&'t mut Self, Result<T, E>, Future: Send>
            + Send
            + 'w,
        T: Send + 'w,
        E: From<Error> + Send + 'w,
        'w: 's,
    {
        async move {
            let mut held = Guarded::take(self, lock).await?;
            let done = work(held.link()).await;
            let released = held.release().await;
            let done = done?;
            released?;
            Ok(done)
        }
    }
}

impl<C: AsyncDatabaseConnection> AsyncTransaction<C> {
    /// As [`Transaction::advisory_lock`](crate::session::Transaction::advisory_lock).
    ///
    /// # Errors
    /// As [`Transaction::advisory_lock`](crate::session::Transaction::advisory_lock).
    pub fn advisory_lock<'s>(&'s mut self, lock: &'s AdvisoryLock) -> BoxFuture<'s, Result<()>> {
        let session: &'s mut AsyncSession<C> = self;
        Box::pin(lock_until_commit(session, lock))
    }
}
