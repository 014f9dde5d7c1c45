//! Opening async connections: one trait, implemented for diesel-async's.

use std::future::Future;

#[cfg(feature = "sqlite")]
use diesel::r2d2::R2D2Connection;
use diesel_async::pooled_connection::PoolableConnection;
use diesel_async::{AsyncConnection, AsyncConnectionCore, SimpleAsyncConnection};

use super::BoxFuture;
use crate::backend::Dialect;
use crate::connection::{check_scheme, refused};
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

async fn establish<C: AsyncConnection>(url: &DatabaseUrl) -> Result<C> {
    let opened = C::establish(url.secret()).await;
    opened.map_err(|error| refused(url, &error))
}

#[cfg(feature = "postgres")]
impl AsyncDatabaseConnection for super::AsyncPgConnection {
    const SCHEME: Scheme = Scheme::Postgres;

    async fn open(url: &DatabaseUrl) -> Result<Self> {
        check_scheme(url, Self::SCHEME)?;
        establish(url).await
    }

    fn cancel(&self) -> Option<Cancel> {
        let token = self.cancel_token();
        Some(Box::pin(async move {
            // A server that is gone has stopped already.
            let _ = token.cancel_query(tokio_postgres::NoTls).await;
        }))
    }
}

#[cfg(feature = "sqlite")]
impl AsyncDatabaseConnection for super::AsyncSqliteConnection {
    const SCHEME: Scheme = Scheme::Sqlite;

    async fn open(url: &DatabaseUrl) -> Result<Self> {
        check_scheme(url, Self::SCHEME)?;
        let mut connection: Self = establish(url).await?;
        connection
            .spawn_blocking(crate::connection::set_up_sqlite)
            .await?;
        Ok(connection)
    }

    /// The thread that runs the statement ends with it.
    fn cancel(&self) -> Option<Cancel> {
        None
    }

    /// Asked on a thread, which waits for one that is still busy with the connection.
    async fn answers(&mut self) -> diesel::QueryResult<bool> {
        self.spawn_blocking(|connection| Ok(!R2D2Connection::is_broken(connection)))
            .await
    }
}

#[cfg(feature = "mysql")]
impl AsyncDatabaseConnection for super::AsyncMysqlConnection {
    const SCHEME: Scheme = Scheme::Mysql;

    async fn open(url: &DatabaseUrl) -> Result<Self> {
        check_scheme(url, Self::SCHEME)?;
        let mut connection: Self = establish(url).await?;
        connection
            .batch_execute(crate::connection::MYSQL_SETTINGS)
            .await?;
        Ok(connection)
    }

    fn cancel(&self) -> Option<Cancel> {
        let token = self.cancel_token();
        Some(Box::pin(async move {
            // A server that is gone has stopped already.
            let _ = token.cancel_query().await;
        }))
    }
}
