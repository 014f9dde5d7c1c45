//! [`AsyncCluster`] itself: sessions on its shards.

use std::future::{Future, ready};
use std::sync::Arc;

use futures_util::future::join_all;
use orm_core::aio::{AsyncDatabaseConnection, AsyncEngine, AsyncSession, BoxFuture};
use orm_core::error::Result;
use orm_core::schema::Schema;

use super::AsyncClusterBuilder;
use crate::layout::Layout;
use crate::operation::Shards;
use crate::router::RouteKey;
use crate::settings::read;

/// Several databases of one kind, and the rule which rows live where, to be
/// awaited. Cheap to clone.
///
/// The methods are those of [`Cluster`](crate::cluster::Cluster), and each
/// gives a future.
///
/// ```
/// use orm_core::aio::prelude::*;
/// use orm_shard::aio::prelude::*;
///
/// #[derive(Model, Debug)]
/// #[model(shard_key = id)]
/// struct Customer {
///     #[model(generated = time_id)]
///     id: i64,
///     name: String,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm_core::Result<()> {
/// # let folder = tempfile::tempdir().unwrap();
/// # let file = |name: &str| folder.path().join(name).display().to_string();
/// let cluster = AsyncCluster::<AsyncSqliteConnection>::builder()
///     .shard("even", file("even.db"))
///     .shard("odd", file("odd.db"))
///     .strategy(Modulo)
///     .open()
///     .await?;
/// cluster.create_all(schema![Customer]).await?;
///
/// let ann = cluster.insert(NewCustomer { name: "Ann".into() }).await?;
/// let found = Customer::query().filter(customers::id.eq(ann.id)).load(&cluster).await?;
/// let all = Customer::query().scatter().order_by(customers::name.asc()).load(&cluster).await?;
/// # assert_eq!((found.len(), all.len()), (1, 1));
/// # Ok(())
/// # }
/// ```
pub struct AsyncCluster<C: AsyncDatabaseConnection> {
    inner: Arc<Inner<C>>,
}

struct Inner<C: AsyncDatabaseConnection> {
    layout: Layout,
    engines: Vec<AsyncEngine<C>>,
}

impl<C: AsyncDatabaseConnection> Shards for AsyncCluster<C> {
    type Link = AsyncSession<C>;

    fn layout(&self) -> &Layout {
        &self.inner.layout
    }

    fn open(&self, position: usize) -> impl Future<Output = Result<AsyncSession<C>>> + Send {
        let opened = self.engines()[position].session();
        async { opened.await.map(AsyncSession::without_hooks) }
    }
}

impl<C: AsyncDatabaseConnection> AsyncCluster<C> {
    pub(super) fn new(layout: Layout, engines: Vec<AsyncEngine<C>>) -> Self {
        AsyncCluster {
            inner: Arc::new(Inner { layout, engines }),
        }
    }

    /// Shards and settings to be chosen.
    pub fn builder() -> AsyncClusterBuilder<C> {
        AsyncClusterBuilder::new()
    }

    /// Opens the cluster that a TOML file describes; see [`config`](crate::config).
    ///
    /// # Errors
    /// [`ErrorKind::Config`](orm_core::ErrorKind::Config) if the file cannot be read or is
    /// malformed; else as [`AsyncClusterBuilder::open`].
    pub fn from_file(path: impl AsRef<std::path::Path>) -> BoxFuture<'static, Result<Self>> {
        let text = read(path.as_ref());
        Box::pin(async move { AsyncClusterBuilder::from_toml(&text?)?.open().await })
    }

    /// Opens the cluster that a TOML text describes; see [`config`](crate::config).
    ///
    /// # Errors
    /// As [`from_file`](Self::from_file).
    pub fn from_toml(text: &str) -> BoxFuture<'static, Result<Self>> {
        let builder = AsyncClusterBuilder::from_toml(text);
        Box::pin(async move { builder?.open().await })
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
    pub fn shard<K: RouteKey + ?Sized>(&self, key: &K) -> BoxFuture<'_, Result<AsyncSession<C>>> {
        self.at(self.layout().locate_key(key))
    }

    /// A session on the shard of a name.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownDatabase`](orm_core::ErrorKind::UnknownDatabase) if there is no such
    /// shard.
    #[track_caller]
    pub fn session_on(&self, name: &str) -> BoxFuture<'_, Result<AsyncSession<C>>> {
        self.at(self.layout().topology.position(name))
    }

    #[track_caller]
    fn at(&self, position: Result<usize>) -> BoxFuture<'_, Result<AsyncSession<C>>> {
        match position {
            Ok(position) => self.engines()[position].session(),
            Err(error) => Box::pin(ready(Err(error))),
        }
    }

    /// The engines of the shards, in their order.
    #[must_use]
    pub fn engines(&self) -> &[AsyncEngine<C>] {
        &self.inner.engines
    }

    /// Creates the tables that are missing, on every shard.
    ///
    /// # Errors
    /// What a database says, with the shard's name. Others may have their tables.
    pub fn create_all(&self, schema: Schema) -> BoxFuture<'_, Result<()>> {
        let each = self.engines().iter();
        let each = each.map(move |engine| engine.create_all(schema));
        let each = join_all(each);
        Box::pin(async move { each.await.into_iter().collect() })
    }

    /// Drops the tables, with their rows, on every shard.
    ///
    /// # Errors
    /// What a database says, with the shard's name. Others may have lost their tables.
    pub fn drop_all(&self, schema: Schema) -> BoxFuture<'_, Result<()>> {
        let each = self.engines().iter();
        let each = each.map(move |engine| engine.drop_all(schema));
        let each = join_all(each);
        Box::pin(async move { each.await.into_iter().collect() })
    }

    /// Asks every shard at once, and gives the answers in the order of the
    /// shards, or the first error in that order. All are waited for: what is
    /// dropped in the midst costs its connection, and the shards that answer
    /// shall not lose theirs to one that fails.
    pub(super) async fn on_every_shard<'c, W, R>(
        &'c self,
        work: W,
        run: impl Fn(&'c AsyncEngine<C>, W) -> BoxFuture<'c, Result<R>>,
    ) -> Result<Vec<R>>
    where
        W: Clone,
    {
        let asked = self.engines().iter();
        let answers = join_all(asked.map(|engine| run(engine, work.clone())));
        answers.await.into_iter().collect()
    }
}

impl<C: AsyncDatabaseConnection> Clone for AsyncCluster<C> {
    fn clone(&self) -> Self {
        AsyncCluster {
            inner: self.inner.clone(),
        }
    }
}

impl<C: AsyncDatabaseConnection> std::fmt::Debug for AsyncCluster<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AsyncCluster")
            .field("engines", &self.inner.engines)
            .finish_non_exhaustive()
    }
}
