//! The async pool: deadpool over connections that are set up and observed.
//!
//! As on the blocking side, a connection is asked whether it is alive only
//! after it lay idle for half a minute.

use std::sync::Arc;
use std::time::{Duration, Instant};

use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};

use super::AsyncDatabaseConnection;
use crate::error::Error;
use crate::event::Observer;
use crate::url::DatabaseUrl;

/// How long a connection may lie idle before it is asked at checkout.
const ASK_AFTER: Duration = Duration::from_secs(30);

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
    /// Since when it lies idle with nothing left to be read.
    pub(super) idle_since: Option<Instant>,
}

/// Makes connections for the pool.
pub(super) struct Connections<C> {
    pub(super) url: DatabaseUrl,
    name: Arc<str>,
    observer: Option<Arc<dyn Observer>>,
    connection: std::marker::PhantomData<fn() -> C>,
}

impl<C> Connections<C> {
    pub(super) fn new(
        url: DatabaseUrl,
        name: Arc<str>,
        observer: Option<Arc<dyn Observer>>,
    ) -> Self {
        Connections {
            url,
            name,
            observer,
            connection: std::marker::PhantomData,
        }
    }

    pub(super) async fn open(&self) -> Result<C, Error>
    where
        C: AsyncDatabaseConnection,
    {
        let opened = C::open(&self.url).await;
        let mut connection = opened.map_err(|error| error.on(&self.name))?;
        if let Some(observer) = &self.observer {
            let sees = crate::connection::observed(self.name.clone(), observer.clone());
            connection.set_instrumentation(sees);
        }
        Ok(connection)
    }
}

impl<C: AsyncDatabaseConnection> Manager for Connections<C> {
    type Type = Pooled<C>;
    type Error = Error;

    async fn create(&self) -> Result<Pooled<C>, Error> {
        Ok(Pooled {
            connection: self.open().await?,
            idle_since: Some(Instant::now()),
        })
    }

    async fn recycle(&self, pooled: &mut Pooled<C>, _: &Metrics) -> RecycleResult<Error> {
        if pooled.connection.is_broken() {
            return Err(RecycleError::message("the connection is closed"));
        }
        if pooled
            .idle_since
            .is_some_and(|since| since.elapsed() < ASK_AFTER)
        {
            return Ok(());
        }
        match pooled.connection.answers().await {
            Ok(true) => Ok(()),
            Ok(false) => Err(RecycleError::message("a transaction is open")),
            Err(error) => Err(RecycleError::Backend(Error::from(error))),
        }
    }
}
