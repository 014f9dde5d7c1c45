//! How long to wait before what lost against others is tried again.

use std::time::Duration;

use super::Link;
use crate::transaction::backoff;

/// Waits that double from one to the next, up to a bound.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Backoff {
    /// The longest that the first wait takes.
    pub(crate) first: Duration,
    /// The longest that any takes.
    pub(crate) longest: Duration,
}

impl Backoff {
    /// Waits behind the try of this number; the first is 0.
    pub(crate) async fn wait<L: Link>(self, link: &mut L, attempt: u32) {
        let delay = backoff::delay(self.first, self.longest, attempt, backoff::random());
        link.wait(delay).await;
    }
}
