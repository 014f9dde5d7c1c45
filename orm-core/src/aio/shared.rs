//! The connection that many tasks share: opened by one of them for all, and replaced when it is
//! lost or silent.
//!
//! Whoever asks may give up at any time. So a connection is asked, and another one opened, in a task
//! of its own: readers who wait less long than that takes do not keep it from being done.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use diesel::pg::Pg;
use diesel::query_builder::QueryFragment;
use diesel::result::QueryResult;
use diesel_async::SimpleAsyncConnection;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::pool::ASK_AFTER;
use super::progress::Progress;
use super::{AsyncEngine, AsyncPgConnection};
use crate::connection::watch::{Closes, Sent};
use crate::error::{Error, ErrorKind, Result};

/// A connection, and when it last gave an answer.
pub(super) struct Line {
    pub(super) connection: AsyncPgConnection,
    /// Dropped behind it.
    _closes: Option<Closes>,
    opened: Instant,
    /// In milliseconds since it was opened.
    heard: AtomicU64,
}

impl Line {
    fn hear(&self) {
        let since = u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.heard.fetch_max(since, Ordering::Relaxed);
    }

    fn is_silent(&self) -> bool {
        let heard = Duration::from_millis(self.heard.load(Ordering::Relaxed));
        self.opened.elapsed().saturating_sub(heard) >= ASK_AFTER
    }

    async fn answers(&self) -> bool {
        let mut connection = &self.connection;
        connection.batch_execute("SELECT 1").await.is_ok()
    }
}

/// One connection at a time, beside the pool of an engine.
pub(super) struct Shared {
    engine: AsyncEngine<AsyncPgConnection>,
    line: RwLock<Option<Arc<Line>>>,
    /// Held while a connection is asked or opened.
    opening: Arc<Mutex<()>>,
}

impl Shared {
    pub(super) fn of(engine: &AsyncEngine<AsyncPgConnection>) -> Self {
        Shared {
            engine: engine.clone(),
            line: RwLock::new(None),
            opening: Arc::default(),
        }
    }

    pub(super) fn engine(&self) -> &AsyncEngine<AsyncPgConnection> {
        &self.engine
    }

    /// The connection to be used now, asked or opened within the engine's timeout.
    pub(super) async fn line(self: &Arc<Self>) -> Result<Arc<Line>> {
        if let Some(line) = self.good() {
            return Ok(line);
        }
        let waited = timeout(
            self.engine.pool().settings().timeout,
            self.clone().renewed(),
        );
        waited
            .await
            .unwrap_or_else(|_| Err(self.engine.pool().unanswered()))
    }

    /// Tells whoever observes the engine of a read.
    pub(super) fn sends(&self, query: &impl QueryFragment<Pg>) -> Option<Sent> {
        let observed = self.engine.pool().connections().observed.as_ref()?;
        Sent::starts(observed, query)
    }

    /// What came of a read: one that lost its connection makes way for another.
    pub(super) fn seen<T>(&self, on: &Arc<Line>, result: QueryResult<T>) -> Result<T> {
        if Progress::after(&result) != Progress::Lost {
            on.hear();
        } else if self.open().is_some_and(|now| Arc::ptr_eq(&now, on)) {
            self.put(None);
        }
        result.map_err(|error| Error::from(error).on(self.engine.name()))
    }

    fn open(&self) -> Option<Arc<Line>> {
        let slot = self.line.read();
        slot.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn good(&self) -> Option<Arc<Line>> {
        self.open().filter(|line| !line.is_silent())
    }

    fn put(&self, line: Option<Arc<Line>>) {
        let slot = self.line.write();
        *slot.unwrap_or_else(PoisonError::into_inner) = line;
    }

    /// Waits for the one that asks and opens, or is that one.
    async fn renewed(self: Arc<Self>) -> Result<Arc<Line>> {
        let opening = self.opening.clone().lock_owned().await;
        if let Some(line) = self.good() {
            return Ok(line);
        }
        let name = self.engine.name().to_owned();
        let renews = tokio::spawn(async move {
            let _opening = opening;
            let renewed = timeout(self.engine.pool().settings().timeout, self.renew()).await;
            renewed.unwrap_or_else(|_| Err(self.engine.pool().unanswered()))
        });
        renews
            .await
            .unwrap_or_else(|error| match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(error) => Err(Error::new(ErrorKind::Connect, error.to_string()).on(&name)),
            })
    }

    /// The connection that is there if it answers, or another one.
    async fn renew(&self) -> Result<Arc<Line>> {
        if let Some(line) = self.open() {
            let patience = self.engine.pool().settings().patience();
            if let Ok(true) = timeout(patience, line.answers()).await {
                line.hear();
                return Ok(line);
            }
            self.put(None);
        }
        let (connection, closes) = self.engine.pool().connections().open().await?;
        let line = Arc::new(Line {
            connection,
            _closes: closes,
            opened: Instant::now(),
            heard: AtomicU64::new(0),
        });
        self.put(Some(line.clone()));
        Ok(line)
    }
}
