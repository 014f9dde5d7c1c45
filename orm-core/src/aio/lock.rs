//! Rows that are locked as they are read, in a transaction that is awaited.

use super::{AsyncDatabaseConnection, AsyncSession, AsyncTransaction, BoxFuture, RunOn};
use crate::error::Result;
use crate::operation::lock_file;
use crate::query::{
    First, FirstLocked, InTransaction, LoadLocked, Locked, LockedQuery, Locking, NoGroup,
    NotDistinct, Query,
};

#[diagnostic::do_not_recommend]
impl<'s, C: AsyncDatabaseConnection> InTransaction for &'s mut AsyncTransaction<C> {
    type Locker = &'s mut AsyncSession<C>;

    fn locker(self) -> &'s mut AsyncSession<C> {
        self
    }
}

impl<'s, C, Q, U> LoadLocked<Q, U> for &'s mut AsyncSession<C>
where
    C: AsyncDatabaseConnection,
    Q: LockedQuery,
    Q::Query: RunOn<'s, C, U> + Send + 's,
    U: Send + 's,
{
    fn load_locked(self, query: Q) -> BoxFuture<'s, Result<Vec<U>>> {
        let (lock, query) = (query.lock(), query.into_query());
        Box::pin(async move {
            lock_file(self, Q::table(), lock).await?;
            query.run_on(self).await
        })
    }
}

type Rows<M, Q, S, O, W, R, P, J> = Query<M, Q, S, O, NoGroup, NotDistinct, W, R, P, J>;

impl<'s, C, M, Q, S, O, W, R, P, J, U> FirstLocked<Locked<Rows<M, Q, S, O, W, R, P, J>>, U>
    for &'s mut AsyncSession<C>
where
    C: AsyncDatabaseConnection,
    Locked<Rows<M, Q, S, O, W, R, P, J>>:
        LockedQuery<Query = Rows<M, Q, S, O, Locking<W>, R, P, J>>,
    Rows<M, Q, S, O, First<Locking<W>>, R, P, J>: RunOn<'s, C, U> + Send + 's,
    U: Send + 's,
{
    fn first_locked(
        self,
        query: Locked<Rows<M, Q, S, O, W, R, P, J>>,
    ) -> BoxFuture<'s, Result<Option<U>>> {
        let table = <Locked<Rows<M, Q, S, O, W, R, P, J>> as LockedQuery>::table();
        let (lock, query) = (query.lock(), query.into_query().only_first());
        Box::pin(async move {
            lock_file(self, table, lock).await?;
            Ok(query.run_on(self).await?.into_iter().next())
        })
    }
}
