//! The pool: connections that are set up, observed, kept, and replaced.
//!
//! What becomes of a connection is decided in `core`, without clock, lock or I/O, for the blocking
//! and the async engine alike; `shared` is the lock around it, and the leases. What is of the blocking
//! engine is here: opening and asking on threads that can be given up, and the thread that tends what
//! lies idle. `aio::pool` is the twin.

pub(crate) mod by_hand;
pub(crate) mod core;
mod lease;
mod limits;
mod link;
mod queue;
pub(crate) mod settings;
pub(crate) mod shared;
mod slots;
mod state;
pub(crate) mod test;
mod threads;

pub(crate) use lease::Lease;
pub use link::Link;
pub(crate) use link::Manager;
pub(crate) use settings::PoolSettings;
#[cfg(feature = "async")]
pub(crate) use shared::Kept;
pub(crate) use shared::Shared;
pub(crate) use state::drained;
pub use state::{Holder, PoolState};
pub(crate) use threads::Renews;

use std::panic::Location;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub(crate) use self::core::Request;
use self::shared::{Got, park_until};
use self::threads::{Asked, ask, open, tend};
use crate::connection::DatabaseConnection;
use crate::error::Result;

/// The pool of an [`Engine`](crate::engine::Engine). Cheap to clone.
///
/// ```
/// use orm_core::prelude::*;
/// use std::time::Duration;
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let file = folder.path().join("shop.db").display().to_string();
/// let engine = Engine::<SqliteConnection>::builder().url(file).pool_size(2).open()?;
/// let pool = engine.pool();
/// pool.warm_up(2)?;
/// assert_eq!(pool.state().idle, 2);
/// pool.resize(1, 0)?;
/// assert_eq!(pool.state().idle, 1);
/// pool.drain(Duration::from_secs(5))?;
/// assert!(engine.session().is_err());
/// # Ok::<(), orm_core::Error>(())
/// ```
pub struct Pool<C: DatabaseConnection> {
    shared: Arc<Shared<Link<C>>>,
}

impl<C: DatabaseConnection> Pool<C> {
    pub(crate) fn new(manager: Manager<C>, name: Arc<str>, settings: PoolSettings) -> Self {
        Pool {
            shared: Shared::new(manager, name, settings),
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
    /// [`Connect`](crate::ErrorKind::Connect) if one cannot be opened within the timeout; those
    /// opened before stay. [`PoolClosed`](crate::ErrorKind::PoolClosed) after a drain.
    #[track_caller]
    pub fn warm_up(&self, connections: u32) -> Result<()> {
        self.is_tended();
        let deadline = Instant::now() + self.shared.settings.timeout;
        let mut opened = Vec::new();
        while let Some(got) = self.shared.warm(connections as usize, Location::caller()) {
            opened.extend(self.ready(got, deadline)?);
        }
        Ok(())
    }

    /// Keeps so many connections from now on, and so many beyond them while all are in use.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) for a size of 0, and for a database in memory.
    pub fn resize(&self, pool_size: u32, max_overflow: u32) -> Result<()> {
        self.shared.resize(pool_size, max_overflow)
    }

    /// Lends nothing any more, closes what lies idle, and waits until what is in use came back, which
    /// is closed, too. For good: the engine gives no sessions after that.
    ///
    /// # Errors
    /// [`PoolTimeout`](crate::ErrorKind::PoolTimeout) with the figures if some did not come back in
    /// time. They are closed when they do.
    pub fn drain(&self, timeout: Duration) -> Result<()> {
        let drained = self.shared.drained();
        match park_until(settings::after(timeout), drained) {
            Some(()) => Ok(()),
            None => Err(self.state().left_after(timeout, &self.shared.name)),
        }
    }

    /// What somebody wants who comes now.
    #[cfg(feature = "async")]
    pub(crate) fn request(&self, from: &'static Location<'static>) -> Request {
        self.shared.request(from)
    }

    /// A connection that is ready, waited for on this thread.
    pub(crate) fn get(&self, from: &'static Location<'static>) -> Result<Lease<Link<C>>> {
        self.is_tended();
        let request = self.shared.request(from);
        let ready = self.wait(request);
        self.shared.lend(request, ready)
    }

    /// A turn: a connection or room for one, waited for by a task. It is made ready on a thread.
    #[cfg(feature = "async")]
    pub(crate) async fn turn(&self, request: Request) -> Got<Link<C>> {
        self.is_tended();
        let turn = self.shared.checkout(request);
        let turn = tokio::time::timeout_at(request.until.into(), turn).await;
        turn.unwrap_or(Got::Late { hung: false })
    }

    /// A connection that is ready, from a turn.
    #[cfg(feature = "async")]
    pub(crate) fn after_turn(&self, got: Got<Link<C>>, request: Request) -> Result<Lease<Link<C>>> {
        let ready = match self.ready(got, request.until) {
            Ok(Some(lease)) => Ok(lease),
            Ok(None) => self.wait(request),
            Err(error) => Err(error),
        };
        self.shared.lend(request, ready)
    }

    fn wait(&self, request: Request) -> Result<Lease<Link<C>>> {
        loop {
            let got = self.shared.checkout_on_thread(request);
            if let Some(lease) = self.ready(got, request.until)? {
                return Ok(lease);
            }
        }
    }

    /// Opens what is to be opened, and asks what is to be asked; `None` if it did not answer.
    fn ready(&self, mut got: Got<Link<C>>, deadline: Instant) -> Result<Option<Lease<Link<C>>>> {
        loop {
            got = match got {
                Got::Refused => return Err(drained(&self.shared.name)),
                Got::Late { hung } => return Err(self.shared.none_in_time(hung)),
                Got::Room(lease) => return open(lease, deadline).map(Some),
                Got::Lent(mut lease, false) => {
                    if !lease.connection.is_ended() {
                        // No other connection has the transaction of a test.
                        lease.proven = lease.in_test;
                        return Ok(Some(lease));
                    }
                    self.shared.one_was_dead();
                    lease.exchange()
                }
                Got::Lent(lease, true) => match ask(lease, deadline)? {
                    Asked::There(lease) => return Ok(Some(lease)),
                    Asked::Dead(lease) => {
                        self.shared.one_was_dead();
                        lease.exchange()
                    }
                    Asked::Silent(asked) => {
                        if let Some(asked) = asked {
                            self.shared.one_was_silent(asked);
                        }
                        return Ok(None);
                    }
                },
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

impl<C: DatabaseConnection> Clone for Pool<C> {
    fn clone(&self) -> Self {
        Pool {
            shared: self.shared.clone(),
        }
    }
}

impl<C: DatabaseConnection> std::fmt::Debug for Pool<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool")
            .field("name", &self.shared.name)
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}
