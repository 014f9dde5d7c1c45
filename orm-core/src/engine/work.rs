//! A unit of work, on a session of its own.

use super::Engine;
use crate::connection::DatabaseConnection;
use crate::error::Result;
use crate::session::Session;
use crate::work::{Flushed, UnitOfWork};

impl<C: DatabaseConnection> Engine<C> {
    /// Sends a unit of work on a session from the pool; see
    /// [`Session::flush`](crate::session::Session::flush).
    ///
    /// # Errors
    /// As there, and as [`session`](Self::session).
    #[track_caller]
    pub fn flush(&self, work: &UnitOfWork<Session<C>>) -> Result<Flushed> {
        self.session()?.flush(work)
    }
}
