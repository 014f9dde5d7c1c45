//! Settings of a cluster.

use std::sync::Arc;

use orm_core::connection::DatabaseConnection;
use orm_core::engine::Engine;
use orm_core::error::{Error, ErrorKind, Result};
use orm_core::event::{Event, Observer};
use orm_core::id::TimeIds;
use orm_core::schema::Schema;

use super::{Cluster, Inner};
use crate::config::Config;
use crate::strategy::{HashBuckets, Strategy};
use crate::topology::Topology;

/// Shards, strategy and settings of a [`Cluster`].
#[must_use = "a builder opens nothing until `open` is called"]
pub struct ClusterBuilder<C> {
    shards: Vec<(String, String)>,
    strategy: Option<Arc<dyn Strategy>>,
    max_size: Option<u32>,
    observer: Option<Arc<dyn Observer>>,
    ids: Option<Arc<TimeIds>>,
    schema: Option<Schema>,
    connection: std::marker::PhantomData<fn() -> C>,
}

impl<C: DatabaseConnection> ClusterBuilder<C> {
    pub(super) fn new() -> Self {
        ClusterBuilder {
            shards: Vec::new(),
            strategy: None,
            max_size: None,
            observer: None,
            ids: None,
            schema: None,
            connection: std::marker::PhantomData,
        }
    }

    /// What a TOML text describes, to be changed further; see [`config`](crate::config).
    ///
    /// # Errors
    /// [`ErrorKind::Config`] if it is malformed or contradicts itself.
    pub fn from_toml(text: &str) -> Result<Self> {
        let config = Config::parse(text)?;
        let mut builder = Self::new();
        builder.shards = config.shards()?;
        builder.strategy = Some(config.strategy()?);
        builder.max_size = config.max_size();
        Ok(builder)
    }

    /// Adds a shard. The order counts: strategies name shards by position.
    pub fn shard(mut self, name: impl Into<String>, url: impl Into<String>) -> Self {
        self.shards.push((name.into(), url.into()));
        self
    }

    /// Which shard a key belongs to; default: [`HashBuckets`] in equal runs.
    pub fn strategy(mut self, strategy: impl Strategy) -> Self {
        self.strategy = Some(Arc::new(strategy));
        self
    }

    /// At most so many connections a shard; default 10.
    pub fn max_size(mut self, connections: u32) -> Self {
        self.max_size = Some(connections);
        self
    }

    /// The source of ids that are made before an insert; default: one a process.
    pub fn ids(mut self, ids: Arc<TimeIds>) -> Self {
        self.ids = Some(ids);
        self
    }

    /// Sees every event of every shard's sessions; the event names the shard.
    pub fn observe(mut self, observer: impl Observer) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// The tables of the cluster. With them known, a subquery that reads
    /// reference tables only is allowed; without, every subquery is refused.
    pub fn schema(mut self, schema: Schema) -> Self {
        self.schema = Some(schema);
        self
    }

    /// Opens every shard, and one connection each.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for no shard, an empty name, one given twice;
    /// [`ErrorKind::Url`] and [`ErrorKind::Connect`] with the shard's name.
    pub fn open(self) -> Result<Cluster<C>> {
        let names: Vec<String> = self.shards.iter().map(|(name, _)| name.clone()).collect();
        let strategy = match self.strategy {
            Some(strategy) => strategy,
            None => Arc::new(HashBuckets::even(names.len().max(1))?),
        };
        let topology = Topology::new(names, strategy)?;
        for (position, (name, url)) in self.shards.iter().enumerate() {
            if self.shards[..position]
                .iter()
                .any(|(_, before)| before == url)
                && url != ":memory:"
            {
                let message = format!("shard `{name}` has the URL of another shard");
                return Err(Error::new(ErrorKind::Config, message));
            }
        }
        let ids = self.ids.unwrap_or_else(TimeIds::shared);
        let open = |(name, url): (String, String)| {
            let mut builder = Engine::<C>::builder()
                .url(url)
                .name(name.clone())
                .ids(ids.clone());
            if let Some(max_size) = self.max_size {
                builder = builder.max_size(max_size);
            }
            if let Some(observer) = self.observer.clone() {
                builder = builder.observe(move |event: Event<'_>| observer.observe(event));
            }
            builder.open().map_err(|error| error.on(&name))
        };
        let engines = self
            .shards
            .into_iter()
            .map(open)
            .collect::<Result<Vec<_>>>()?;
        Ok(Cluster {
            inner: Arc::new(Inner {
                topology,
                engines,
                schema: self.schema,
            }),
        })
    }
}
