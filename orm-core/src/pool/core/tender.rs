//! [`Tender`]: who sees to the connections that nobody uses, and when.

use std::task::Waker;
use std::time::Instant;

use super::{Core, Effects};
use crate::pool::slots::{Held, Purpose, Ticket};

/// Who sees to the idle connections: until when it sleeps, and how to wake it.
#[derive(Default)]
pub(super) struct Tender {
    until: Option<Instant>,
    waker: Option<Waker>,
}

impl<T> Core<T> {
    /// What is due on idle connections: the one that is to be asked, and when to come again. They are
    /// asked one by one: where a network has forgotten all of them, one is waited for.
    pub(crate) fn tend(
        &mut self,
        now: Instant,
        waker: &Waker,
        effects: &mut Effects<T>,
    ) -> (Option<(Ticket, T)>, Option<Instant>) {
        let patience = self.limits.patience;
        if let Some(since) = self.held.earliest_asked()
            && since + patience <= now
        {
            self.hung += self.held.remove_asked();
            self.idle.silence(since);
        }
        self.idle.sweep(&self.limits, now, &mut effects.close);
        let mut due = None;
        if self.held.earliest_asked().is_none()
            && let Some(idle) = self.idle.take_due(&self.limits, now)
        {
            let held = Held::asked(now, idle.since, idle.life);
            due = Some((self.held.add(held), idle.value));
        }
        let answers = self.held.earliest_asked().map(|since| since + patience);
        // While one is asked the others are not.
        let asked = answers.or_else(|| self.idle.asked(&self.limits));
        let ends = self.idle.ends(&self.limits);
        self.tender.until = [asked, ends].into_iter().flatten().min();
        self.tender.waker = Some(waker.clone());
        self.serve(effects);
        (due, self.tender.until)
    }

    /// Wakes whoever tends the pool, which is gone.
    pub(crate) fn take_tender(&mut self) -> Option<Waker> {
        self.tender.waker.take()
    }

    /// Whoever tends the pool is woken if it would sleep too long.
    pub(super) fn plan(&mut self, next: Option<Instant>, effects: &mut Effects<T>) {
        if let Some(next) = next
            && self.tender.until.is_none_or(|until| next < until)
            && let Some(tender) = &self.tender.waker
        {
            self.tender.until = Some(next);
            effects.wake.push(tender.clone());
        }
    }

    /// The next one is asked when another one has answered, or never will.
    pub(super) fn is_told(&mut self, purpose: Purpose, effects: &mut Effects<T>) {
        if purpose != Purpose::Used {
            self.plan(self.idle.asked(&self.limits), effects);
        }
    }
}
