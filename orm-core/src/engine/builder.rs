//! [`EngineBuilder`]: settings of an engine, one method each.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use super::{Engine, Settings};
use crate::backend::Dialect;
use crate::connection::DatabaseConnection;
use crate::error::Result;
use crate::event::Observer;
use crate::id::TimeIds;
use crate::inspect::Catalog;
use crate::pool::{Manager, Pool};
use crate::schema::Schema;

/// Settings of an [`Engine`].
#[must_use = "a builder opens nothing until `open` is called"]
pub struct EngineBuilder<C: DatabaseConnection> {
    settings: Settings,
    verify: Option<(Schema, fn(&Engine<C>, Schema) -> Result<()>)>,
    connection: PhantomData<fn() -> C>,
}

/// The setters, the same for the blocking and the async engine.
macro_rules! setters {
    () => {
        pub(crate) fn new() -> Self {
            Self {
                settings: Default::default(),
                verify: None,
                connection: std::marker::PhantomData,
            }
        }

        /// The URL; needed.
        pub fn url(mut self, url: impl Into<String>) -> Self {
            self.settings.url = Some(url.into());
            self
        }

        /// The name for errors and events; default: `sqlite`, `postgres` or `mysql`.
        pub fn name(mut self, name: impl Into<String>) -> Self {
            self.settings.name = Some(name.into());
            self
        }

        /// So many connections are kept; default 5. An SQLite database in memory has one.
        pub fn pool_size(mut self, connections: u32) -> Self {
            self.settings.pool.size = connections;
            self
        }

        /// So many more are opened when all are in use, and closed when they come back; default 10.
        pub fn max_overflow(mut self, connections: u32) -> Self {
            self.settings.pool.max_overflow = connections;
            self
        }

        /// How long to wait for a connection, in all; default 30 seconds, at most a year.
        /// Zero is refused when the engine is opened.
        pub fn pool_timeout(mut self, timeout: Duration) -> Self {
            self.settings.pool.timeout = timeout;
            self
        }

        /// How old a connection may be before another one takes its place, or `None`; default one
        /// hour. Up to a twentieth is taken off, another part for each. It is not taken from who uses
        /// it.
        pub fn pool_recycle(mut self, age: impl Into<Option<Duration>>) -> Self {
            self.settings.pool.recycle = age.into();
            self
        }

        /// How long a connection may lie unused before it is closed, or `None`; default 10 minutes.
        pub fn idle_timeout(mut self, time: impl Into<Option<Duration>>) -> Self {
            self.settings.pool.idle_timeout = time.into();
            self
        }

        /// How often a connection that lies idle is asked for a sign of life, or `None`; default 2
        /// minutes. SQLite is not asked.
        pub fn keep_alive(mut self, time: impl Into<Option<Duration>>) -> Self {
            self.settings.pool.keep_alive = time.into();
            self
        }

        /// After how long without a sign of life a connection is asked for one when it is checked
        /// out; default 30 seconds. With zero, at each checkout. SQLite is not asked.
        pub fn ping_after(mut self, time: Duration) -> Self {
            self.settings.pool.ping_after = Some(time);
            self
        }

        /// A statement, or several, that each new connection runs before it is used. May be called
        /// again for more.
        pub fn on_connect(mut self, sql: impl Into<String>) -> Self {
            self.settings.pool.on_connect.push(sql.into());
            self
        }

        /// For tests: everything that is done through this engine is done in one transaction, which is
        /// never committed. The pool is one connection; with the last clone of the engine it is
        /// closed, and all is rolled back. Default: it is not.
        ///
        /// Transactions are savepoints, and what runs after a commit runs after theirs. A statement
        /// that ends the transaction of the test (on MariaDB and MySQL each CREATE and ALTER does) makes
        /// the next one fail, [`Refused`](crate::ErrorKind::Refused): create tables before, with another
        /// engine. The guide on tests says what differs from a real commit.
        ///
        /// ```
        /// use orm_core::prelude::*;
        ///
        /// # #[derive(Model, Debug)]
        /// # struct Note { #[model(generated)] id: i64, text: String }
        /// # let folder = tempfile::tempdir().unwrap();
        /// # let file = folder.path().join("notes.db").display().to_string();
        /// let engine = Engine::<SqliteConnection>::open(&file)?;
        /// engine.create_all(schema![Note])?;
        ///
        /// let test = Engine::<SqliteConnection>::builder().url(&file).test_transaction().open()?;
        /// test.transaction(|tx| tx.insert(NewNote { text: "seen by nobody else".into() }))?;
        /// assert_eq!(Note::query().count(&mut test.session()?)?, 1);
        /// drop(test);
        /// assert_eq!(Note::query().count(&mut engine.session()?)?, 0);
        /// # Ok::<(), orm_core::Error>(())
        /// ```
        pub fn test_transaction(mut self) -> Self {
            self.settings.pool.test = true;
            self
        }

        /// The source of ids that are made before an insert; default: one a process.
        pub fn ids(mut self, ids: Arc<TimeIds>) -> Self {
            self.settings.ids = Some(ids);
            self
        }

        /// Sees every event of the engine; several observers see it in the order in which they are
        /// given.
        pub fn observe(mut self, observer: impl Observer) -> Self {
            let before = self.settings.observer.take();
            self.settings.observer = Some($crate::event::joined(before, observer));
            self
        }

        /// What is done before and after writes of models; default: nothing. Those of a second call
        /// take the place of the first's.
        pub fn hooks(mut self, hooks: impl Into<Arc<$crate::hooks::Hooks>>) -> Self {
            self.settings.hooks = Some(hooks.into());
            self
        }

        /// Shows observers the bound values of statements, among them what users typed; default:
        /// they are shown nowhere. Without an observer [`Config`](crate::ErrorKind::Config).
        pub fn show_binds(mut self) -> Self {
            self.settings.show_binds = true;
            self
        }

        /// Tells observers of each statement that took longer, as
        /// [`Event::Slow`](crate::event::Event::Slow); default: of none. Without an observer
        /// [`Config`](crate::ErrorKind::Config).
        pub fn slow_queries(mut self, over: Duration) -> Self {
            self.settings.slow = Some(over);
            self
        }

        /// Asks the database how it runs what was slow, on the same connection: right after the
        /// statement, or after its transaction. Nothing is run again. Default: it is not asked. Without
        /// `slow_queries` [`Config`](crate::ErrorKind::Config).
        pub fn explain_slow_queries(mut self) -> Self {
            self.settings.explain = true;
            self
        }
    };
}
#[cfg(feature = "async")]
pub(crate) use setters;

impl<C: DatabaseConnection> EngineBuilder<C> {
    setters!();

    /// Opens the engine and one connection, so that a wrong URL is noticed here.
    ///
    /// # Errors
    /// As [`Engine::open`] and [`verify`](Self::verify);
    /// [`ErrorKind::Config`](crate::error::ErrorKind::Config) if no URL was
    /// given, the pool would have no connection, or a time is zero.
    pub fn open(self) -> Result<Engine<C>> {
        let settings = self.settings.check(C::SCHEME, C::Backend::DATABASE)?;
        let name = settings.name;
        let manager = Manager::<C>::new(
            settings.url,
            name.clone(),
            settings.observed,
            &settings.pool,
        );
        let engine = Engine {
            url: manager.url().clone(),
            pool: Pool::new(manager, name.clone(), settings.pool),
            name,
            ids: settings.ids,
            hooks: settings.hooks,
        };
        // What is wrong with the database shows here, in the driver's words.
        engine.session()?;
        if let Some((schema, verify)) = self.verify {
            verify(&engine, schema)?;
        }
        Ok(engine)
    }
}

impl<C: DatabaseConnection<Backend: Catalog>> EngineBuilder<C> {
    /// Opens only a database that is what the models describe: another one is the error that
    /// [`Engine::verify_schema`] gives. Default: it is not looked at.
    ///
    /// ```
    /// use orm_core::prelude::*;
    ///
    /// #[derive(Model)]
    /// struct Note { #[model(generated)] id: i64, text: String }
    ///
    /// let builder = Engine::<SqliteConnection>::builder().url(":memory:");
    /// let error = builder.verify(schema![Note]).open().unwrap_err();
    /// assert!(error.to_string().contains("the table `notes` is missing"), "{error}");
    /// ```
    pub fn verify(mut self, schema: Schema) -> Self {
        self.verify = Some((schema, Engine::verify_schema));
        self
    }
}
