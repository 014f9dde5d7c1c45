//! A unit of work, to be awaited.

use super::{AsyncDatabaseConnection, AsyncEngine, AsyncSession, BoxFuture};
use crate::error::Result;
use crate::work::{self, Flushed, UnitOfWork};

impl<C: AsyncDatabaseConnection> AsyncSession<C> {
    /// Sends a unit of work in a transaction; see
    /// [`Session::flush`](crate::session::Session::flush).
    ///
    /// # Errors
    /// As there.
    pub fn flush<'f>(&'f mut self, work: &'f UnitOfWork<Self>) -> BoxFuture<'f, Result<Flushed>> {
        Box::pin(work::flush(self, work))
    }
}

impl<C: AsyncDatabaseConnection> AsyncEngine<C> {
    /// Sends a unit of work on a session from the pool; see
    /// [`Session::flush`](crate::session::Session::flush).
    ///
    /// # Errors
    /// As there, and as [`session`](Self::session).
    #[track_caller]
    pub fn flush<'f>(
        &'f self,
        work: &'f UnitOfWork<AsyncSession<C>>,
    ) -> BoxFuture<'f, Result<Flushed>> {
        let session = self.session();
        Box::pin(async move { session.await?.flush(work).await })
    }
}
