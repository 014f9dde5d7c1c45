//! Settings of a cluster.

use orm_core::connection::DatabaseConnection;
use orm_core::engine::Engine;
use orm_core::error::Result;

use super::Cluster;
use crate::settings::{Settings, setters, told};

/// Shards, strategy and settings of a [`Cluster`].
#[must_use = "a builder opens nothing until `open` is called"]
pub struct ClusterBuilder<C> {
    settings: Settings,
    connection: std::marker::PhantomData<fn() -> C>,
}

impl<C: DatabaseConnection> ClusterBuilder<C> {
    setters!();

    /// Opens every shard, and one connection each.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](orm_core::ErrorKind::Config) for no shard, an empty name, one given
    /// twice; [`ErrorKind::Url`](orm_core::ErrorKind::Url) and
    /// [`ErrorKind::Connect`](orm_core::ErrorKind::Connect) with the shard's name.
    pub fn open(self) -> Result<Cluster<C>> {
        let (layout, shards) = self.settings.check()?;
        let open = |shard: crate::settings::ShardSettings| {
            let name = shard.name.clone();
            let builder = told!(Engine::<C>::builder(), shard);
            builder.open().map_err(|error| error.on(&name))
        };
        let engines = shards.into_iter().map(open).collect::<Result<Vec<_>>>()?;
        Ok(Cluster::new(layout, engines))
    }
}
