//! The async pool: deadpool over connections that are set up and observed.
//!
//! As on the blocking side, a connection is asked whether it is alive only
//! after it lay idle for half a minute, and is replaced when it is old. Of
//! several that a network has forgotten one is waited for: no deadline is the
//! pool's, a checkout has one over all.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::AsyncDatabaseConnection;
use crate::connection::watch::{Observed, Watch};
use crate::engine::{IDLE_TIMEOUT, MAX_LIFETIME};
use crate::error::Error;
use crate::url::DatabaseUrl;

/// How long a connection may lie idle before it is asked at checkout.
pub(super) const ASK_AFTER: Duration = Duration::from_secs(30);

/// How long it may take then to answer, at most.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);

/// How long a server may take to hear that it shall stop.
pub(super) const CANCEL_WITHIN: Duration = Duration::from_secs(5);

/// How many connections a pool has, now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolState {
    /// At most so many.
    pub max_size: usize,
    /// Open ones, in use or idle.
    pub connections: usize,
    /// Open ones that nobody uses.
    pub idle: usize,
    /// Tasks that wait for one.
    pub waiting: usize,
}

/// A connection of the pool.
pub(super) struct Pooled<C> {
    pub(super) connection: C,
    /// Since when it lies idle.
    pub(super) idle_since: Instant,
    /// Whether nothing is left on it to be read.
    pub(super) read: bool,
    /// Who is told what happens on it.
    pub(super) watch: Option<Arc<Watch>>,
}

/// Makes connections for the pool.
pub(super) struct Connections<C> {
    pub(super) url: DatabaseUrl,
    name: Arc<str>,
    pub(super) observed: Option<Arc<Observed>>,
    /// How long a connection that is asked may take to answer.
    patience: Duration,
    /// When one was last asked in vain.
    silent: Mutex<Option<Instant>>,
    connection: std::marker::PhantomData<fn() -> C>,
}

impl<C> Connections<C> {
    pub(super) fn new(
        url: DatabaseUrl,
        name: Arc<str>,
        observed: Option<Arc<Observed>>,
        timeout: Duration,
    ) -> Self {
        Connections {
            url,
            name,
            observed,
            // Another one is to be opened in what is left of the time.
            patience: ANSWERS_WITHIN.min(timeout / 2),
            silent: Mutex::new(None),
            connection: std::marker::PhantomData,
        }
    }

    pub(super) async fn open(&self) -> Result<C, Error>
    where
        C: AsyncDatabaseConnection,
    {
        let begun = Instant::now();
        let opened = C::open(&self.url).await;
        if let Some(observed) = &self.observed {
            observed.opened(begun, &opened);
        }
        opened.map_err(|error| error.on(&self.name))
    }

    /// How long a connection that is asked whether it lives may take to answer.
    #[cfg(feature = "postgres")] // which has pipelines
    pub(super) fn patience(&self) -> Duration {
        self.patience
    }

    /// Whether a connection that was asked in vain lay idle with this one: a network that forgot
    /// one of them forgot the other.
    fn is_forgotten(&self, pooled: &Pooled<C>) -> bool {
        let silent = self.silent.lock().unwrap_or_else(PoisonError::into_inner);
        silent.is_some_and(|silent| pooled.idle_since < silent)
    }
}

impl<C: AsyncDatabaseConnection> Manager for Connections<C> {
    type Type = Pooled<C>;
    type Error = Error;

    async fn create(&self) -> Result<Pooled<C>, Error> {
        let mut connection = self.open().await?;
        let watch = self.observed.as_ref().map(Watch::new);
        if let Some(watch) = &watch {
            connection.set_instrumentation(watch.instrumentation());
        }
        Ok(Pooled {
            connection,
            idle_since: Instant::now(),
            read: true,
            watch,
        })
    }

    async fn recycle(&self, pooled: &mut Pooled<C>, metrics: &Metrics) -> RecycleResult<Error> {
        if pooled.connection.is_broken() {
            return Err(RecycleError::message("the connection is closed"));
        }
        if self.url.is_memory() {
            // It cannot be dead, and its data goes with it: it is never asked nor too old.
            return Ok(());
        }
        let idle = pooled.idle_since.elapsed();
        if idle > IDLE_TIMEOUT || metrics.age() > MAX_LIFETIME {
            return Err(RecycleError::message("the connection is old"));
        }
        if pooled.read && idle < ASK_AFTER {
            return Ok(());
        }
        if self.is_forgotten(pooled) {
            return Err(RecycleError::message("others did not answer"));
        }
        match timeout(self.patience, pooled.connection.answers()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(RecycleError::message("a transaction is open")),
            Ok(Err(error)) => Err(RecycleError::Backend(Error::from(error))),
            Err(_) => {
                let silent = self.silent.lock();
                *silent.unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
                stop(&pooled.connection);
                Err(RecycleError::message("the connection does not answer"))
            }
        }
    }
}

/// Asks the server to stop what it still does for a connection that is about to be closed.
fn stop<C: AsyncDatabaseConnection>(connection: &C) {
    if let Ok(runtime) = Handle::try_current()
        && let Some(cancel) = connection.cancel()
    {
        // A network that swallows everything must not keep the task.
        runtime.spawn(timeout(CANCEL_WITHIN, cancel));
    }
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    use super::*;
    use crate::aio::AsyncSqliteConnection;

    const MINUTE: Duration = Duration::from_secs(60);

    /// Whether a connection that was opened and given back so long ago is lent again.
    async fn is_lent(url: &str, opened: Duration, idle: Duration) -> bool {
        let url = DatabaseUrl::parse(url).unwrap();
        let connections =
            Connections::<AsyncSqliteConnection>::new(url, "test".into(), None, MINUTE);
        let ago = |time: Duration| Instant::now().checked_sub(time).unwrap();
        let memory = DatabaseUrl::parse(":memory:").unwrap();
        let mut pooled = Pooled {
            connection: AsyncSqliteConnection::open(&memory).await.unwrap(),
            idle_since: ago(idle),
            read: true,
            watch: None,
        };
        let metrics = Metrics {
            created: ago(opened),
            ..Metrics::default()
        };
        connections.recycle(&mut pooled, &metrics).await.is_ok()
    }

    #[tokio::test]
    async fn a_connection_that_is_old_is_replaced() {
        let file = "sqlite://a.db";
        for (opened, idle, lent) in [
            (0, 0, true),
            (29, 0, true),
            (31, 0, false),
            (9, 9, true),
            (11, 11, false),
        ] {
            let minutes = (MINUTE * opened, MINUTE * idle);
            assert_eq!(
                is_lent(file, minutes.0, minutes.1).await,
                lent,
                "{minutes:?}"
            );
            assert!(
                is_lent(":memory:", minutes.0, minutes.1).await,
                "{minutes:?}"
            );
        }
    }
}
