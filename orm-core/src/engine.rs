//! [`Engine`]: a database, its pool and its settings. The door to sessions.

use std::sync::Arc;
use std::time::Duration;

use r2d2::Pool;

use crate::backend::{Database, Dialect};
use crate::connection::{DatabaseConnection, check_scheme};
use crate::ddl;
use crate::error::{Error, ErrorKind, Result};
use crate::event::Observer;
use crate::id::TimeIds;
use crate::pool::Manager;
use crate::schema::Schema;
use crate::session::Session;
use crate::url::DatabaseUrl;

/// A database: a pool of connections, and sessions from it. Cheap to clone.
pub struct Engine<C: DatabaseConnection> {
    pool: Pool<Manager<C>>,
    name: Arc<str>,
    url: DatabaseUrl,
    ids: Arc<TimeIds>,
}

/// Settings of an [`Engine`].
#[derive(Clone)]
#[must_use = "a builder opens nothing until `open` is called"]
pub struct EngineBuilder {
    url: Option<String>,
    name: Option<String>,
    max_size: u32,
    timeout: Duration,
    ids: Option<Arc<TimeIds>>,
    observer: Option<Arc<dyn Observer>>,
}

impl<C: DatabaseConnection> Engine<C> {
    /// Opens a database by its URL, with default settings.
    ///
    /// SQLite: `sqlite://path`, `sqlite:path`, a plain path, `:memory:` (one
    /// connection, which the data lives in). PostgreSQL: `postgres://user:password@host/database`.
    ///
    /// # Errors
    /// [`ErrorKind::Url`] if the URL is malformed or of another database,
    /// [`ErrorKind::Connect`] if the database cannot be reached.
    pub fn open(url: &str) -> Result<Self> {
        Self::builder().url(url).open()
    }

    /// Opens the database that the environment variable `DATABASE_URL` names.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] if the variable is not set; else as [`open`](Self::open).
    pub fn from_env() -> Result<Self> {
        let url = std::env::var("DATABASE_URL").map_err(|_| {
            Error::new(
                ErrorKind::Config,
                "the environment variable DATABASE_URL is not set",
            )
        })?;
        Self::open(&url)
    }

    /// Settings to be chosen.
    pub fn builder() -> TypedBuilder<C> {
        TypedBuilder {
            settings: EngineBuilder::default(),
            connection: std::marker::PhantomData,
        }
    }

    /// A session, on a connection from the pool. It goes back when the session is dropped.
    ///
    /// # Errors
    /// [`ErrorKind::PoolTimeout`] if no connection comes free in time;
    /// [`ErrorKind::Connect`] if a new one cannot be opened.
    pub fn session(&self) -> Result<Session<C>> {
        let connection = self.pool.get().map_err(|_| self.exhausted())?;
        Ok(Session::pooled(
            connection,
            self.name.clone(),
            self.ids.clone(),
        ))
    }

    fn exhausted(&self) -> Error {
        let state = self.pool.state();
        let used = state.connections - state.idle_connections;
        // Without a connection at all the database does not answer: say that.
        if state.connections == 0
            && let Err(error) = C::open(&self.url)
        {
            return error.on(&self.name);
        }
        let message = format!(
            "no connection came free within {:?}: {used} of {} are in use",
            self.pool.connection_timeout(),
            self.pool.max_size(),
        );
        Error::new(ErrorKind::PoolTimeout, message).on(&self.name)
    }

    /// Creates the tables and indexes that are missing, parents first, in one
    /// transaction. Tables that are there are left as they are.
    ///
    /// # Errors
    /// What the database says.
    pub fn create_all(&self, schema: Schema) -> Result<()> {
        self.run(&ddl::create_all(C::Backend::DATABASE, schema.tables()))
    }

    /// Drops the tables, with their rows, children first, in one transaction.
    ///
    /// # Errors
    /// What the database says, such as that a table outside the schema refers to one of these.
    pub fn drop_all(&self, schema: Schema) -> Result<()> {
        self.run(&ddl::drop_all(C::Backend::DATABASE, schema.tables()))
    }

    fn run(&self, statements: &[String]) -> Result<()> {
        let mut session = self.session()?;
        let result = session.connection().transaction(|connection| {
            if C::Backend::DATABASE == Database::Sqlite {
                // Tables of a circle are dropped one by one: the keys count at the end.
                connection.batch_execute("PRAGMA defer_foreign_keys = ON")?;
            }
            statements
                .iter()
                .try_for_each(|statement| connection.batch_execute(statement))
        });
        result.map_err(|error: diesel::result::Error| Error::from(error).on(&self.name))
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

impl Default for EngineBuilder {
    fn default() -> Self {
        EngineBuilder {
            url: None,
            name: None,
            max_size: 10,
            timeout: Duration::from_secs(30),
            ids: None,
            observer: None,
        }
    }
}

/// Settings of an [`Engine`] over connections of one type.
#[must_use = "a builder opens nothing until `open` is called"]
pub struct TypedBuilder<C> {
    settings: EngineBuilder,
    connection: std::marker::PhantomData<fn() -> C>,
}

impl<C: DatabaseConnection> TypedBuilder<C> {
    /// The URL; needed.
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.settings.url = Some(url.into());
        self
    }

    /// The name for errors and events; default: `sqlite` or `postgres`.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.settings.name = Some(name.into());
        self
    }

    /// At most so many connections; default 10. An SQLite database in memory has one.
    pub fn max_size(mut self, connections: u32) -> Self {
        self.settings.max_size = connections;
        self
    }

    /// How long to wait for a connection; default 30 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = timeout;
        self
    }

    /// The source of ids that are made before an insert; default: one a process.
    pub fn ids(mut self, ids: Arc<TimeIds>) -> Self {
        self.settings.ids = Some(ids);
        self
    }

    /// Sees every event of the engine's sessions.
    pub fn observe(mut self, observer: impl Observer) -> Self {
        self.settings.observer = Some(Arc::new(observer));
        self
    }

    /// Opens the engine and one connection, so that a wrong URL is noticed here.
    ///
    /// # Errors
    /// As [`Engine::open`]; [`ErrorKind::Config`] if no URL was given or the
    /// pool would have no connection.
    pub fn open(self) -> Result<Engine<C>> {
        let settings = self.settings;
        let config = |message: &str| Error::new(ErrorKind::Config, message);
        let url = settings
            .url
            .ok_or_else(|| config("no database URL was given"))?;
        let url = DatabaseUrl::parse(&url)?;
        check_scheme::<C>(&url)?;
        if settings.max_size == 0 {
            return Err(config(
                "a pool needs at least one connection: `max_size` is 0",
            ));
        }
        let name: Arc<str> = settings
            .name
            .map_or_else(|| default_name::<C>().into(), Into::into);
        let manager = Manager::<C>::new(url.clone(), name.clone(), settings.observer);
        // What is wrong with the database shows here, in the driver's words.
        r2d2::ManageConnection::connect(&manager)
            .map(drop)
            .or_else(|error| {
                if url.is_memory() {
                    Ok(())
                } else {
                    Err(error.on(&name))
                }
            })?;
        let mut pool = Pool::builder()
            .max_size(settings.max_size)
            .min_idle(Some(0))
            .connection_timeout(settings.timeout)
            .test_on_check_out(true)
            .error_handler(Box::new(r2d2::NopErrorHandler));
        if url.is_memory() {
            // The data is the connection's: there is one, and it stays.
            pool = pool
                .max_size(1)
                .min_idle(Some(1))
                .idle_timeout(None)
                .max_lifetime(None);
        }
        let pool = pool.build_unchecked(manager);
        let ids = settings.ids.unwrap_or_else(TimeIds::shared);
        Ok(Engine {
            pool,
            name,
            url,
            ids,
        })
    }
}

fn default_name<C: DatabaseConnection>() -> &'static str {
    match C::Backend::DATABASE {
        Database::Sqlite => "sqlite",
        Database::Postgres => "postgres",
        Database::Mysql => "mysql",
    }
}
