//! What a cluster is told, blocking or async: checked in one place.

use std::sync::Arc;
use std::time::Duration;

use orm_core::error::{Error, ErrorKind, Result};
use orm_core::event::{Event, Observer};
use orm_core::hooks::Hooks;
use orm_core::id::TimeIds;
use orm_core::schema::Schema;

use crate::config::Config;
use crate::layout::Layout;
use crate::strategy::{HashBuckets, Strategy};
use crate::topology::Topology;

/// What a builder was told.
#[derive(Default)]
pub(crate) struct Settings {
    pub(crate) shards: Vec<(String, String)>,
    pub(crate) strategy: Option<Arc<dyn Strategy>>,
    pub(crate) pool: Pooling,
    pub(crate) test: bool,
    pub(crate) observer: Option<Arc<dyn Observer>>,
    pub(crate) show_binds: bool,
    pub(crate) slow: Option<Duration>,
    pub(crate) explain: bool,
    pub(crate) ids: Option<Arc<TimeIds>>,
    pub(crate) hooks: Option<Arc<Hooks>>,
    pub(crate) schema: Option<Schema>,
}

/// What a shard's pool is told, where it is said.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pooling {
    /// So many are kept.
    pub(crate) size: Option<u32>,
    /// So many more may be open.
    pub(crate) max_overflow: Option<u32>,
    /// How long to wait for one.
    pub(crate) timeout: Option<Duration>,
    /// How old one may be.
    pub(crate) recycle: Option<Option<Duration>>,
    /// How long one may lie unused.
    pub(crate) idle_timeout: Option<Option<Duration>>,
    /// How often one that lies idle is asked.
    pub(crate) keep_alive: Option<Option<Duration>>,
    /// After how long unheard one is asked at checkout.
    pub(crate) ping_after: Option<Duration>,
    /// What each new one runs.
    pub(crate) on_connect: Vec<String>,
}

/// What the engine of one shard is told.
pub(crate) struct ShardSettings {
    pub(crate) name: String,
    pub(crate) url: String,
    pub(crate) pool: Pooling,
    pub(crate) test: bool,
    pub(crate) observer: Option<Arc<dyn Observer>>,
    pub(crate) show_binds: bool,
    pub(crate) slow: Option<Duration>,
    pub(crate) explain: bool,
    pub(crate) hooks: Option<Arc<Hooks>>,
    pub(crate) ids: Arc<TimeIds>,
}

impl Settings {
    pub(crate) fn from_toml(text: &str) -> Result<Self> {
        let config = Config::parse(text)?;
        Ok(Settings {
            shards: config.shards()?,
            strategy: Some(config.strategy()?),
            pool: Pooling {
                size: config.pool_size(),
                max_overflow: config.max_overflow(),
                ..Pooling::default()
            },
            ..Settings::default()
        })
    }

    /// Checks the settings as a whole.
    pub(crate) fn check(self) -> Result<(Layout, Vec<ShardSettings>)> {
        let names: Vec<String> = self.shards.iter().map(|(name, _)| name.clone()).collect();
        let strategy = match self.strategy {
            Some(strategy) => strategy,
            None => Arc::new(HashBuckets::even(names.len().max(1))?),
        };
        let topology = Topology::new(names, strategy)?;
        for (position, (name, url)) in self.shards.iter().enumerate() {
            let mut before = self.shards[..position].iter();
            if before.any(|(_, before)| before == url) && url != ":memory:" {
                let message = format!("shard `{name}` has the URL of another shard");
                return Err(Error::new(ErrorKind::Config, message));
            }
        }
        if self.pool.timeout.is_some_and(|timeout| timeout.is_zero()) {
            let message = "nothing is done in no time: `pool_timeout` is 0, and has to be longer";
            return Err(Error::new(ErrorKind::Config, message));
        }
        let ids = self.ids.unwrap_or_else(TimeIds::shared);
        let shards = self.shards.into_iter();
        let shards = shards.map(|(name, url)| ShardSettings {
            name,
            url,
            pool: self.pool.clone(),
            test: self.test,
            observer: self.observer.clone(),
            show_binds: self.show_binds,
            slow: self.slow,
            explain: self.explain,
            hooks: self.hooks.clone(),
            ids: ids.clone(),
        });
        let shards = shards.collect();
        let layout = Layout {
            topology,
            schema: self.schema,
            hooks: self.hooks,
            ids,
        };
        Ok((layout, shards))
    }
}

/// The text of a cluster's file.
pub(crate) fn read(path: &std::path::Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|error| {
        let message = format!(
            "cannot read the cluster's configuration {}: {error}",
            path.display()
        );
        Error::new(ErrorKind::Config, message)
    })
}

/// One observer for the engines of all shards.
pub(crate) fn share(observer: Arc<dyn Observer>) -> impl Observer {
    move |event: Event<'_>| observer.observe(event)
}

/// The setters, the same for the blocking and the async cluster.
macro_rules! setters {
    () => {
        pub(crate) fn new() -> Self {
            Self {
                settings: Default::default(),
                connection: std::marker::PhantomData,
            }
        }

        /// What a TOML text describes, to be changed further; see [`config`](crate::config).
        ///
        /// # Errors
        /// [`ErrorKind::Config`](orm_core::ErrorKind::Config) if it is malformed or contradicts
        /// itself.
        pub fn from_toml(text: &str) -> Result<Self> {
            Ok(Self {
                settings: Settings::from_toml(text)?,
                connection: std::marker::PhantomData,
            })
        }

        /// What a TOML file describes, to be changed further; see [`config`](crate::config).
        ///
        /// # Errors
        /// [`ErrorKind::Config`](orm_core::ErrorKind::Config) if it cannot be read, is malformed or
        /// contradicts itself.
        pub fn from_file(path: impl AsRef<std::path::Path>) -> Result<Self> {
            Self::from_toml(&$crate::settings::read(path.as_ref())?)
        }

        /// Adds a shard. The order counts: strategies name shards by position.
        pub fn shard(mut self, name: impl Into<String>, url: impl Into<String>) -> Self {
            self.settings.shards.push((name.into(), url.into()));
            self
        }

        /// Which shard a key belongs to; default:
        /// [`HashBuckets`](crate::strategy::HashBuckets) in equal runs.
        pub fn strategy(mut self, strategy: impl $crate::strategy::Strategy) -> Self {
            self.settings.strategy = Some(std::sync::Arc::new(strategy));
            self
        }

        /// So many connections a shard are kept; default 5.
        pub fn pool_size(mut self, connections: u32) -> Self {
            self.settings.pool.size = Some(connections);
            self
        }

        /// So many more a shard are opened when all are in use, and closed when they come back;
        /// default 10.
        pub fn max_overflow(mut self, connections: u32) -> Self {
            self.settings.pool.max_overflow = Some(connections);
            self
        }

        /// How long to wait for a connection of a shard, in all; default 30 seconds, at most a
        /// year. Zero is refused when the cluster is opened.
        pub fn pool_timeout(mut self, timeout: std::time::Duration) -> Self {
            self.settings.pool.timeout = Some(timeout);
            self
        }

        /// How old a connection may be before another one takes its place, or `None`; default one
        /// hour. Up to a twentieth is taken off, another part for each. It is not taken from who uses
        /// it.
        pub fn pool_recycle(mut self, age: impl Into<Option<std::time::Duration>>) -> Self {
            self.settings.pool.recycle = Some(age.into());
            self
        }

        /// How long a connection may lie unused before it is closed, or `None`; default 10 minutes.
        pub fn idle_timeout(mut self, time: impl Into<Option<std::time::Duration>>) -> Self {
            self.settings.pool.idle_timeout = Some(time.into());
            self
        }

        /// How often a connection that lies idle is asked for a sign of life, or `None`; default 2
        /// minutes. SQLite is not asked.
        pub fn keep_alive(mut self, time: impl Into<Option<std::time::Duration>>) -> Self {
            self.settings.pool.keep_alive = Some(time.into());
            self
        }

        /// After how long without a sign of life a connection is asked for one when it is checked
        /// out; default 30 seconds. With zero, at each checkout. SQLite is not asked.
        pub fn ping_after(mut self, time: std::time::Duration) -> Self {
            self.settings.pool.ping_after = Some(time);
            self
        }

        /// A statement, or several, that each new connection to a shard runs before it is used. May
        /// be called again for more.
        pub fn on_connect(mut self, sql: impl Into<String>) -> Self {
            self.settings.pool.on_connect.push(sql.into());
            self
        }

        /// For tests: on each shard everything is done in one transaction, which is never committed;
        /// see [`EngineBuilder`](orm_core::engine::EngineBuilder::test_transaction). Default: it is not.
        pub fn test_transaction(mut self) -> Self {
            self.settings.test = true;
            self
        }

        /// The source of ids that are made before an insert; default: one a process.
        pub fn ids(mut self, ids: std::sync::Arc<orm_core::id::TimeIds>) -> Self {
            self.settings.ids = Some(ids);
            self
        }

        /// Sees every event of every shard; the event names the shard. Several observers see it in
        /// the order in which they are given.
        pub fn observe(mut self, observer: impl orm_core::event::Observer) -> Self {
            let before = self.settings.observer.take();
            self.settings.observer = Some(orm_core::event::joined(before, observer));
            self
        }

        /// What is done before and after writes of models, once for each, on however many shards it
        /// is; default: nothing. Those of a second call take the place of the first's.
        pub fn hooks(mut self, hooks: impl Into<std::sync::Arc<orm_core::hooks::Hooks>>) -> Self {
            self.settings.hooks = Some(hooks.into());
            self
        }

        /// Shows observers the bound values of statements, among them what users typed; default:
        /// they are shown nowhere.
        pub fn show_binds(mut self) -> Self {
            self.settings.show_binds = true;
            self
        }

        /// Tells observers of each statement that took longer, as
        /// [`Event::Slow`](orm_core::event::Event::Slow); default: of none.
        pub fn slow_queries(mut self, over: std::time::Duration) -> Self {
            self.settings.slow = Some(over);
            self
        }

        /// Asks the database how it runs what was slow; see
        /// [`EngineBuilder`](orm_core::engine::EngineBuilder::explain_slow_queries).
        pub fn explain_slow_queries(mut self) -> Self {
            self.settings.explain = true;
            self
        }

        /// The tables of the cluster. With them known, a subquery that reads
        /// reference tables only is allowed; without, every subquery is refused.
        pub fn schema(mut self, schema: orm_core::schema::Schema) -> Self {
            self.settings.schema = Some(schema);
            self
        }
    };
}
pub(crate) use setters;

/// A builder of a shard's engine, told what the shard is told.
macro_rules! told {
    ($builder:expr, $shard:expr) => {{
        let shard = $shard;
        let mut builder = $builder.url(shard.url).name(shard.name).ids(shard.ids);
        if let Some(connections) = shard.pool.size {
            builder = builder.pool_size(connections);
        }
        if let Some(connections) = shard.pool.max_overflow {
            builder = builder.max_overflow(connections);
        }
        if let Some(timeout) = shard.pool.timeout {
            builder = builder.pool_timeout(timeout);
        }
        if let Some(age) = shard.pool.recycle {
            builder = builder.pool_recycle(age);
        }
        if let Some(time) = shard.pool.idle_timeout {
            builder = builder.idle_timeout(time);
        }
        if let Some(time) = shard.pool.keep_alive {
            builder = builder.keep_alive(time);
        }
        if let Some(time) = shard.pool.ping_after {
            builder = builder.ping_after(time);
        }
        for sql in shard.pool.on_connect {
            builder = builder.on_connect(sql);
        }
        if shard.test {
            builder = builder.test_transaction();
        }
        if let Some(observer) = shard.observer {
            builder = builder.observe($crate::settings::share(observer));
        }
        if let Some(hooks) = shard.hooks {
            builder = builder.hooks(hooks);
        }
        if shard.show_binds {
            builder = builder.show_binds();
        }
        if let Some(over) = shard.slow {
            builder = builder.slow_queries(over);
        }
        if shard.explain {
            builder = builder.explain_slow_queries();
        }
        builder
    }};
}
pub(crate) use told;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use orm_core::ErrorKind;
    use orm_core::diesel::SqliteConnection;
    use orm_core::diesel::connection::SimpleConnection;

    use crate::cluster::{Cluster, ClusterBuilder};

    fn builder() -> ClusterBuilder<SqliteConnection> {
        Cluster::builder()
            .shard("even", ":memory:")
            .shard("odd", ":memory:")
    }

    #[test]
    fn each_shard_has_the_settings_of_the_pool() {
        let cluster = builder()
            .pool_recycle(None)
            .idle_timeout(Duration::from_secs(60))
            .keep_alive(None)
            .ping_after(Duration::ZERO)
            .on_connect("CREATE TABLE marks (a INTEGER)")
            .on_connect("INSERT INTO marks VALUES (1)")
            .open()
            .unwrap();
        for engine in cluster.engines() {
            let mut session = engine.session().unwrap();
            session.batch_execute("UPDATE marks SET a = 2").unwrap();
        }
        let zero = Duration::ZERO;
        for (builder, name) in [
            (builder().pool_recycle(zero), "`pool_recycle` is 0"),
            (builder().idle_timeout(zero), "`idle_timeout` is 0"),
            (builder().keep_alive(zero), "`keep_alive` is 0"),
        ] {
            let error = builder.open().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(error.to_string().contains(name), "{error}");
        }
    }
}
