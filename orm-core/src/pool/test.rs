//! The transaction of a test: never committed, on one connection, with a savepoint that moves along.
//!
//! Before each statement that stands outside of a transaction the savepoint is moved up to it. So a
//! statement that fails there takes only itself back, on PostgreSQL too; and that the transaction of the
//! test was ended shows before anything more is sent.

use std::sync::atomic::{AtomicBool, Ordering};

use diesel::result::Error as DieselError;

use crate::error::{Error, ErrorKind, Result, TestEnded};

/// Behind BEGIN.
pub(crate) const BEGIN: &str = "SAVEPOINT orm_test";

/// Keeps what was done since, as far as the test keeps anything.
pub(crate) const HOLD_ON: &str = "RELEASE SAVEPOINT orm_test; SAVEPOINT orm_test";

/// On PostgreSQL nothing else is done behind a statement that failed.
pub(crate) const GO_BACK: &str = "ROLLBACK TO SAVEPOINT orm_test";

/// The error where there is no such savepoint.
pub(crate) fn ended() -> DieselError {
    DieselError::QueryBuilderError(Box::new(TestEnded))
}

/// Whether the transaction was begun: there is one connection for it.
#[derive(Debug, Default)]
pub(crate) struct TestTransaction {
    begun: AtomicBool,
}

impl TestTransaction {
    /// A connection is to be opened for it.
    ///
    /// # Errors
    /// If there was one before: what was written is gone with that.
    pub(crate) fn begins(&self) -> Result<()> {
        match self.begun.load(Ordering::Relaxed) {
            true => Err(Error::new(ErrorKind::Refused, TestEnded.to_string())),
            false => Ok(()),
        }
    }

    /// It was begun.
    pub(crate) fn has_begun(&self) {
        self.begun.store(true, Ordering::Relaxed);
    }
}
