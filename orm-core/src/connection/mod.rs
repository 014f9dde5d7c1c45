//! Opening connections: one trait, implemented for Diesel's connections.
//!
//! A connection is set up here before anybody uses it, so that every session
//! finds the same settings. `watch` tells observers what happens on one, `pool` keeps connections,
//! `session` uses them.

#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;
pub(crate) mod watch;

use diesel::connection::{LoadConnection, TransactionManager};
use diesel::r2d2::R2D2Connection;
use diesel::result::QueryResult;

use crate::backend::Dialect;
use crate::error::{Error, ErrorKind, Result};
use crate::url::{DatabaseUrl, Scheme};

#[cfg(all(feature = "async", feature = "mysql"))]
pub(crate) use mysql::SETTINGS as MYSQL_SETTINGS;
#[cfg(all(feature = "async", feature = "postgres"))]
pub(crate) use postgres::SETTINGS as POSTGRES_SETTINGS;
#[cfg(all(feature = "async", feature = "sqlite"))]
pub(crate) use sqlite::set_up as set_up_sqlite;

/// A connection to one of the databases: Diesel's own, set up by this crate.
pub trait DatabaseConnection:
    LoadConnection<Backend: Dialect> + R2D2Connection + Send + 'static
{
    /// The kind of URL that it opens.
    const SCHEME: Scheme;

    /// Opens a connection and sets it up.
    ///
    /// # Errors
    /// [`ErrorKind::Connect`], with the driver's words and without the password.
    fn open(url: &DatabaseUrl) -> Result<Self>;

    /// Whether the server is known to have ended the connection, without asking it.
    fn is_ended(&mut self) -> bool {
        false
    }

    /// Begins a transaction that will write. SQLite takes the lock of its file at once.
    ///
    /// # Errors
    /// What the database says.
    fn begin_immediate(&mut self) -> QueryResult<()> {
        Self::TransactionManager::begin_transaction(self)
    }

    /// Rolls back whatever transaction is open, whether Diesel knows of it or not.
    ///
    /// # Errors
    /// What the database says.
    fn roll_back_all(&mut self) -> QueryResult<()> {
        self.batch_execute("ROLLBACK")?;
        *Self::TransactionManager::transaction_manager_status_mut(self) = Default::default();
        Ok(())
    }
}

/// Checks that a URL is of the connection's kind.
pub(crate) fn check_scheme(url: &DatabaseUrl, expected: Scheme) -> Result<()> {
    if url.scheme() == expected {
        return Ok(());
    }
    let message = format!(
        "the URL names a {:?} database, and {expected:?} is expected",
        url.scheme(),
    );
    Err(Error::new(ErrorKind::Url, message))
}

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
pub(crate) fn refused(url: &DatabaseUrl, error: &diesel::ConnectionError) -> Error {
    let message = format!("cannot connect to {url}: {}", url.scrub(&error.to_string()));
    Error::new(ErrorKind::Connect, message)
}
