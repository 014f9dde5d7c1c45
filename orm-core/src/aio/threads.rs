//! SQLite's statements on tokio's threads for blocking work.
//!
//! diesel-async's own form of this waits in `drop` until the statement is done: a timeout would
//! block a worker as long, and on a runtime of one thread that is a panic. Here the thread is left
//! to end by itself, and the connection with it. Whoever goes on with the connection after such a
//! drop begins with another statement, which waits until the thread has let go.
//!
//! A panic on the thread (of an observer, for one) leaves the connection in a state that nobody
//! knows, and diesel-async's lock of it poisoned: nothing is run on it any more.

use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};

use diesel_async::sync_connection_wrapper::SpawnBlocking;
use futures_util::future::BoxFuture;

use crate::error::THREAD_GONE;
use crate::event::carried;

/// Runs what blocks on tokio's threads for that, the statements of a connection one by one.
#[derive(Debug)]
pub struct BlockingThreads {
    /// Closed when the last statement that was begun has let go of the connection.
    last: Arc<Mutex<Option<Receiver<()>>>>,
    /// Whether a statement panicked.
    panicked: Arc<AtomicBool>,
}

/// Notes a panic of the statement during which it is dropped.
struct Watch(Arc<AtomicBool>);

impl Drop for Watch {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.store(true, Ordering::SeqCst);
        }
    }
}

impl SpawnBlocking for BlockingThreads {
    /// Begins at the first poll: a future that is never polled has done nothing.
    fn spawn_blocking<'a, R>(
        &mut self,
        task: impl FnOnce() -> R + Send + 'static,
    ) -> BoxFuture<'a, Result<R, Box<dyn Error + Send + Sync + 'static>>>
    where
        R: Send + 'static,
    {
        let last = self.last.clone();
        let panicked = self.panicked.clone();
        Box::pin(async move {
            let (done, closed) = channel();
            let before = last
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .replace(closed);
            let run = tokio::task::spawn_blocking(carried(move || {
                // Nothing is ever sent: an error says that it is done, by a panic or otherwise.
                let _ = before.map(|before| before.recv());
                // Dropped last: a panic is noted when the next one goes on.
                let _done = done;
                if panicked.load(Ordering::SeqCst) {
                    return None;
                }
                let _watch = Watch(panicked);
                Some(task())
            }));
            let result = run.await.ok().flatten();
            result.ok_or_else(|| Box::from(THREAD_GONE))
        })
    }

    fn get_runtime() -> Self {
        BlockingThreads {
            last: Arc::default(),
            panicked: Arc::default(),
        }
    }
}
