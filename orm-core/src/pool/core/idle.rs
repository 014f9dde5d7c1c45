//! [`Idles`]: the connections that nobody uses, and what is due on them.

use std::time::Instant;

use crate::pool::limits::{Life, Limits};

/// A connection that nobody uses.
pub(super) struct Idle<T> {
    pub(super) value: T,
    pub(super) life: Life,
    /// Since when nobody uses it.
    pub(super) since: Instant,
}

/// The connections that nobody uses.
pub(super) struct Idles<T> {
    /// In the order in which they came back: the last is lent first.
    idle: Vec<Idle<T>>,
    /// What was last heard before is to be asked: another one was dead.
    suspect: Option<Instant>,
    /// What was last heard before is dead: another one did not answer.
    silent: Option<Instant>,
}

impl<T> Idles<T> {
    pub(super) fn new() -> Self {
        Idles {
            idle: Vec::new(),
            suspect: None,
            silent: None,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.idle.len()
    }

    pub(super) fn add(&mut self, idle: Idle<T>) {
        let at = self.idle.partition_point(|other| other.since <= idle.since);
        self.idle.insert(at, idle);
    }

    /// Another one was dead at the moment.
    pub(super) fn suspect(&mut self, since: Instant) {
        self.suspect = self.suspect.max(Some(since));
    }

    /// Another one did not answer what it was asked at the moment.
    pub(super) fn silence(&mut self, since: Instant) {
        self.silent = self.silent.max(Some(since));
    }

    /// The one to be lent, and whether it is to be asked before. What is over is closed.
    pub(super) fn take(
        &mut self,
        limits: &Limits,
        now: Instant,
        close: &mut Vec<T>,
    ) -> Option<(Idle<T>, bool)> {
        while let Some(idle) = self.idle.pop() {
            if self.is_over(&idle, limits, now) {
                close.push(idle.value);
                continue;
            }
            let is_doubtful = |time| {
                let heard = idle.life.heard;
                heard + time <= now || self.suspect > Some(heard)
            };
            let ask = limits.ping_after.is_some_and(is_doubtful);
            return Some((idle, ask));
        }
        None
    }

    /// Closes what is over.
    pub(super) fn sweep(&mut self, limits: &Limits, now: Instant, close: &mut Vec<T>) {
        for idle in std::mem::take(&mut self.idle) {
            match self.is_over(&idle, limits, now) {
                true => close.push(idle.value),
                false => self.idle.push(idle),
            }
        }
    }

    /// The one that was not heard of for longest, if it is to be asked for a sign of life.
    pub(super) fn take_due(&mut self, limits: &Limits, now: Instant) -> Option<Idle<T>> {
        let all = self.idle.iter().enumerate();
        let (at, idle) = all.min_by_key(|(_, idle)| idle.life.heard)?;
        let is_due = limits.is_due(idle.life, now);
        is_due.then(|| self.idle.remove(at))
    }

    /// Closes so many, those first that came back first.
    pub(super) fn trim(&mut self, surplus: usize, close: &mut Vec<T>) {
        let surplus = self.idle.drain(..surplus.min(self.idle.len()));
        close.extend(surplus.map(|idle| idle.value));
    }

    /// When one of them is closed.
    pub(super) fn ends(&self, limits: &Limits) -> Option<Instant> {
        let ends = |idle: &Idle<T>| limits.ends(idle.life, idle.since);
        self.idle.iter().filter_map(ends).min()
    }

    /// When one of them is to be asked.
    pub(super) fn asked(&self, limits: &Limits) -> Option<Instant> {
        let asked = |idle: &Idle<T>| limits.asked(idle.life);
        self.idle.iter().filter_map(asked).min()
    }

    fn is_over(&self, idle: &Idle<T>, limits: &Limits, now: Instant) -> bool {
        self.silent.is_some_and(|silent| idle.life.heard < silent)
            || limits.is_old(idle.life, idle.since, now)
    }
}
