//! The plans of what was slow.

use super::Watch;
use crate::operation::{Link, plan};

/// Asks for the plans of what was slow, and tells of it. What the database says against that is
/// nobody's error: the plan is missing then.
pub(crate) async fn take_plans<L: Link>(link: &mut L, watch: &Watch) {
    for done in watch.slow_ones() {
        let plan = plan(link, done.sql()).await.ok();
        watch.slow(&done, plan.as_deref());
    }
    watch.explained();
}
