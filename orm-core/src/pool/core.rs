//! [`Core`]: what becomes of each connection, decided without clock, lock or I/O.
//!
//! Every method is given the moment it is called at. What is to be done outside of the lock (closing,
//! waking) is gathered in [`Effects`]. Neighbours: `core::idle` has the connections that nobody uses,
//! `core::tender` sees to these, `slots` has the others, `queue` those who wait; `shared` is the lock
//! around.

mod idle;
mod step;
mod tender;

use std::panic::Location;
use std::task::Waker;
use std::time::{Duration, Instant};

use self::idle::{Idle, Idles};
pub(crate) use self::step::{Effects, Request, Step};
use self::tender::Tender;
use super::PoolState;
use super::limits::{Life, Limits};
use super::queue::{Place, Queue};
use super::slots::{Held, Purpose, Slots, Ticket};

/// Who was woken is overtaken by those who come new, but not after so long.
const FAIR_AFTER: Duration = Duration::from_millis(5);

/// The connections of a pool, and those who wait for them.
pub(crate) struct Core<T> {
    limits: Limits,
    idle: Idles<T>,
    held: Slots,
    queue: Queue,
    /// Opened or asked for so long that nobody waits for them any more.
    hung: usize,
    closed: bool,
    /// How many were opened ever.
    opened: u64,
    tender: Tender,
    /// Woken when nothing is in use any more.
    drainers: Vec<Waker>,
}

impl<T> Core<T> {
    pub(crate) fn new(limits: Limits) -> Self {
        Core {
            limits,
            idle: Idles::new(),
            held: Slots::default(),
            queue: Queue::default(),
            hung: 0,
            closed: false,
            opened: 0,
            tender: Tender::default(),
            drainers: Vec::new(),
        }
    }

    /// A checkout; of somebody who waits already by its place in the queue.
    pub(crate) fn checkout(
        &mut self,
        now: Instant,
        request: Request,
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
            return self.later(now, request);
        }
        let step = match self.idle.take(&self.limits, now, &mut effects.close) {
            Some((idle, ask)) => Step::Lent {
                ticket: self.hold(now, request.from, Some(idle.life)),
                value: idle.value,
                ask,
            },
            None if self.room() > 0 => Step::Open(self.hold(now, request.from, None)),
            None => return self.later(now, request),
        };
        if let Some(place) = place {
            self.leave(place, effects);
        }
        step
    }

    fn hold(
        &mut self,
        now: Instant,
        from: &'static Location<'static>,
        life: Option<Life>,
    ) -> Ticket {
        self.held.add(Held::used(now, from, life))
    }

    /// Nothing is free for somebody.
    fn later(&self, now: Instant, request: Request) -> Step<T> {
        match request.until <= now {
            true => Step::Late {
                hung: self.hung > 0 && self.total() < self.limits.most(),
            },
            false => Step::Wait,
        }
    }

    /// The connection that was lent was dead: another one for it.
    pub(crate) fn exchange(
        &mut self,
        ticket: Ticket,
        now: Instant,
        effects: &mut Effects<T>,
    ) -> Step<T> {
        let Some((idle, ask)) = self.idle.take(&self.limits, now, &mut effects.close) else {
            self.held.lives(ticket, None);
            return Step::Open(ticket);
        };
        self.held.lives(ticket, Some(idle.life));
        self.serve(effects);
        Step::Lent {
            value: idle.value,
            ticket,
            ask,
        }
    }

    /// A connection was opened in its room.
    pub(crate) fn opened(&mut self, ticket: Ticket, now: Instant) {
        self.opened += 1;
        let life = self.limits.life(self.opened, now);
        self.held.lives(ticket, Some(life));
    }

    /// A connection comes back that can be lent again; `heard` if it gave an answer meanwhile.
    pub(crate) fn give_back(
        &mut self,
        ticket: Ticket,
        value: T,
        heard: bool,
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
        let mut life = held
            .life
            .unwrap_or_else(|| self.limits.life(self.opened, now));
        if heard {
            life.heard = now;
        }
        let spare = self.total() >= self.limits.size && self.idle.len() >= self.queue.len();
        if self.closed || spare || self.limits.is_old(life, since, now) {
            effects.close.push(value);
        } else {
            self.idle.add(Idle { value, life, since });
            let next = [self.limits.ends(life, since), self.limits.asked(life)];
            self.plan(next.into_iter().flatten().min(), effects);
        }
        self.is_told(held.purpose, effects);
        self.serve(effects);
    }

    /// The room of a connection that is gone, or was never opened.
    pub(crate) fn release(&mut self, ticket: Ticket, effects: &mut Effects<T>) {
        match self.held.remove(ticket) {
            Some(held) => self.is_told(held.purpose, effects),
            None => self.hung = self.hung.saturating_sub(1),
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

    /// What is opened in the place of a connection in use hangs, or does so no more.
    pub(crate) fn hangs(&mut self, hangs: bool, effects: &mut Effects<T>) {
        self.hung = match hangs {
            true => self.hung + 1,
            false => self.hung.saturating_sub(1),
        };
        self.serve(effects);
    }

    /// A connection was dead: the others are asked before they are lent.
    pub(crate) fn one_was_dead(&mut self, now: Instant) {
        self.idle.suspect(now);
    }

    /// A connection did not answer what it was asked then: no other one of its time is lent.
    pub(crate) fn one_was_silent(&mut self, asked: Instant) {
        self.idle.silence(asked);
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
                Step::Open(self.hold(now, from, None))
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
        self.idle.trim(usize::MAX, &mut effects.close);
        self.serve(effects);
    }

    /// Whether nothing is in use; if not, the waker is woken then.
    pub(crate) fn is_drained(&mut self, waker: &Waker) -> bool {
        let drained = self.held.len() == 0;
        if !drained && !self.drainers.iter().any(|one| one.will_wake(waker)) {
            self.drainers.push(waker.clone());
        }
        drained
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
        self.idle.trim(surplus, &mut effects.close);
    }

    fn total(&self) -> usize {
        self.idle.len() + self.held.len()
    }

    /// How many may be opened now.
    fn room(&self) -> usize {
        let most = self.limits.most();
        let free = most.saturating_sub(self.total());
        match self.hung.cmp(&most) {
            std::cmp::Ordering::Less => free,
            // Perhaps what hangs was forgotten on the way, and the database is there: one is tried.
            std::cmp::Ordering::Equal if self.held.opening() == 0 => free.min(1),
            _ => 0,
        }
    }

    /// Wakes as many of those who wait as can be served.
    fn serve(&mut self, effects: &mut Effects<T>) {
        let free = match self.closed {
            true => usize::MAX,
            false => self.idle.len() + self.room(),
        };
        self.queue.wake(free, &mut effects.wake);
        if self.held.len() == 0 {
            effects.wake.append(&mut self.drainers);
        }
    }
}

#[cfg(test)]
mod tests;
