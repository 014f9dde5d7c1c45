//! [`Engine`]: a database, its pool and its settings. The door to sessions.

mod backfill;
mod builder;
mod inspect;
mod migrate;
mod settings;
mod transaction;
mod work;

pub use builder::EngineBuilder;
#[cfg(feature = "async")]
pub(crate) use builder::setters;
pub(crate) use settings::{Settings, url_from_env};

use std::panic::Location;
use std::sync::Arc;

use crate::connection::DatabaseConnection;
use crate::error::Result;
use crate::hooks::Hooks;
use crate::id::TimeIds;
use crate::operation::{self, now};
use crate::pool::{Lease, Link, Pool};
use crate::schema::Schema;
use crate::session::Session;
use crate::url::DatabaseUrl;

/// A database: a pool of connections, and sessions from it. Cheap to clone.
pub struct Engine<C: DatabaseConnection> {
    pool: Pool<C>,
    name: Arc<str>,
    url: DatabaseUrl,
    ids: Arc<TimeIds>,
    hooks: Option<Arc<Hooks>>,
}

impl<C: DatabaseConnection> Engine<C> {
    /// Opens a database by its URL, with default settings.
    ///
    /// SQLite: `sqlite://path`, `sqlite:path`, a plain path, `:memory:` (one
    /// connection, which the data lives in). PostgreSQL: `postgres://user:password@host/database`.
    ///
    /// # Errors
    /// [`ErrorKind::Url`](crate::error::ErrorKind::Url) if the URL is malformed or of another database,
    /// [`ErrorKind::Connect`](crate::error::ErrorKind::Connect) if the database cannot be reached.
    pub fn open(url: &str) -> Result<Self> {
        Self::builder().url(url).open()
    }

    /// Opens the database that the environment variable `DATABASE_URL` names.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::error::ErrorKind::Config) if the variable is not set; else as [`open`](Self::open).
    pub fn from_env() -> Result<Self> {
        Self::open(&url_from_env()?)
    }

    /// Settings to be chosen.
    pub fn builder() -> EngineBuilder<C> {
        EngineBuilder::new()
    }

    /// A session, on a connection from the pool. It goes back when the session is dropped.
    ///
    /// # Errors
    /// [`ErrorKind::PoolTimeout`](crate::error::ErrorKind::PoolTimeout) with the figures if no
    /// connection comes free in time; [`ErrorKind::Connect`](crate::error::ErrorKind::Connect) if a new
    /// one cannot be opened, or the database does not answer in that time;
    /// [`ErrorKind::PoolClosed`](crate::error::ErrorKind::PoolClosed) if the pool was drained.
    #[track_caller]
    pub fn session(&self) -> Result<Session<C>> {
        let connection = self.pool.get(Location::caller())?;
        Ok(self.session_on(connection))
    }

    pub(crate) fn session_on(&self, connection: Lease<Link<C>>) -> Session<C> {
        Session::pooled(
            connection,
            self.name.clone(),
            self.ids.clone(),
            self.hooks.clone(),
        )
    }

    /// The pool of connections.
    #[must_use]
    pub fn pool(&self) -> &Pool<C> {
        &self.pool
    }

    /// Creates the tables and indexes that are missing, parents first, in one
    /// transaction. Tables that are there are left as they are.
    ///
    /// # Errors
    /// What the database says.
    #[track_caller]
    pub fn create_all(&self, schema: Schema) -> Result<()> {
        now(operation::create_all(&mut self.session()?, schema))
    }

    /// Drops the tables, with their rows, children first, in one transaction.
    ///
    /// # Errors
    /// What the database says, such as that a table outside the schema refers to one of these; on
    /// SQLite that is found out before, and [`Refused`](crate::error::ErrorKind::Refused).
    #[track_caller]
    pub fn drop_all(&self, schema: Schema) -> Result<()> {
        now(operation::drop_all(&mut self.session()?, schema))
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

impl<C: DatabaseConnection> Clone for Engine<C> {
    fn clone(&self) -> Self {
        Engine {
            pool: self.pool.clone(),
            name: self.name.clone(),
            url: self.url.clone(),
            ids: self.ids.clone(),
            hooks: self.hooks.clone(),
        }
    }
}

impl<C: DatabaseConnection> std::fmt::Debug for Engine<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut out = f.debug_struct("Engine");
        out.field("name", &self.name)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}
