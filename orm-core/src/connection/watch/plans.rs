//! The plans of what was slow.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::Watch;
use super::notes::Done;
use crate::operation::{Link, plan};

/// Asks for the plans of what was slow, and tells of it. What the database says against that is
/// nobody's error: the plan is missing then.
pub(crate) async fn take_plans<L: Link>(link: &mut L, watch: &Watch) {
    let mut taking = Taking {
        watch,
        slow: watch.slow_ones().into(),
    };
    while let Some(done) = taking.slow.front() {
        let plan = plan(link, done.sql()).await.ok();
        if let Some(done) = taking.slow.pop_front() {
            watch.slow(&done, plan.as_deref());
        }
    }
}

/// What was slow and not told yet. Dropped in the midst, by a future that is dropped or an observer that
/// panics, the rest is told without plans.
struct Taking<'w> {
    watch: &'w Watch,
    slow: VecDeque<Done>,
}

impl Drop for Taking<'_> {
    fn drop(&mut self) {
        self.watch.explained();
        for done in self.slow.drain(..) {
            // This may be in the midst of a panic.
            let _ = catch_unwind(AssertUnwindSafe(|| self.watch.slow(&done, None)));
        }
    }
}
