//! Opening async connections: one trait, implemented for diesel-async's.

use std::future::Future;

use diesel_async::pooled_connection::PoolableConnection;
use diesel_async::{AsyncConnection, AsyncConnectionCore, TransactionManager};

use super::BoxFuture;
use crate::backend::Dialect;
use crate::error::Result;
use crate::url::{DatabaseUrl, Scheme};

/// Asks the server to stop what a connection is doing.
pub type Cancel = BoxFuture<'static, ()>;

/// An async connection to one of the databases: diesel-async's own, set up by
/// this crate.
pub trait AsyncDatabaseConnection:
    AsyncConnectionCore<Backend: Dialect> + AsyncConnection + PoolableConnection + Send + 'static
{
    /// The kind of URL that it opens.
    const SCHEME: Scheme;

    /// Opens a connection and sets it up.
    ///
    /// # Errors
    /// [`ErrorKind::Connect`](crate::error::ErrorKind::Connect), with the driver's words and
    /// without the password.
    fn open(url: &DatabaseUrl) -> impl Future<Output = Result<Self>> + Send;

    /// A request to stop the statement that is running, where the server takes
    /// one: a server that is not told goes on with it for nobody.
    fn cancel(&self) -> Option<Cancel>;

    /// Begins a transaction that will write. SQLite takes the lock of its file at once.
    ///
    /// # Errors
    /// What the database says.
    fn begin_immediate(&mut self) -> impl Future<Output = diesel::QueryResult<()>> + Send {
        Self::TransactionManager::begin_transaction(self)
    }

    /// Rolls back whatever transaction is open, whether Diesel knows of it or not.
    ///
    /// # Errors
    /// What the database says.
    fn roll_back_all(&mut self) -> impl Future<Output = diesel::QueryResult<()>> + Send {
        async {
            self.batch_execute("ROLLBACK").await?;
            *Self::TransactionManager::transaction_manager_status_mut(self) = Default::default();
            Ok(())
        }
    }

    /// Whether the connection can be used again, once what was left on it is done: no transaction
    /// is open.
    ///
    /// # Errors
    /// If the server does not answer.
    fn answers(&mut self) -> impl Future<Output = diesel::QueryResult<bool>> + Send {
        async {
            self.batch_execute("SELECT 1").await?;
            Ok(!self.is_broken())
        }
    }
}
