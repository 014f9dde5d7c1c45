//! Connections that are opened in a future, which may be dropped; and those without a watch of their own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use super::Observed;
use crate::error::{Error, ErrorKind};
use crate::event::PoolStep;

/// A connection is opened. Dropped before the end, it was waited for in vain.
pub(crate) struct Opens {
    pub(super) observed: Arc<Observed>,
    pub(super) begun: Instant,
    pub(super) done: bool,
}

impl Opens {
    /// Tells what came of it.
    pub(crate) fn ends<C>(mut self, opened: &Result<C, Error>) {
        self.done = true;
        self.observed.opened(self.begun, opened);
    }
}

impl Drop for Opens {
    fn drop(&mut self) {
        if self.done {
            return;
        }
        let failed = PoolStep::Fail {
            took: self.begun.elapsed(),
            error: ErrorKind::Connect,
        };
        // This may be in the midst of a panic.
        let _ = catch_unwind(AssertUnwindSafe(|| self.observed.pool(failed)));
    }
}

/// A connection that is open, and has no watch: tells that it is closed.
#[cfg(feature = "postgres")]
pub(crate) struct Closes(pub(crate) Arc<Observed>);

#[cfg(feature = "postgres")]
impl Drop for Closes {
    fn drop(&mut self) {
        // This may be in the midst of a panic.
        let _ = catch_unwind(AssertUnwindSafe(|| self.0.pool(PoolStep::Close)));
    }
}
