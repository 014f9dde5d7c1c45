//! [`AsyncEngine`]: a database and its pool, to be awaited.

use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use super::pool::AsyncPool;
use super::pooled::Connections;
use super::{AsyncDatabaseConnection, AsyncSession, BoxFuture};
use crate::backend::Dialect;
use crate::engine::{Settings, setters, url_from_env};
use crate::error::Result;
use crate::event::Observer;
use crate::hooks::Hooks;
use crate::id::TimeIds;
use crate::inspect::Catalog;
use crate::operation;
use crate::schema::Schema;

/// A database: a pool of connections, and sessions from it, to be awaited.
/// Cheap to clone.
///
/// ```
/// use orm_core::aio::prelude::*;
///
/// #[derive(Model, Debug)]
/// struct Customer {
///     #[model(generated)]
///     id: i64,
///     name: String,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm_core::Result<()> {
/// let engine = AsyncEngine::<AsyncSqliteConnection>::open(":memory:").await?;
/// engine.create_all(schema![Customer]).await?;
/// let mut session = engine.session().await?;
///
/// let ann = session.insert(NewCustomer { name: "Ann".into() }).await?;
/// let found = Customer::query().filter(customers::name.eq("Ann")).load(&mut session).await?;
/// assert_eq!(found[0].id, ann.id);
/// # Ok(())
/// # }
/// ```
pub struct AsyncEngine<C: AsyncDatabaseConnection> {
    pool: AsyncPool<C>,
    name: Arc<str>,
    ids: Arc<TimeIds>,
    hooks: Option<Arc<Hooks>>,
}

impl<C: AsyncDatabaseConnection> AsyncEngine<C> {
    /// Opens a database by its URL, with default settings; the URLs are those
    /// of [`Engine::open`](crate::engine::Engine::open). PostgreSQL without TLS.
    ///
    /// # Errors
    /// [`ErrorKind::Url`](crate::ErrorKind::Url) if the URL is malformed or of another database,
    /// [`ErrorKind::Connect`](crate::ErrorKind::Connect) if the database cannot be reached.
    pub fn open(url: &str) -> BoxFuture<'static, Result<Self>> {
        Self::builder().url(url).open()
    }

    /// Opens the database that the environment variable `DATABASE_URL` names.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if the variable is not set; else as [`open`](Self::open).
    pub fn from_env() -> BoxFuture<'static, Result<Self>> {
        match url_from_env() {
            Ok(url) => Self::open(&url),
            Err(error) => Box::pin(std::future::ready(Err(error))),
        }
    }

    /// Settings to be chosen.
    pub fn builder() -> AsyncEngineBuilder<C> {
        AsyncEngineBuilder::new()
    }

    /// A session, on a connection from the pool. It goes back when the session
    /// is dropped.
    ///
    /// # Errors
    /// [`ErrorKind::PoolTimeout`](crate::ErrorKind::PoolTimeout) with the figures if no connection
    /// comes free in time; [`ErrorKind::Connect`](crate::ErrorKind::Connect) if a new one cannot be
    /// opened, or the database does not answer in that time;
    /// [`ErrorKind::PoolClosed`](crate::ErrorKind::PoolClosed) if the pool was drained.
    #[track_caller]
    pub fn session(&self) -> BoxFuture<'_, Result<AsyncSession<C>>> {
        let from = Location::caller();
        Box::pin(async move {
            let connection = self.pool.get(from).await?;
            Ok(AsyncSession::pooled(
                connection,
                self.name.clone(),
                self.ids.clone(),
                self.hooks.clone(),
            ))
        })
    }

    /// The pool of connections.
    #[must_use]
    pub fn pool(&self) -> &AsyncPool<C> {
        &self.pool
    }

    /// Creates the tables and indexes that are missing, parents first, in one
    /// transaction. Tables that are there are left as they are.
    ///
    /// # Errors
    /// What the database says.
    #[track_caller]
    pub fn create_all(&self, schema: Schema) -> BoxFuture<'_, Result<()>> {
        let session = self.session();
        Box::pin(async move { operation::create_all(&mut session.await?, schema).await })
    }

    /// Drops the tables, with their rows, children first, in one transaction.
    ///
    /// # Errors
    /// What the database says, such as that a table outside the schema refers to one of these.
    #[track_caller]
    pub fn drop_all(&self, schema: Schema) -> BoxFuture<'_, Result<()>> {
        let session = self.session();
        Box::pin(async move { operation::drop_all(&mut session.await?, schema).await })
    }

    /// The name for errors and events.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The source of ids that are made before an insert.
    #[must_use]
    pub fn ids(&self) -> &TimeIds {
        &self.ids
    }
}

impl<C: AsyncDatabaseConnection> Clone for AsyncEngine<C> {
    fn clone(&self) -> Self {
        AsyncEngine {
            pool: self.pool.clone(),
            name: self.name.clone(),
            ids: self.ids.clone(),
            hooks: self.hooks.clone(),
        }
    }
}

impl<C: AsyncDatabaseConnection> std::fmt::Debug for AsyncEngine<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AsyncEngine")
            .field("name", &self.name)
            .field("url", &self.pool.connections().url)
            .finish_non_exhaustive()
    }
}

type Verify<C> = for<'e> fn(&'e AsyncEngine<C>, Schema) -> BoxFuture<'e, Result<()>>;

/// Settings of an [`AsyncEngine`].
#[must_use = "a builder opens nothing until `open` is called"]
pub struct AsyncEngineBuilder<C: AsyncDatabaseConnection> {
    settings: Settings,
    verify: Option<(Schema, Verify<C>)>,
    connection: std::marker::PhantomData<fn() -> C>,
}

impl<C: AsyncDatabaseConnection> AsyncEngineBuilder<C> {
    setters!();

    /// Opens the engine and one connection, so that a wrong URL is noticed here.
    ///
    /// # Errors
    /// As [`AsyncEngine::open`]; [`ErrorKind::Config`](crate::ErrorKind::Config) if no URL was given,
    /// the pool would have no connection, or a time is zero.
    pub fn open(self) -> BoxFuture<'static, Result<AsyncEngine<C>>> {
        Box::pin(async move {
            let settings = self.settings.check(C::SCHEME, C::Backend::DATABASE)?;
            let name = settings.name;
            let connections = Connections::new(
                settings.url,
                name.clone(),
                settings.observed,
                &settings.pool,
            );
            let engine = AsyncEngine {
                pool: AsyncPool::new(connections, name.clone(), settings.pool),
                name,
                ids: settings.ids,
                hooks: settings.hooks,
            };
            // What is wrong with the database shows here, in the driver's words.
            engine.session().await?;
            if let Some((schema, verify)) = self.verify {
                verify(&engine, schema).await?;
            }
            Ok(engine)
        })
    }
}

impl<C: AsyncDatabaseConnection<Backend: Catalog>> AsyncEngineBuilder<C> {
    /// As [`EngineBuilder::verify`](crate::engine::EngineBuilder::verify).
    pub fn verify(mut self, schema: Schema) -> Self {
        self.verify = Some((schema, AsyncEngine::verify_schema));
        self
    }
}
