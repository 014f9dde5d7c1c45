//! A unit of work, sent.

use super::Session;
use crate::connection::DatabaseConnection;
use crate::error::Result;
use crate::operation::now;
use crate::work::{self, Flushed, UnitOfWork};

impl<C: DatabaseConnection> Session<C> {
    /// Sends a unit of work in a transaction; inside another, in a savepoint. All of it holds
    /// afterwards, or nothing.
    ///
    /// Rows are inserted parents before children, then updated, then deleted children before
    /// parents; a row that takes the place of another in a unique comes after it. A unit that
    /// changes nothing sends nothing. The unit stays as it is: after an error that
    /// [`is_retryable`](crate::Error::is_retryable) it can be flushed again.
    ///
    /// # Errors
    /// [`Invalid`](crate::error::ErrorKind::Invalid) with all broken rules of all objects, before
    /// anything is sent (those that depend on a key which only the database makes: before their
    /// own statement); also for what the database finds broken. A field is named by its object:
    /// `Order[3].total_cents`, the fourth order that was added, `Order(7).total_cents`, the order
    /// of the key 7.
    /// [`Refused`](crate::error::ErrorKind::Refused), before anything is sent, if records
    /// contradict each other or can be put into no order. What a [hook](crate::hooks::Hooks) refuses
    /// with. The rules of a model that has hooks are checked behind them, before each statement.
    /// [`NotFound`](crate::error::ErrorKind::NotFound) and
    /// [`Stale`](crate::error::ErrorKind::Stale) for a row that is changed and is not there, or in
    /// another version than it was read in; also for one that is removed in another version.
    pub fn flush(&mut self, work: &UnitOfWork<Self>) -> Result<Flushed> {
        now(work::flush(self, work))
    }
}
