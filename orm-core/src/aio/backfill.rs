//! Backfills, awaited. A future of these that is dropped leaves its connection, which is closed: the
//! chunk that was under way is rolled back.

use std::future::Future;

use super::{AsyncDatabaseConnection, AsyncEngine, AsyncSession, BoxFuture};
use crate::backfill::{
    self, Backfill, BackfillStatus, Backfilled, Progress, Range, RowBackfill, Step,
};
use crate::error::Result;
use crate::operation::LoadModel;

/// The work on the rows of a chunk: an async closure, whose future can be sent to another thread.
///
/// As [`Work`](super::Work), for a closure that is called for each chunk. Nobody implements it.
pub trait RowWork<S, M>:
    AsyncFn(S, Vec<M>) -> Result<()> + Fn(S, Vec<M>) -> <Self as RowWork<S, M>>::Future
{
    /// What the closure gives.
    type Future: Future<Output = Result<()>>;
}

impl<F, S, M, Fut> RowWork<S, M> for F
where
    F: AsyncFn(S, Vec<M>) -> Result<()> + Fn(S, Vec<M>) -> Fut,
    Fut: Future<Output = Result<()>>,
{
    type Future = Fut;
}

/// A closure that is given the rows of each chunk.
struct Rows<'b, M, F> {
    backfill: &'b RowBackfill<M>,
    work: F,
}

impl<C, M, F> Step<AsyncSession<C>> for Rows<'_, M, F>
where
    C: AsyncDatabaseConnection,
    M: LoadModel<C::Backend>,
    for<'t> F: RowWork<&'t mut AsyncSession<C>, M, Future: Send> + Send + Sync,
{
    async fn run(&mut self, link: &mut AsyncSession<C>, range: &Range) -> Result<u64> {
        let rows = backfill::load_chunk(link, self.backfill, range).await?;
        let count = rows.len() as u64;
        if count > 0 {
            (self.work)(link, rows).await?;
        }
        Ok(count)
    }
}

impl<C: AsyncDatabaseConnection> AsyncSession<C> {
    /// As [`Session::backfill`](crate::session::Session::backfill).
    ///
    /// # Errors
    /// As [`Session::backfill`](crate::session::Session::backfill).
    pub fn backfill<'s>(
        &'s mut self,
        backfill: &'s Backfill,
        mut told: impl FnMut(&Progress) + Send + 's,
    ) -> BoxFuture<'s, Result<Backfilled>> {
        Box::pin(async move { backfill::fill(self, backfill, &mut told).await })
    }

    /// As [`Session::backfill_rows`](crate::session::Session::backfill_rows); the work is an async
    /// closure.
    ///
    /// ```
    /// # use orm_core::aio::prelude::*;
    /// # use orm_core::backfill::Backfill;
    /// # #[derive(Model)]
    /// # pub struct Customer {
    /// #     #[model(generated)]
    /// #     pub id: i64,
    /// #     pub name: String,
    /// #     pub initial: Option<String>,
    /// # }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> orm_core::Result<()> {
    /// # let engine = AsyncEngine::<AsyncSqliteConnection>::open(":memory:").await?;
    /// # engine.create_all(schema![Customer]).await?;
    /// let filled = Backfill::rows::<Customer>("customers_initial").chunk(500);
    /// let mut session = engine.session().await?;
    /// session
    ///     .backfill_rows(
    ///         &filled,
    ///         async |session, customers| {
    ///             for one in customers {
    ///                 let initial = one.name.chars().next().map(String::from);
    ///                 session.update(Customer::patch(one.id).initial(initial)).await?;
    ///             }
    ///             Ok(())
    ///         },
    ///         |_| {},
    ///     )
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Session::backfill_rows`](crate::session::Session::backfill_rows).
    // An `async fn` does not promise that its future is `Send`.
    #[expect(clippy::manual_async_fn)]
    pub fn backfill_rows<'s, M, F>(
        &'s mut self,
        backfill: &'s RowBackfill<M>,
        work: F,
        mut told: impl FnMut(&Progress) + Send + 's,
    ) -> impl Future<Output = Result<Backfilled>> + Send + 's
    where
        M: LoadModel<C::Backend>,
        for<'t> F: AsyncFn(&'t mut Self, Vec<M>) -> Result<()>
            + RowWork<&'t mut Self, M, Future: Send>
            + Send
            + Sync
            + 's,
    {
        async move {
            let mut step = Rows { backfill, work };
            backfill::fill_rows(self, backfill, &mut step, &mut told).await
        }
    }

    /// As [`Session::backfills`](crate::session::Session::backfills).
    ///
    /// # Errors
    /// What the database says.
    pub fn backfills(&mut self) -> BoxFuture<'_, Result<Vec<BackfillStatus>>> {
        Box::pin(backfill::list(self))
    }

    /// As [`Session::reset_backfill`](crate::session::Session::reset_backfill).
    ///
    /// # Errors
    /// What the database says.
    pub fn reset_backfill<'s>(&'s mut self, name: &'s str) -> BoxFuture<'s, Result<bool>> {
        Box::pin(backfill::reset(self, name))
    }
}

impl<C: AsyncDatabaseConnection> AsyncEngine<C> {
    /// As [`Engine::backfill`](crate::engine::Engine::backfill).
    ///
    /// # Errors
    /// As [`Engine::backfill`](crate::engine::Engine::backfill).
    #[track_caller]
    pub fn backfill<'s>(
        &'s self,
        backfill: &'s Backfill,
        told: impl FnMut(&Progress) + Send + 's,
    ) -> BoxFuture<'s, Result<Backfilled>> {
        let session = self.session();
        Box::pin(async move { session.await?.backfill(backfill, told).await })
    }

    /// As [`Engine::backfill_rows`](crate::engine::Engine::backfill_rows); the work is an async
    /// closure.
    ///
    /// # Errors
    /// As [`Engine::backfill_rows`](crate::engine::Engine::backfill_rows).
    #[track_caller]
    pub fn backfill_rows<'s, M, F>(
        &'s self,
        backfill: &'s RowBackfill<M>,
        work: F,
        told: impl FnMut(&Progress) + Send + 's,
    ) -> impl Future<Output = Result<Backfilled>> + Send + 's
    where
        M: LoadModel<C::Backend>,
        for<'t> F: AsyncFn(&'t mut AsyncSession<C>, Vec<M>) -> Result<()>
            + RowWork<&'t mut AsyncSession<C>, M, Future: Send>
            + Send
            + Sync
            + 's,
    {
        let session = self.session();
        async move {
            let mut session = session.await?;
            session.backfill_rows(backfill, work, told).await
        }
    }

    /// As [`Engine::backfills`](crate::engine::Engine::backfills).
    ///
    /// # Errors
    /// As [`Engine::backfills`](crate::engine::Engine::backfills).
    #[track_caller]
    pub fn backfills(&self) -> BoxFuture<'_, Result<Vec<BackfillStatus>>> {
        let session = self.session();
        Box::pin(async move { session.await?.backfills().await })
    }

    /// As [`Engine::reset_backfill`](crate::engine::Engine::reset_backfill).
    ///
    /// # Errors
    /// As [`Engine::reset_backfill`](crate::engine::Engine::reset_backfill).
    #[track_caller]
    pub fn reset_backfill<'s>(&'s self, name: &'s str) -> BoxFuture<'s, Result<bool>> {
        let session = self.session();
        Box::pin(async move { session.await?.reset_backfill(name).await })
    }
}
