//! [`Cluster`]: several databases behind one router.
//!
//! Acting, and thin: where a row or a query goes is decided by `layout`,
//! `router` and `plan`, what is done there by `operation`; this module opens
//! sessions and hands over.

mod builder;
mod execute;
mod write;

pub use builder::ClusterBuilder;

use std::future::{Future, ready};
use std::sync::Arc;

use orm_core::connection::DatabaseConnection;
use orm_core::engine::Engine;
use orm_core::error::Result;
use orm_core::event::carried;
use orm_core::schema::Schema;
use orm_core::session::Session;

use crate::layout::Layout;
use crate::operation::Shards;
use crate::router::RouteKey;

/// Several databases of one kind, and the rule which rows live where. Cheap to clone.
///
/// ```
/// use orm_core::prelude::*;
/// use orm_shard::prelude::*;
///
/// #[derive(Model, Debug)]
/// #[model(shard_key = id)]
/// struct Customer {
///     #[model(generated = time_id)]
///     id: i64,
///     name: String,
/// }
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let file = |name: &str| folder.path().join(name).display().to_string();
/// let cluster = Cluster::<SqliteConnection>::builder()
///     .shard("even", file("even.db"))
///     .shard("odd", file("odd.db"))
///     .strategy(Modulo)
///     .open()?;
/// cluster.create_all(schema![Customer])?;
///
/// let ann = cluster.insert(NewCustomer { name: "Ann".into() })?; // its key says where
/// let found = Customer::query().filter(customers::id.eq(ann.id)).load(&cluster)?; // one shard
/// let all = Customer::query().scatter().order_by(customers::name.asc()).load(&cluster)?; // all
/// # assert_eq!((found.len(), all.len()), (1, 1));
/// # Ok::<(), orm_core::Error>(())
/// ```
pub struct Cluster<C: DatabaseConnection> {
    inner: Arc<Inner<C>>,
}

struct Inner<C: DatabaseConnection> {
    layout: Layout,
    engines: Vec<Engine<C>>,
}

impl<C: DatabaseConnection> Shards for Cluster<C> {
    type Link = Session<C>;

    fn layout(&self) -> &Layout {
        &self.inner.layout
    }

    fn open(&self, position: usize) -> impl Future<Output = Result<Session<C>>> + Send {
        ready(
            self.engines()[position]
                .session()
                .map(Session::without_hooks),
        )
    }
}

impl<C: DatabaseConnection> Cluster<C> {
    fn new(layout: Layout, engines: Vec<Engine<C>>) -> Self {
        Cluster {
            inner: Arc::new(Inner { layout, engines }),
        }
    }

    /// Shards and settings to be chosen.
    pub fn builder() -> ClusterBuilder<C> {
        ClusterBuilder::new()
    }

    /// Opens the cluster that a TOML file describes; see [`config`](crate::config).
    ///
    /// # Errors
    /// [`ErrorKind::Config`](orm_core::ErrorKind::Config) if the file cannot be read or is malformed; else as
    /// [`ClusterBuilder::open`].
    pub fn from_file(path: impl AsRef<std::path::Path>) -> Result<Self> {
        ClusterBuilder::from_file(path)?.open()
    }

    /// Opens the cluster that a TOML text describes; see [`config`](crate::config).
    ///
    /// # Errors
    /// As [`from_file`](Self::from_file).
    pub fn from_toml(text: &str) -> Result<Self> {
        ClusterBuilder::from_toml(text)?.open()
    }

    /// The names of the shards, in their order.
    #[must_use]
    pub fn shard_names(&self) -> &[String] {
        self.layout().topology.names()
    }

    /// The name of the shard that a key belongs to.
    ///
    /// # Errors
    /// If the key has no place under the strategy.
    pub fn locate<K: RouteKey + ?Sized>(&self, key: &K) -> Result<&str> {
        Ok(&self.shard_names()[self.layout().locate_key(key)?])
    }

    /// A session on the shard that a key belongs to; it stays there.
    ///
    /// # Errors
    /// If the key has no place under the strategy, or the shard cannot be reached.
    #[track_caller]
    pub fn shard<K: RouteKey + ?Sized>(&self, key: &K) -> Result<Session<C>> {
        self.engines()[self.layout().locate_key(key)?].session()
    }

    /// A session on the shard of a name.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownDatabase`](orm_core::ErrorKind::UnknownDatabase) if there is no such shard.
    #[track_caller]
    pub fn session_on(&self, name: &str) -> Result<Session<C>> {
        self.engines()[self.layout().topology.position(name)?].session()
    }

    /// The engines of the shards, in their order.
    #[must_use]
    pub fn engines(&self) -> &[Engine<C>] {
        &self.inner.engines
    }

    /// Creates the tables that are missing, on every shard.
    ///
    /// # Errors
    /// What a database says, with the shard's name. Shards before it have their tables.
    pub fn create_all(&self, schema: Schema) -> Result<()> {
        self.engines()
            .iter()
            .try_for_each(|engine| engine.create_all(schema))
    }

    /// Drops the tables, with their rows, on every shard.
    ///
    /// # Errors
    /// What a database says, with the shard's name. Shards before it have lost their tables.
    pub fn drop_all(&self, schema: Schema) -> Result<()> {
        self.engines()
            .iter()
            .try_for_each(|engine| engine.drop_all(schema))
    }

    /// Runs a piece of work on every shard at once, and gives the answers in
    /// the order of the shards.
    ///
    /// The first error in that order is the answer if there is one.
    fn on_every_shard<W, R, F>(&self, work: W, run: F) -> Result<Vec<R>>
    where
        W: Clone + Send,
        R: Send,
        F: Fn(&mut Session<C>, W) -> Result<R> + Sync,
    {
        let one = |engine: &Engine<C>, work: W| -> Result<R> {
            let mut session = engine.session()?;
            run(&mut session, work).map_err(|error| error.on(engine.name()))
        };
        if let [engine] = self.engines() {
            return Ok(vec![one(engine, work)?]);
        }
        std::thread::scope(|scope| {
            let threads: Vec<_> = self
                .engines()
                .iter()
                .map(|engine| {
                    let (one, work) = (&one, work.clone());
                    scope.spawn(carried(move || one(engine, work)))
                })
                .collect();
            let answers = threads.into_iter().map(|thread| match thread.join() {
                Ok(answer) => answer,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            answers.collect()
        })
    }
}

impl<C: DatabaseConnection> Clone for Cluster<C> {
    fn clone(&self) -> Self {
        Cluster {
            inner: self.inner.clone(),
        }
    }
}

impl<C: DatabaseConnection> std::fmt::Debug for Cluster<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cluster")
            .field("engines", &self.inner.engines)
            .finish_non_exhaustive()
    }
}
