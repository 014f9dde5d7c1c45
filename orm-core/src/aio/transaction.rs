//! Transactions and savepoints, whose work is an async closure.

use std::future::Future;

use super::{AsyncDatabaseConnection, AsyncSession};
use crate::error::Error;
use crate::operation::Open;

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
    /// What the work returns; what the database says of BEGIN and COMMIT.
    // An `async fn` does not promise that its future is `Send`.
    #[expect(clippy::manual_async_fn)]
    pub fn transaction<'w, 's, T, E, F>(
        &'s mut self,
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
            let mut open = Open::begin(self).await?;
            let result = work(open.link()).await;
            open.finish(result).await
        }
    }
}
