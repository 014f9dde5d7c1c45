//! [`Limits`]: the figures that a pool decides by; [`Life`]: what they count from.

use std::time::{Duration, Instant};

/// The figures that decisions are made by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) size: usize,
    pub(crate) max_overflow: usize,
    pub(crate) timeout: Duration,
    pub(crate) recycle: Option<Duration>,
    pub(crate) idle_timeout: Option<Duration>,
    pub(crate) keep_alive: Option<Duration>,
    pub(crate) ping_after: Option<Duration>,
    /// How long a connection that is asked meanwhile may take to answer.
    pub(crate) patience: Duration,
}

/// What counts of the time that a connection has been there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Life {
    /// When another one takes its place.
    pub(crate) expires: Option<Instant>,
    /// When it last gave an answer.
    pub(crate) heard: Instant,
}

impl Limits {
    /// How many connections there may be.
    pub(crate) fn most(&self) -> usize {
        self.size.saturating_add(self.max_overflow)
    }

    /// Until when somebody waits who comes now.
    pub(crate) fn deadline(&self, now: Instant) -> Instant {
        now + self.timeout
    }

    /// The life of the nth connection, which is opened now. What is opened together is not replaced
    /// together: up to a twentieth of the time is taken off, by steps that spread evenly.
    pub(crate) fn life(&self, nth: u64, now: Instant) -> Life {
        let part = (nth as f64 * 0.618_033_988_749_895).fract() / 20.0;
        Life {
            expires: self.recycle.map(|age| now + age.mul_f64(1.0 - part)),
            heard: now,
        }
    }

    /// Whether an idle connection is closed.
    pub(crate) fn is_old(&self, life: Life, since: Instant, now: Instant) -> bool {
        life.expires.is_some_and(|at| at <= now)
            || self.idle_timeout.is_some_and(|time| since + time <= now)
    }

    /// Whether an idle connection is asked for a sign of life.
    pub(crate) fn is_due(&self, life: Life, now: Instant) -> bool {
        self.keep_alive.is_some_and(|time| life.heard + time <= now)
    }

    /// When an idle connection is closed.
    pub(crate) fn ends(&self, life: Life, since: Instant) -> Option<Instant> {
        let unused = self.idle_timeout.map(|time| since + time);
        [life.expires, unused].into_iter().flatten().min()
    }

    /// When it is asked.
    pub(crate) fn asked(&self, life: Life) -> Option<Instant> {
        self.keep_alive.map(|time| life.heard + time)
    }
}
