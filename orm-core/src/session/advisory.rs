//! Advisory locks, held while a closure runs.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::{Session, Transaction};
use crate::connection::DatabaseConnection;
use crate::error::{Error, Result};
use crate::operation::{Guarded, lock_until_commit, now};
use crate::transaction::AdvisoryLock;

impl<C: DatabaseConnection> Session<C> {
    /// Runs a closure while this session holds an advisory lock. It is given back behind that,
    /// whatever came of the closure; if that fails, with the connection, which is not used again.
    ///
    /// ```no_run
    /// # use orm_core::prelude::*;
    /// use orm_core::transaction::AdvisoryLock;
    ///
    /// # fn report<C: orm_core::connection::DatabaseConnection>(_: &mut Session<C>) -> orm_core::Result<()> { Ok(()) }
    /// # fn run<C: orm_core::connection::DatabaseConnection>(session: &mut Session<C>) -> orm_core::Result<()> {
    /// let nightly = AdvisoryLock::named("nightly report").no_wait();
    /// session.with_advisory_lock(&nightly, |session| report(session))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// What the closure returns; [`Conflict`](crate::ErrorKind::Conflict) if somebody else held the
    /// lock for too long; [`Refused`](crate::ErrorKind::Refused) inside of a transaction;
    /// [`Unsupported`](crate::ErrorKind::Unsupported) on SQLite; what the database says.
    ///
    /// # Panics
    /// If the closure does; the lock is given back before.
    pub fn with_advisory_lock<T, E, F>(&mut self, lock: &AdvisoryLock, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Self) -> Result<T, E>,
        E: From<Error>,
    {
        let mut held = now(Guarded::take(self, lock))?;
        let done = catch_unwind(AssertUnwindSafe(|| work(held.link())));
        let released = now(held.release());
        let done = done.unwrap_or_else(|panic| resume_unwind(panic))?;
        released?;
        Ok(done)
    }
}

impl<C: DatabaseConnection> Transaction<C> {
    /// Takes an advisory lock that ends with the outermost transaction, or with the rollback of the
    /// savepoint that it was taken in. PostgreSQL only.
    ///
    /// # Errors
    /// [`Conflict`](crate::ErrorKind::Conflict) if somebody else held the lock for too long;
    /// [`Unsupported`](crate::ErrorKind::Unsupported) on other databases; what the database says.
    pub fn advisory_lock(&mut self, lock: &AdvisoryLock) -> Result<()> {
        let session: &mut Session<C> = self;
        now(lock_until_commit(session, lock))
    }
}
