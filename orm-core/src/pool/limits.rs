//! [`Limits`]: the figures that a pool decides by.

use std::time::{Duration, Instant};

/// The figures that decisions are made by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) size: usize,
    pub(crate) max_overflow: usize,
    pub(crate) recycle: Option<Duration>,
    pub(crate) idle_timeout: Option<Duration>,
    pub(crate) keep_alive: Option<Duration>,
    pub(crate) ping_after: Option<Duration>,
    /// How long a connection that is asked meanwhile may take to answer.
    pub(crate) patience: Duration,
}

impl Limits {
    /// Whether an idle connection is closed.
    pub(crate) fn is_old(&self, opened: Instant, since: Instant, now: Instant) -> bool {
        self.recycle.is_some_and(|age| opened + age <= now)
            || self.idle_timeout.is_some_and(|time| since + time <= now)
    }

    /// When something is due on an idle connection.
    pub(crate) fn next(&self, opened: Instant, since: Instant, heard: Instant) -> Option<Instant> {
        let at = |from: Instant, time: Option<Duration>| Some(from + time?);
        let times = [
            at(opened, self.recycle),
            at(since, self.idle_timeout),
            at(heard, self.keep_alive),
        ];
        times.into_iter().flatten().min()
    }
}
