//! [`Cluster`]: several databases behind one router.
//!
//! Acting, and thin: where a row or a query goes is decided by `topology`,
//! `strategy` and `router`; this module opens sessions there and hands over.

mod builder;
mod guard;
mod write;

pub use builder::ClusterBuilder;
pub use write::{IdOf, Identity, IdentityBy, Writable};

use std::sync::Arc;

use orm_core::connection::DatabaseConnection;
use orm_core::engine::Engine;
use orm_core::error::{Error, ErrorKind, Result};
use orm_core::id::TimeIds;
use orm_core::schema::Schema;
use orm_core::session::Session;

use crate::key::Key;
use crate::router::RouteKey;
use crate::topology::Topology;

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
    topology: Topology,
    engines: Vec<Engine<C>>,
    schema: Option<Schema>,
}

impl<C: DatabaseConnection> Cluster<C> {
    /// Shards and settings to be chosen.
    pub fn builder() -> ClusterBuilder<C> {
        ClusterBuilder::new()
    }

    /// Opens the cluster that a TOML file describes; see [`config`](crate::config).
    ///
    /// # Errors
    /// [`ErrorKind::Config`] if the file cannot be read or is malformed; else as
    /// [`ClusterBuilder::open`].
    pub fn from_file(path: impl AsRef<std::path::Path>) -> Result<Self> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path).map_err(|error| {
            let message = format!(
                "cannot read the cluster's configuration {}: {error}",
                path.display()
            );
            Error::new(ErrorKind::Config, message)
        })?;
        Self::from_toml(&text)
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
        self.inner.topology.names()
    }

    /// The name of the shard that a key belongs to.
    ///
    /// # Errors
    /// If the key has no place under the strategy.
    pub fn locate<K: RouteKey + ?Sized>(&self, key: &K) -> Result<&str> {
        let position = self.inner.topology.locate(&Key::new(key.route_value())?)?;
        Ok(&self.shard_names()[position])
    }

    /// A session on the shard that a key belongs to; it stays there.
    ///
    /// # Errors
    /// If the key has no place under the strategy, or the shard cannot be reached.
    pub fn shard<K: RouteKey + ?Sized>(&self, key: &K) -> Result<Session<C>> {
        self.session_for(&Key::new(key.route_value())?)
    }

    /// A session on the shard of a name.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownDatabase`] if there is no such shard.
    pub fn session_on(&self, name: &str) -> Result<Session<C>> {
        self.engines()[self.inner.topology.position(name)?].session()
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

    pub(crate) fn session_for(&self, key: &Key) -> Result<Session<C>> {
        self.engines()[self.inner.topology.locate(key)?].session()
    }

    pub(crate) fn position_for(&self, key: &Key) -> Result<usize> {
        self.inner.topology.locate(key)
    }

    pub(crate) fn ids(&self) -> &TimeIds {
        self.engines()[0].ids()
    }

    /// Runs a piece of work on every shard at once, and gives the answers in
    /// the order of the shards.
    ///
    /// The first error in that order is the answer if there is one.
    pub(crate) fn on_every_shard<W, R, F>(&self, work: Vec<W>, run: F) -> Result<Vec<R>>
    where
        W: Send,
        R: Send,
        F: Fn(&mut Session<C>, W) -> Result<R> + Sync,
    {
        let one = |engine: &Engine<C>, work: W| -> Result<R> {
            let mut session = engine.session()?;
            run(&mut session, work).map_err(|error| error.on(engine.name()))
        };
        let mut pairs = self.engines().iter().zip(work);
        if self.engines().len() == 1 {
            return pairs
                .by_ref()
                .map(|(engine, work)| one(engine, work))
                .collect();
        }
        std::thread::scope(|scope| {
            let threads: Vec<_> = pairs
                .map(|(engine, work)| scope.spawn(|| one(engine, work)))
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
