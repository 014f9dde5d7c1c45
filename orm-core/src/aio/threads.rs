//! SQLite's statements on tokio's threads for blocking work.
//!
//! diesel-async's own form of this waits in `drop` until the statement is done: a timeout would
//! block a worker as long, and on a runtime of one thread that is a panic. Here the thread is left
//! to end by itself, and the connection with it: whoever drops such a future must not touch the
//! connection again, except by another statement.

use std::error::Error;

use diesel_async::sync_connection_wrapper::SpawnBlocking;
use futures_util::future::BoxFuture;

/// Runs what blocks on tokio's threads for that.
#[derive(Debug)]
pub struct BlockingThreads;

impl SpawnBlocking for BlockingThreads {
    /// Begins at the first poll: a future that is never polled has done nothing.
    fn spawn_blocking<'a, R>(
        &mut self,
        task: impl FnOnce() -> R + Send + 'static,
    ) -> BoxFuture<'a, Result<R, Box<dyn Error + Send + Sync + 'static>>>
    where
        R: Send + 'static,
    {
        Box::pin(async move {
            let done = tokio::task::spawn_blocking(task).await;
            done.map_err(Box::from)
        })
    }

    fn get_runtime() -> Self {
        BlockingThreads
    }
}
