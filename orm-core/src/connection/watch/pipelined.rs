//! Reads on a connection that many tasks share: several are under way at once, so each is told of by
//! the task that waits for it, and not by Diesel's instrumentation.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use diesel::pg::Pg;
use diesel::query_builder::QueryFragment;
use diesel::result::QueryResult;

use super::notes::{Done, Running};
use super::{Observed, shown};
use crate::error::{ErrorKind, kind_of};
use crate::event::{StatementId, returned};

/// A read that is under way. Dropped before it is done, it was left.
pub(crate) struct Sent {
    observed: Arc<Observed>,
    id: StatementId,
    running: Option<Running>,
}

impl Sent {
    /// Tells that a statement is about to be sent. `None` of one that cannot be written: it fails, and
    /// is not sent.
    pub(crate) fn starts(observed: &Arc<Observed>, query: &impl QueryFragment<Pg>) -> Option<Self> {
        let (sql, binds) = shown(&diesel::debug_query::<Pg, _>(query), observed.show_binds)?;
        let number = observed.pipelined.fetch_add(1, Ordering::Relaxed);
        let running = Running::alone(number, sql, binds);
        let id = StatementId::new(Arc::as_ptr(observed).addr(), number);
        let mut sent = Sent {
            observed: observed.clone(),
            id,
            running: None,
        };
        // Before anybody is told: one who panics at that keeps it from being sent, and it ends.
        let running = sent.running.insert(running);
        observed.starts(id, running);
        running.begins_now();
        Some(sent)
    }

    /// Tells what came of it.
    pub(crate) fn ends<T>(mut self, result: &QueryResult<T>, rows: impl FnOnce(&T) -> usize) {
        let Some(running) = self.running.take() else {
            return;
        };
        let mut done = running.finished(result.as_ref().err().map(kind_of));
        if let Ok(found) = result {
            done.rows = returned(rows(found));
        }
        self.tell(&done);
    }

    fn tell(&self, done: &Done) {
        self.observed.ends(self.id, done);
        if self.observed.is_slow(done) {
            self.observed.was_slow(self.id, done, None);
        }
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            let done = running.finished(Some(ErrorKind::Interrupted));
            // This may be in the midst of a panic.
            let _ = catch_unwind(AssertUnwindSafe(|| self.tell(&done)));
        }
    }
}
