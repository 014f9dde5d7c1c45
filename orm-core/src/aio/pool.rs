//! The async pool: the same machine as the blocking one's, over connections that are awaited.
//!
//! What is its own: a connection that was left with rows on it to be read is asked before it is lent,
//! and what lies idle is tended by a task. Of several that a network has forgotten one is waited for.

use std::future::poll_fn;
use std::panic::Location;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use diesel::connection::get_default_instrumentation;
use diesel::result::QueryResult;
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::{AsyncDatabaseConnection, BoxFuture};
use crate::backend::{Database, Dialect};
#[cfg(feature = "postgres")]
use crate::connection::watch::Closes;
use crate::connection::watch::{Observed, Watch};
use crate::error::{Error, ErrorKind, Result};
use crate::pool::shared::Got;
use crate::pool::test::{self, TestTransaction};
use crate::pool::{Kept, Lease, PoolSettings, PoolState, Shared, drained};
use crate::url::DatabaseUrl;

/// After how long in silence the connection that tasks share is asked.
#[cfg(feature = "postgres")]
pub(super) const ASK_AFTER: Duration = Duration::from_secs(30);

/// How long a server may take to hear that it shall stop.
pub(super) const CANCEL_WITHIN: Duration = Duration::from_secs(5);

/// A connection of the pool.
pub(super) struct Pooled<C> {
    pub(super) connection: C,
    /// Whether nothing is left on it to be read.
    pub(super) read: bool,
    /// It gave an answer since it was lent: no other one can stand for it.
    pub(super) proven: bool,
    /// It is not lent again.
    lost: bool,
    /// It is in the transaction of a test, which is never committed.
    pub(super) in_test: bool,
    /// Who is told what happens on it.
    pub(super) watch: Option<Arc<Watch>>,
    /// Diesel may tell somebody else: it was lent to whoever has it.
    pub(super) touched: bool,
}

impl<C> Pooled<C> {
    fn new(connection: C) -> Self {
        Pooled {
            connection,
            watch: None,
            touched: false,
            read: true,
            proven: true,
            lost: false,
            in_test: false,
        }
    }
}

impl<C: AsyncDatabaseConnection> Pooled<C> {
    /// Whether it is there; observers are not told of the question.
    pub(super) async fn answers(&mut self) -> QueryResult<bool> {
        self.mute(true);
        let answer = self.connection.answers().await;
        self.mute(false);
        answer
    }

    /// Begins the transaction of a test. That of SQLite has the lock to write: to take it later fails
    /// at once, where another test has written meanwhile.
    async fn begin_test(&mut self) -> QueryResult<()> {
        self.connection.begin_immediate().await?;
        self.connection.batch_execute(test::BEGIN).await?;
        self.in_test = true;
        Ok(())
    }

    /// Diesel tells the watch of all that is sent from now on.
    fn is_watched(&mut self) {
        self.touched = false;
        match &self.watch {
            Some(watch) => {
                watch.begins(self.in_test);
                let instrumentation = watch.instrumentation();
                self.connection.set_instrumentation(instrumentation);
            }
            None => {
                let instrumentation = get_default_instrumentation();
                self.connection.set_instrumentation(instrumentation);
            }
        }
    }

    fn mute(&self, muted: bool) {
        if let Some(watch) = &self.watch {
            watch.mute(muted);
        }
    }
}

impl<C: AsyncDatabaseConnection> Kept for Pooled<C> {
    type Maker = Connections<C>;

    fn is_whole(&mut self, _: &Connections<C>) -> bool {
        // A test's is in a transaction, and broken only as far as Diesel can tell.
        let whole = !self.lost && (self.in_test || !self.connection.is_broken());
        if whole && self.touched {
            self.is_watched();
        }
        whole
    }
}

/// Opens connections for the pool.
pub(super) struct Connections<C> {
    pub(super) url: DatabaseUrl,
    name: Arc<str>,
    pub(super) observed: Option<Arc<Observed>>,
    on_connect: Vec<String>,
    test: Option<TestTransaction>,
    connection: std::marker::PhantomData<fn() -> C>,
}

impl<C> Connections<C> {
    pub(super) fn new(
        url: DatabaseUrl,
        name: Arc<str>,
        observed: Option<Arc<Observed>>,
        settings: &PoolSettings,
    ) -> Self {
        Connections {
            url,
            name,
            observed,
            on_connect: settings.on_connect.clone(),
            test: settings.test.then(TestTransaction::default),
            connection: std::marker::PhantomData,
        }
    }

    /// A connection that several tasks share, each of which tells what it does.
    #[cfg(feature = "postgres")]
    pub(super) async fn open(&self) -> Result<(C, Option<Closes>), Error>
    where
        C: AsyncDatabaseConnection,
    {
        let connection = self.told(self.connect()).await?;
        Ok((connection, self.observed.clone().map(Closes)))
    }

    /// A connection of the pool.
    async fn pooled(&self) -> Result<Pooled<C>, Error>
    where
        C: AsyncDatabaseConnection,
    {
        if let Some(test) = &self.test {
            test.begins().map_err(|error| error.on(&self.name))?;
        }
        let opens = async {
            let mut pooled = Pooled::new(self.connect().await?);
            if let Some(test) = &self.test {
                pooled.begin_test().await?;
                test.has_begun();
            }
            Ok(pooled)
        };
        let mut pooled = self.told(opens).await?;
        if let Some(observed) = &self.observed {
            pooled.watch = Some(Watch::new(observed));
            pooled.is_watched();
        }
        Ok(pooled)
    }

    /// Tells whoever observes what came of opening.
    async fn told<T>(&self, opens: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let telling = self.observed.as_ref().map(Observed::opens);
        let opened = opens.await.map_err(|error| error.on(&self.name));
        if let Some(telling) = telling {
            telling.ends(&opened);
        }
        opened
    }

    /// Opens a connection and sets it up, which nobody observes: there may be passwords in what is sent
    /// for that.
    async fn connect(&self) -> Result<C, Error>
    where
        C: AsyncDatabaseConnection,
    {
        let mut connection = C::open(&self.url).await?;
        for statement in &self.on_connect {
            connection.batch_execute(statement).await?;
        }
        Ok(connection)
    }
}

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
            let opens = async {
                let mut opened = Vec::new();
                while let Some(got) = self.shared.warm(connections as usize, from) {
                    opened.push(self.ready(got).await?);
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
        let ready = async {
            let got = match self.shared.try_checkout(from) {
                Some(got) => got,
                None => self.shared.checkout(from).await,
            };
            self.ready(got).await
        };
        let within = timeout(self.settings().timeout, ready).await;
        within.unwrap_or_else(|_| Err(self.none_in_time()))
    }

    fn none_in_time(&self) -> Error {
        let Shared { name, settings, .. } = &*self.shared;
        self.state().none_within(settings.timeout, name)
    }

    /// The database was waited for in vain.
    pub(super) fn unanswered(&self) -> Error {
        let within = self.shared.settings.timeout;
        let message = format!("the database did not answer within {within:?}");
        Error::new(ErrorKind::Connect, message).on(&self.shared.name)
    }

    /// Opens what is to be opened, and asks what is to be asked.
    async fn ready(&self, mut got: Got<Pooled<C>>) -> Result<Lease<Pooled<C>>> {
        loop {
            got = match got {
                Got::Refused => return Err(drained(&self.shared.name)),
                Got::Room(mut lease) => {
                    lease.fill(self.shared.maker.pooled().await?);
                    return Ok(lease);
                }
                Got::Lent(mut lease, ask) => {
                    // It is not asked while it may be busy, should nobody wait for it any more.
                    lease.lost = true;
                    lease.proven = (ask || !lease.read) && !self.settings().memory;
                    let there = match lease.proven {
                        // No other connection has the transaction of a test.
                        _ if lease.in_test => {
                            lease.proven = true;
                            true
                        }
                        true => self.asks(&mut lease).await,
                        false => is_open(&mut lease.connection).await,
                    };
                    if there {
                        (lease.lost, lease.read) = (false, true);
                        return Ok(lease);
                    }
                    self.shared.one_was_dead();
                    lease.exchange()
                }
            }
        }
    }

    /// Whether a connection answers in time.
    async fn asks(&self, pooled: &mut Pooled<C>) -> bool {
        if pooled.connection.is_broken() {
            return false;
        }
        let patience = self.shared.settings.patience();
        match timeout(patience, pooled.answers()).await {
            Ok(answer) => matches!(answer, Ok(true)),
            Err(_) => {
                self.shared.one_was_silent();
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
            due.into_iter().for_each(keep_alive);
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
    tokio::spawn(async move {
        lease.lost = true;
        let answer = timeout(patience, lease.answers()).await;
        match answer {
            Ok(Ok(true)) => (lease.lost, lease.read) = (false, true),
            _ => lease.pool().one_was_dead(),
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
