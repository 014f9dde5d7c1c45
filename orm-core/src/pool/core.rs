//! [`Core`]: what becomes of each connection, decided without clock, lock or I/O.
//!
//! Every method is given the moment it is called at. What is to be done outside of the lock (closing,
//! waking) is gathered in [`Effects`]. Neighbours: `queue` keeps those who wait, `shared` is the lock
//! around.

use std::panic::Location;
use std::task::Waker;
use std::time::{Duration, Instant};

use super::PoolState;
use super::limits::Limits;
use super::queue::{Place, Queue};
use super::slots::{Held, Purpose, Slots, Ticket};

/// Who was woken is overtaken by those who come new, but not after so long.
const FAIR_AFTER: Duration = Duration::from_millis(5);

/// What is to be done when the lock is open again.
pub(crate) struct Effects<T> {
    pub(crate) close: Vec<T>,
    pub(crate) wake: Vec<Waker>,
}

impl<T> Effects<T> {
    pub(crate) fn none() -> Self {
        Effects {
            close: Vec::new(),
            wake: Vec::new(),
        }
    }
}

/// What becomes of a checkout.
pub(crate) enum Step<T> {
    /// A connection, perhaps to be asked first whether it is there.
    Lent { value: T, ticket: Ticket, ask: bool },
    /// Room to open one.
    Open(Ticket),
    /// Nothing is free.
    Wait,
    /// The pool is drained.
    Refused,
}

struct Idle<T> {
    value: T,
    opened: Instant,
    /// Since when nobody uses it.
    since: Instant,
    /// When it last gave an answer.
    heard: Instant,
}

/// The connections of a pool, and those who wait for them.
pub(crate) struct Core<T> {
    limits: Limits,
    /// In the order in which they came back: the last is lent first.
    idle: Vec<Idle<T>>,
    held: Slots,
    queue: Queue,
    /// Opened or asked for so long that nobody waits for them any more.
    hung: usize,
    closed: bool,
    /// What was last heard before is to be asked: another one was dead.
    suspect: Option<Instant>,
    /// What was last heard before is dead: another one did not answer.
    silent: Option<Instant>,
    /// Until when whoever tends the idle connections sleeps, and how to wake it.
    tended: Option<Instant>,
    tender: Option<Waker>,
    /// Woken when nothing is in use any more.
    drainer: Option<Waker>,
}

impl<T> Core<T> {
    pub(crate) fn new(limits: Limits) -> Self {
        Core {
            limits,
            idle: Vec::new(),
            held: Slots::default(),
            queue: Queue::default(),
            hung: 0,
            closed: false,
            suspect: None,
            silent: None,
            tended: None,
            tender: None,
            drainer: None,
        }
    }

    /// A checkout; of somebody who waits already by its place in the queue.
    pub(crate) fn checkout(
        &mut self,
        now: Instant,
        from: &'static Location<'static>,
        place: Option<Place>,
        effects: &mut Effects<T>,
    ) -> Step<T> {
        if self.closed {
            return Step::Refused;
        }
        let overtakes = || {
            let first = self.queue.first_since();
            first.is_none_or(|since| since + FAIR_AFTER > now)
                || self.idle.len() + self.room() > self.queue.len()
        };
        if place.is_none() && !overtakes() {
            return Step::Wait;
        }
        let step = match self.take_idle(now, effects) {
            Some(idle) => {
                let ask = self.is_doubtful(&idle, now);
                let ticket = self.held.add(Held::used(now, from, Some(idle.opened)));
                Step::Lent {
                    value: idle.value,
                    ticket,
                    ask,
                }
            }
            None if self.room() > 0 => Step::Open(self.held.add(Held::used(now, from, None))),
            None => return Step::Wait,
        };
        if let Some(place) = place {
            self.queue.leave(place);
        }
        step
    }

    /// The connection that was lent was dead: another one for it.
    pub(crate) fn exchange(
        &mut self,
        ticket: Ticket,
        now: Instant,
        effects: &mut Effects<T>,
    ) -> Step<T> {
        let Some(idle) = self.take_idle(now, effects) else {
            return Step::Open(ticket);
        };
        let ask = self.is_doubtful(&idle, now);
        self.held.opened(ticket, idle.opened);
        self.serve(effects);
        Step::Lent {
            value: idle.value,
            ticket,
            ask,
        }
    }

    /// A connection was opened in its room.
    pub(crate) fn opened(&mut self, ticket: Ticket, now: Instant) {
        self.held.opened(ticket, now);
    }

    /// A connection comes back; one that is not whole is closed.
    pub(crate) fn give_back(
        &mut self,
        ticket: Ticket,
        value: T,
        whole: bool,
        now: Instant,
        effects: &mut Effects<T>,
    ) {
        let Some(held) = self.held.remove(ticket) else {
            // Nobody waited for it any more.
            self.hung = self.hung.saturating_sub(1);
            effects.close.push(value);
            self.serve(effects);
            return;
        };
        let since = match held.purpose {
            Purpose::Used => now,
            Purpose::Asked { idle_since } => idle_since,
        };
        let idle = Idle {
            value,
            opened: held.opened.unwrap_or(now),
            since,
            heard: now,
        };
        let surplus = self.total() >= self.limits.size && self.queue.is_empty();
        if !whole || self.closed || surplus || self.is_old(&idle, now) {
            effects.close.push(idle.value);
        } else {
            self.plan(&idle, effects);
            let at = self.idle.partition_point(|other| other.since <= since);
            self.idle.insert(at, idle);
        }
        self.serve(effects);
    }

    /// The room of a connection that is gone, or was never opened.
    pub(crate) fn release(&mut self, ticket: Ticket, effects: &mut Effects<T>) {
        if self.held.remove(ticket).is_none() {
            self.hung = self.hung.saturating_sub(1);
        }
        self.serve(effects);
    }

    /// Nobody waits any more for what is opened or asked there; its ticket still comes back.
    pub(crate) fn abandon(&mut self, ticket: Ticket, effects: &mut Effects<T>) {
        if self.held.remove(ticket).is_some() {
            self.hung += 1;
        }
        self.serve(effects);
    }

    /// A connection was dead: the others are asked before they are lent.
    pub(crate) fn one_was_dead(&mut self, now: Instant) {
        self.suspect = Some(now);
    }

    /// A connection did not answer: no other one of its time is lent.
    pub(crate) fn one_was_silent(&mut self, now: Instant) {
        self.silent = Some(now);
    }

    /// Joins those who wait, or waits again.
    pub(crate) fn wait(&mut self, place: Option<Place>, now: Instant, waker: &Waker) -> Place {
        self.queue.wait(place, now, waker)
    }

    /// Does not wait any more.
    pub(crate) fn leave(&mut self, place: Place, effects: &mut Effects<T>) {
        self.queue.leave(place);
        if self.queue.is_empty() {
            // What was kept for those who waited.
            self.trim(effects);
        }
        self.serve(effects);
    }

    /// Room to open one of the first `connections`, if there are fewer.
    pub(crate) fn warm(
        &mut self,
        connections: usize,
        now: Instant,
        from: &'static Location<'static>,
    ) -> Step<T> {
        let wanted = connections.min(self.limits.size);
        match self.closed {
            true => Step::Refused,
            false if self.total() < wanted && self.room() > 0 => {
                Step::Open(self.held.add(Held::used(now, from, None)))
            }
            false => Step::Wait,
        }
    }

    pub(crate) fn resize(&mut self, size: usize, max_overflow: usize, effects: &mut Effects<T>) {
        self.limits.size = size;
        self.limits.max_overflow = max_overflow;
        self.trim(effects);
        self.serve(effects);
    }

    /// Lends nothing any more.
    pub(crate) fn close(&mut self, effects: &mut Effects<T>) {
        self.closed = true;
        effects
            .close
            .extend(self.idle.drain(..).map(|idle| idle.value));
        self.serve(effects);
    }

    /// Whether nothing is in use; if not, the waker is woken then.
    pub(crate) fn is_drained(&mut self, waker: &Waker) -> bool {
        let drained = self.held.len() == 0;
        self.drainer = (!drained).then(|| waker.clone());
        drained
    }

    /// What is due on idle connections: those that are to be asked, and when to come again.
    pub(crate) fn tend(
        &mut self,
        now: Instant,
        waker: &Waker,
        effects: &mut Effects<T>,
    ) -> (Vec<(Ticket, T)>, Option<Instant>) {
        let patience = self.limits.patience;
        let overdue = |held: &Held| {
            matches!(held.purpose, Purpose::Asked { .. }) && held.since + patience <= now
        };
        self.hung += self.held.remove_all(overdue);
        let mut due = Vec::new();
        for idle in std::mem::take(&mut self.idle) {
            if self.is_old(&idle, now) {
                effects.close.push(idle.value);
            } else if self
                .limits
                .keep_alive
                .is_some_and(|time| idle.heard + time <= now)
            {
                let held = Held::asked(now, idle.since, idle.opened);
                due.push((self.held.add(held), idle.value));
            } else {
                self.idle.push(idle);
            }
        }
        let asked = self.held.earliest_asked().map(|since| since + patience);
        let next = self.idle.iter().filter_map(|idle| self.next_of(idle)).min();
        self.tended = [asked, next].into_iter().flatten().min();
        self.tender = Some(waker.clone());
        self.serve(effects);
        (due, self.tended)
    }

    /// Wakes whoever tends the pool, which is gone.
    pub(crate) fn take_tender(&mut self) -> Option<Waker> {
        self.tender.take()
    }

    pub(crate) fn state(&self, now: Instant) -> PoolState {
        let longest = self.held.longest();
        PoolState {
            size: self.limits.size,
            max_overflow: self.limits.max_overflow,
            connections: self.total(),
            in_use: self.held.used(),
            idle: self.idle.len(),
            waiting: self.queue.len(),
            longest: longest.map(|held| super::Holder {
                held_for: now.saturating_duration_since(held.since),
                location: held.from,
            }),
            drained: self.closed,
        }
    }

    /// Closes idle connections beyond the size.
    fn trim(&mut self, effects: &mut Effects<T>) {
        let surplus = self.total().saturating_sub(self.limits.size);
        let surplus = self.idle.drain(..surplus.min(self.idle.len()));
        effects.close.extend(surplus.map(|idle| idle.value));
    }

    fn total(&self) -> usize {
        self.idle.len() + self.held.len()
    }

    /// How many may be opened now.
    fn room(&self) -> usize {
        let most = self.limits.size.saturating_add(self.limits.max_overflow);
        match self.hung < most {
            true => most.saturating_sub(self.total()),
            false => 0,
        }
    }

    fn take_idle(&mut self, now: Instant, effects: &mut Effects<T>) -> Option<Idle<T>> {
        while let Some(idle) = self.idle.pop() {
            let silent = self.silent.is_some_and(|silent| idle.heard < silent);
            if !silent && !self.is_old(&idle, now) {
                return Some(idle);
            }
            effects.close.push(idle.value);
        }
        None
    }

    fn is_old(&self, idle: &Idle<T>, now: Instant) -> bool {
        self.limits.is_old(idle.opened, idle.since, now)
    }

    fn is_doubtful(&self, idle: &Idle<T>, now: Instant) -> bool {
        self.limits
            .ping_after
            .is_some_and(|time| idle.heard + time <= now || self.suspect > Some(idle.heard))
    }

    /// When something is due on an idle connection.
    fn next_of(&self, idle: &Idle<T>) -> Option<Instant> {
        self.limits.next(idle.opened, idle.since, idle.heard)
    }

    /// Whoever tends the pool is woken if it would sleep too long for this connection.
    fn plan(&mut self, idle: &Idle<T>, effects: &mut Effects<T>) {
        if let Some(next) = self.next_of(idle)
            && self.tended.is_none_or(|tended| next < tended)
            && let Some(tender) = &self.tender
        {
            self.tended = Some(next);
            effects.wake.push(tender.clone());
        }
    }

    /// Wakes as many of those who wait as can be served.
    fn serve(&mut self, effects: &mut Effects<T>) {
        let free = match self.closed {
            true => usize::MAX,
            false => self.idle.len() + self.room(),
        };
        self.queue.wake(free, &mut effects.wake);
        if self.held.len() == 0
            && let Some(drainer) = self.drainer.take()
        {
            effects.wake.push(drainer);
        }
    }
}

#[cfg(test)]
mod tests;
