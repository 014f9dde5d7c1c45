//! Rows that are locked as they are read, in a transaction.

use super::{Session, Transaction};
use crate::connection::DatabaseConnection;
use crate::error::Result;
use crate::operation::{lock_file, now};
use crate::query::{
    Blocking, Execute, FirstLocked, FirstRow, InTransaction, LoadLocked, LockedQuery,
};

#[diagnostic::do_not_recommend]
impl<C: DatabaseConnection> InTransaction for &mut Transaction<C> {
    type Locker = Self;

    fn locker(self) -> Self {
        self
    }
}

impl<C, Q, U> LoadLocked<Q, U> for &mut Transaction<C>
where
    C: DatabaseConnection,
    Q: LockedQuery,
    for<'s> &'s mut Session<C>: Execute<Q::Query, U, Mode = Blocking>,
{
    fn load_locked(self, query: Q) -> Result<Vec<U>> {
        let session: &mut Session<C> = self;
        now(lock_file(session, Q::table(), query.lock()))?;
        session.load_all(query.into_query())
    }
}

impl<C, Q, U> FirstLocked<Q, U> for &mut Transaction<C>
where
    C: DatabaseConnection,
    Q: LockedQuery,
    for<'s> &'s mut Session<C>: FirstRow<Q::Query, U, Mode = Blocking>,
{
    fn first_locked(self, query: Q) -> Result<Option<U>> {
        let session: &mut Session<C> = self;
        now(lock_file(session, Q::table(), query.lock()))?;
        session.first_row(query.into_query())
    }
}
