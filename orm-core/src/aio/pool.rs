//! The async pool: the same machine as the blocking one's, over connections that are awaited.
//!
//! What is its own: a connection that was left with rows on it to be read is asked before it is lent,
//! and what lies idle is tended by a task. Of several that a network has forgotten one is waited for.

use std::future::poll_fn;
use std::panic::Location;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::time::{timeout, timeout_at};

use super::pooled::{Connections, Pooled};
use super::{AsyncDatabaseConnection, BoxFuture};
use crate::backend::{Database, Dialect};
use crate::error::{Error, ErrorKind, Result};
use crate::pool::shared::Got;
use crate::pool::{Lease, PoolSettings, PoolState, Request, Shared, drained};

/// After how long in silence the connection that tasks share is asked.
#[cfg(feature = "postgres")]
pub(super) const ASK_AFTER: Duration = Duration::from_secs(30);

/// How long a server may take to hear that it shall stop.
pub(super) const CANCEL_WITHIN: Duration = Duration::from_secs(5);

/// The pool of an [`AsyncEngine`](super::AsyncEngine). Cheap to clone.
///
/// ```
/// use orm_core::aio::prelude::*;
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm_core::Result<()> {
/// # let folder = tempfile::tempdir().unwrap();
/// # let file = folder.path().join("shop.db").display().to_string();
/// let engine = AsyncEngine::<AsyncSqliteConnection>::builder().url(file).pool_size(2).open().await?;
/// let pool = engine.pool();
/// pool.warm_up(2).await?;
/// assert_eq!(pool.state().idle, 2);
/// pool.resize(1, 0)?;
/// assert_eq!(pool.state().idle, 1);
/// pool.drain(Duration::from_secs(5)).await?;
/// assert!(engine.session().await.is_err());
/// # Ok(())
/// # }
/// ```
pub struct AsyncPool<C: AsyncDatabaseConnection> {
    shared: Arc<Shared<Pooled<C>>>,
}

impl<C: AsyncDatabaseConnection> AsyncPool<C> {
    pub(super) fn new(connections: Connections<C>, name: Arc<str>, settings: PoolSettings) -> Self {
        AsyncPool {
            shared: Shared::new(connections, name, settings),
        }
    }

    /// How the pool stands, now.
    #[must_use]
    pub fn state(&self) -> PoolState {
        self.shared.state()
    }

    /// Opens connections until there are so many, at most as many as the pool keeps.
    ///
    /// # Errors
    /// [`ErrorKind::Connect`] if one cannot be opened within the timeout; those opened before stay.
    /// [`ErrorKind::PoolClosed`] after a drain.
    #[track_caller]
    pub fn warm_up(&self, connections: u32) -> BoxFuture<'_, Result<()>> {
        let from = Location::caller();
        Box::pin(async move {
            self.is_tended();
            let until = self.shared.request(from).until;
            let opens = async {
                let mut opened = Vec::new();
                while let Some(got) = self.shared.warm(connections as usize, from) {
                    opened.push(self.ready(got, until).await?);
                }
                Ok(())
            };
            let within = timeout(self.shared.settings.timeout, opens).await;
            within.unwrap_or_else(|_| Err(self.unanswered()))
        })
    }

    /// As [`Pool::resize`](crate::pool::Pool::resize).
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for a size of 0, and for a database in memory.
    pub fn resize(&self, pool_size: u32, max_overflow: u32) -> Result<()> {
        self.shared.resize(pool_size, max_overflow)
    }

    /// As [`Pool::drain`](crate::pool::Pool::drain). Begins with the first poll; dropped later, the
    /// pool stays closed.
    ///
    /// # Errors
    /// [`ErrorKind::PoolTimeout`] with the figures if some connections did not come back in time.
    pub fn drain(&self, within: Duration) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let left = |_| self.state().left_after(within, &self.shared.name);
            timeout(within, self.shared.drained()).await.map_err(left)
        })
    }

    pub(super) fn settings(&self) -> &PoolSettings {
        &self.shared.settings
    }

    pub(super) fn connections(&self) -> &Connections<C> {
        &self.shared.maker
    }

    /// A connection that is ready.
    pub(super) async fn get(&self, from: &'static Location<'static>) -> Result<Lease<Pooled<C>>> {
        self.is_tended();
        let request = self.shared.request(from);
        let ready = self.wait(request).await;
        self.shared.lend(request, ready)
    }

    async fn wait(&self, request: Request) -> Result<Lease<Pooled<C>>> {
        let got = match self.shared.try_checkout(request) {
            Some(got) => got,
            None => {
                let turn = timeout_at(request.until.into(), self.shared.checkout(request)).await;
                turn.unwrap_or(Got::Late { hung: false })
            }
        };
        self.ready(got, request.until).await
    }

    /// What the database does in time.
    ///
    /// # Errors
    /// [`ErrorKind::Connect`] with the time that it had.
    async fn in_time<T>(&self, until: Instant, does: impl Future<Output = Result<T>>) -> Result<T> {
        let begun = Instant::now();
        let done = timeout_at(until.into(), does).await;
        done.unwrap_or_else(|_| {
            let given = until.saturating_duration_since(begun);
            Err(self.shared.unanswered(given))
        })
    }

    /// The database was waited for in vain.
    pub(super) fn unanswered(&self) -> Error {
        self.shared.unanswered(self.settings().timeout)
    }

    /// Opens what is to be opened, and asks what is to be asked.
    async fn ready(&self, mut got: Got<Pooled<C>>, until: Instant) -> Result<Lease<Pooled<C>>> {
        loop {
            got = match got {
                Got::Refused => return Err(drained(&self.shared.name)),
                Got::Late { hung } => return Err(self.shared.none_in_time(hung)),
                Got::Room(lease) => return self.in_time(until, open(lease)).await,
                Got::Lent(mut lease, ask) => {
                    if self.is_ready(&mut lease, ask, until).await? {
                        lease.read = true;
                        return Ok(lease);
                    }
                    self.shared.one_was_dead();
                    lease.exchange()
                }
            }
        }
    }

    /// Whether a connection can be lent; it is asked if there is a doubt.
    async fn is_ready(
        &self,
        lease: &mut Lease<Pooled<C>>,
        ask: bool,
        until: Instant,
    ) -> Result<bool> {
        if lease.unsettled {
            let settles = async { Ok(lease.settle().await) };
            if !self.in_time(until, settles).await? {
                return Ok(false);
            }
        }
        // No other connection has the transaction of a test.
        if lease.in_test {
            lease.proven = true;
            return Ok(true);
        }
        lease.proven = (ask || !lease.read) && !self.settings().memory;
        if !lease.proven {
            // Whoever had a turn is not late by that: nobody is waited for.
            return Ok(is_open(&mut lease.connection).await);
        }
        // It is not lent while it may be busy, should nobody wait for the answer any more.
        lease.lost = true;
        let asks = async { Ok(self.asks(lease).await) };
        let there = self.in_time(until, asks).await?;
        lease.lost = !there;
        Ok(there)
    }

    /// Whether a connection answers in time.
    async fn asks(&self, pooled: &mut Pooled<C>) -> bool {
        if pooled.connection.is_broken() {
            return false;
        }
        let patience = self.shared.settings.patience();
        let asked = Instant::now();
        match timeout(patience, pooled.answers()).await {
            Ok(answer) => matches!(answer, Ok(true)),
            Err(_) => {
                self.shared.one_was_silent(asked);
                stop(&pooled.connection);
                false
            }
        }
    }

    /// Somebody tends the idle connections from the first checkout on.
    fn is_tended(&self) {
        if self.shared.is_untended() {
            tend(&self.shared);
        }
    }
}

/// Opens a connection in its room, in a task: who does not wait so long finds it in the pool later.
async fn open<C: AsyncDatabaseConnection>(mut lease: Lease<Pooled<C>>) -> Result<Lease<Pooled<C>>> {
    let shared = lease.pool().clone();
    let opening = async move {
        let within = shared.settings.timeout;
        let opened = timeout(within, shared.maker.pooled()).await;
        lease.fill(opened.unwrap_or_else(|_| Err(shared.unanswered(within)))?);
        Ok(lease)
    };
    #[cfg(feature = "tracing")]
    let opening = tracing::Instrument::in_current_span(opening);
    match tokio::spawn(opening).await {
        Ok(opened) => opened,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(error) => Err(Error::new(ErrorKind::Connect, error.to_string())),
        },
    }
}

/// Whether a connection is not known to be closed. The task that reads from it hears of that when the
/// runtime has looked at its sockets, which it does when a task yields; and has run that task, which it
/// does when this one yields again.
async fn is_open<C: AsyncDatabaseConnection>(connection: &mut C) -> bool {
    if C::Backend::DATABASE == Database::Postgres {
        tokio::task::yield_now().await;
        tokio::task::yield_now().await;
    }
    !connection.is_broken()
}

/// Opens a connection in place of one that is lent and dead.
pub(super) async fn renew<C: AsyncDatabaseConnection>(
    lease: &mut Lease<Pooled<C>>,
) -> Result<(), Error> {
    let shared = lease.pool().clone();
    shared.one_was_dead();
    let opened = timeout(shared.settings.timeout, shared.maker.pooled()).await;
    let opened = opened.map_err(|_| Error::new(ErrorKind::Connect, "no answer in time"))?;
    lease.fill(opened?);
    Ok(())
}

/// Tends what lies idle in a task, until the pool is gone.
fn tend<C: AsyncDatabaseConnection>(shared: &Arc<Shared<Pooled<C>>>) {
    /// The runtime may end before the pool: the next checkout begins anew.
    struct Left<C: AsyncDatabaseConnection>(std::sync::Weak<Shared<Pooled<C>>>);
    impl<C: AsyncDatabaseConnection> Drop for Left<C> {
        fn drop(&mut self) {
            if let Some(pool) = self.0.upgrade() {
                pool.is_left();
            }
        }
    }
    let Ok(runtime) = Handle::try_current() else {
        shared.is_left();
        return;
    };
    let pool = Left(Arc::downgrade(shared));
    runtime.spawn(async move {
        loop {
            // The waker of this task is left with the pool, which wakes it.
            let waker = poll_fn(|context| Poll::Ready(context.waker().clone())).await;
            let Some(shared) = pool.0.upgrade() else {
                return;
            };
            let (due, next) = shared.tend(&waker);
            if let Some(due) = due {
                keep_alive(due);
            }
            drop(shared);
            let mut polled = false;
            let woken = poll_fn(|_| match std::mem::replace(&mut polled, true) {
                true => Poll::Ready(()),
                false => Poll::Pending,
            });
            match next {
                Some(at) => drop(tokio::time::timeout_at(at.into(), woken).await),
                None => woken.await,
            }
        }
    });
}

/// Asks an idle connection, which goes back or is closed.
fn keep_alive<C: AsyncDatabaseConnection>(mut lease: Lease<Pooled<C>>) {
    let patience = lease.pool().settings.patience();
    let asked = Instant::now();
    tokio::spawn(async move {
        lease.lost = true;
        match timeout(patience, lease.answers()).await {
            Ok(Ok(true)) => (lease.lost, lease.read, lease.proven) = (false, true, true),
            Ok(_) => lease.pool().one_was_dead(),
            Err(_) => {
                lease.pool().one_was_silent(asked);
                stop(&lease.connection);
            }
        }
    });
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

impl<C: AsyncDatabaseConnection> Clone for AsyncPool<C> {
    fn clone(&self) -> Self {
        AsyncPool {
            shared: self.shared.clone(),
        }
    }
}

impl<C: AsyncDatabaseConnection> std::fmt::Debug for AsyncPool<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AsyncPool")
            .field("name", &self.shared.name)
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}
