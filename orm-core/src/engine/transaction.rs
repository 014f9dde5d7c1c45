//! Transactions on a session of their own.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::Engine;
use crate::connection::DatabaseConnection;
use crate::error::Error;
use crate::operation::Link;
use crate::session::{Session, Transaction};
use crate::transaction::{Retry, RunsBehind, TransactionOptions};

impl<C: DatabaseConnection> Engine<C> {
    /// As [`Session::transaction`], on a session from the pool. Its connection is back there when
    /// hooks are run.
    ///
    /// # Errors
    /// As [`Session::transaction`] and [`session`](Self::session).
    ///
    /// # Panics
    /// As [`Session::transaction`]; the connection is back in the pool then.
    #[track_caller]
    pub fn transaction<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Transaction<C>) -> Result<T, E>,
        E: From<Error>,
    {
        self.on_session(|session| session.transaction(work))
    }

    /// As [`Session::transaction_with`], on a session from the pool.
    ///
    /// # Errors
    /// As [`Session::transaction_with`] and [`session`](Self::session).
    ///
    /// # Panics
    /// As [`Session::transaction`]; the connection is back in the pool then.
    #[track_caller]
    pub fn transaction_with<T, E, F>(&self, options: &TransactionOptions, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Transaction<C>) -> Result<T, E>,
        E: From<Error>,
    {
        self.on_session(|session| session.transaction_with(options, work))
    }

    /// As [`Session::transaction_retry`], on a session from the pool, which all tries have.
    ///
    /// # Errors
    /// As [`Session::transaction_retry`] and [`session`](Self::session).
    ///
    /// # Panics
    /// As [`Session::transaction`]; the connection is back in the pool then.
    #[track_caller]
    pub fn transaction_retry<T, E, F>(&self, retry: &Retry, work: F) -> Result<T, E>
    where
        F: FnMut(&mut Transaction<C>) -> Result<T, E>,
        E: From<Error> + 'static,
    {
        self.on_session(|session| session.transaction_retry(retry, work))
    }

    /// Gives the session back before hooks are run, which may want a connection, and before a panic
    /// goes on: the pool does not take what it is given by one.
    #[track_caller]
    fn on_session<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&mut Session<C>) -> Result<T, E>,
    ) -> Result<T, E> {
        let behind = RunsBehind::default();
        let mut session = self.session()?;
        session.fate().leave_hooks(&behind.0);
        let done = catch_unwind(AssertUnwindSafe(|| work(&mut session)));
        drop(session);
        behind.run();
        done.unwrap_or_else(|panic| resume_unwind(panic))
    }
}
