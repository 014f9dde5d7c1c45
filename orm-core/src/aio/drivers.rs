//! The connections of diesel-async, opened and set up.

#[cfg(feature = "sqlite")]
use diesel::r2d2::R2D2Connection;
use diesel_async::AsyncConnection;
#[cfg(any(feature = "postgres", feature = "mysql"))]
use diesel_async::SimpleAsyncConnection;

use super::{AsyncDatabaseConnection, Cancel};
use crate::connection::{check_scheme, refused};
use crate::error::Result;
use crate::url::{DatabaseUrl, Scheme};

async fn establish<C: AsyncConnection>(url: &DatabaseUrl) -> Result<C> {
    let opened = C::establish(url.secret()).await;
    opened.map_err(|error| refused(url, &error))
}

#[cfg(feature = "postgres")]
impl AsyncDatabaseConnection for super::AsyncPgConnection {
    const SCHEME: Scheme = Scheme::Postgres;

    async fn open(url: &DatabaseUrl) -> Result<Self> {
        check_scheme(url, Self::SCHEME)?;
        let mut connection: Self = establish(url).await?;
        let settings = crate::connection::POSTGRES_SETTINGS;
        if let Err(error) = connection.batch_execute(settings).await
            && crate::error::is_closed(&error)
        {
            return Err(error.into());
        }
        Ok(connection)
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

    async fn begin_immediate(&mut self) -> diesel::QueryResult<()> {
        self.spawn_blocking(crate::connection::DatabaseConnection::begin_immediate)
            .await
    }

    async fn roll_back_all(&mut self) -> diesel::QueryResult<()> {
        self.spawn_blocking(crate::connection::DatabaseConnection::roll_back_all)
            .await
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
