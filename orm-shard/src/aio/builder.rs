//! Settings of an async cluster.

use orm_core::aio::{AsyncDatabaseConnection, AsyncEngine, BoxFuture};
use orm_core::error::Result;

use super::AsyncCluster;
use crate::settings::{Settings, setters, told};

/// Shards, strategy and settings of an [`AsyncCluster`].
#[must_use = "a builder opens nothing until `open` is called"]
pub struct AsyncClusterBuilder<C> {
    settings: Settings,
    connection: std::marker::PhantomData<fn() -> C>,
}

impl<C: AsyncDatabaseConnection> AsyncClusterBuilder<C> {
    setters!();

    /// Opens every shard, and one connection each.
    ///
    /// # Errors
    /// As [`ClusterBuilder::open`](crate::cluster::ClusterBuilder::open).
    pub fn open(self) -> BoxFuture<'static, Result<AsyncCluster<C>>> {
        Box::pin(async move {
            let (layout, shards) = self.settings.check()?;
            let mut engines = Vec::with_capacity(shards.len());
            for shard in shards {
                let name = shard.name.clone();
                let opened = told!(AsyncEngine::<C>::builder(), shard).open().await;
                engines.push(opened.map_err(|error| error.on(&name))?);
            }
            Ok(AsyncCluster::new(layout, engines))
        })
    }
}
