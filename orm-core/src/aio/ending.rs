//! How an async session gives its connection back: as it is, once what was left on it is ended, or closed.

use tokio::runtime::Handle;
use tokio::time::timeout;

use super::AsyncDatabaseConnection;
use super::pool::CANCEL_WITHIN;
use super::pooled::Pooled;
use super::progress::Progress;
use super::session::is_inside;
use crate::backend::{Database, Dialect};
use crate::pool::Lease;

/// How a session left its connection.
pub(super) struct Left {
    pub(super) progress: Progress,
    pub(super) proven: bool,
    pub(super) lent: bool,
    pub(super) doubtful: bool,
    pub(super) retired: bool,
}

/// What becomes of the connection.
enum Ending {
    Whole,
    /// Something may have been left on it, which is ended first.
    Doubtful,
    Closed,
}

impl Left {
    /// Gives the connection back.
    pub(super) fn ends<C: AsyncDatabaseConnection>(self, mut pooled: Lease<Pooled<C>>) {
        pooled.proven = self.proven;
        match self.ending(&mut pooled) {
            Ending::Whole => pooled.read = self.progress == Progress::Done,
            Ending::Doubtful => settle(pooled),
            Ending::Closed => close(pooled, self.progress.is_under_way() || self.lent),
        }
    }

    fn ending<C: AsyncDatabaseConnection>(&self, pooled: &mut Lease<Pooled<C>>) -> Ending {
        let memory = pooled.pool().settings.memory;
        let in_test = pooled.in_test;
        let done = matches!(self.progress, Progress::Done | Progress::HalfRead);
        // A connection of which a thread is still busy may not be asked anything.
        let mut inside = || is_inside(&mut pooled.connection, in_test);
        if in_test {
            return match done {
                false => Ending::Closed,
                true if self.lent || inside() => Ending::Doubtful,
                true => Ending::Whole,
            };
        }
        if memory {
            // Its data would go with it.
            return match done && !self.lent && !self.doubtful && !inside() {
                true => Ending::Whole,
                false => Ending::Doubtful,
            };
        }
        if !done || self.retired {
            return Ending::Closed;
        }
        match C::Backend::DATABASE {
            Database::Sqlite if self.lent => return Ending::Doubtful,
            // An answer that nobody waited for is read by whoever asks next.
            Database::Mysql if self.lent => return Ending::Closed,
            _ => {}
        }
        if inside() || pooled.connection.is_broken() {
            return Ending::Closed;
        }
        match self.lent || self.doubtful {
            true => Ending::Doubtful,
            false => Ending::Whole,
        }
    }
}

/// Ends what may have been left on a connection, and gives it back.
fn settle<C: AsyncDatabaseConnection>(mut pooled: Lease<Pooled<C>>) {
    pooled.unsettled = true;
    let patience = pooled.pool().settings.patience();
    if let Ok(runtime) = Handle::try_current() {
        runtime.spawn(async move {
            if C::Backend::DATABASE == Database::Sqlite {
                // A thread that is busy comes to its end.
                pooled.lost = !pooled.settle().await;
            } else if !matches!(timeout(patience, pooled.settle()).await, Ok(true)) {
                close(pooled, true);
            }
        });
    }
}

/// Closes a connection of a pool, and asks the server to stop what runs on it. The room is free behind
/// that.
fn close<C: AsyncDatabaseConnection>(mut pooled: Lease<Pooled<C>>, under_way: bool) {
    pooled.lost = true;
    let patience = pooled.pool().settings.patience();
    if under_way
        && let Some(cancel) = pooled.connection.cancel()
        && let Ok(runtime) = Handle::try_current()
    {
        runtime.spawn(async move {
            // A network that swallows everything must not keep the connection.
            let _ = timeout(patience, cancel).await;
            drop(pooled);
        });
    }
}

/// Closes a connection, and asks the server to stop what runs on it.
pub(super) fn stop<C: AsyncDatabaseConnection>(connection: C, under_way: bool) {
    if under_way
        && let Some(cancel) = connection.cancel()
        && let Ok(runtime) = Handle::try_current()
    {
        runtime.spawn(async move {
            let _ = timeout(CANCEL_WITHIN, cancel).await;
            drop(connection);
        });
    }
}
