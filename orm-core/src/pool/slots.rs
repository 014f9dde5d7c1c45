//! [`Slots`]: the connections that are not idle, each by its ticket.
//!
//! A ticket that was given up may come back late, from a thread that hung: it is known no more, even
//! if its slot is used again.

use std::panic::Location;
use std::time::Instant;

use super::limits::Life;

/// Stands for a connection that is not idle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ticket {
    slot: usize,
    serial: u64,
}

/// What a connection was taken out for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Somebody uses it, or opens it to do so.
    Used,
    /// The pool asks whether it is there.
    Asked { idle_since: Instant },
}

/// A connection that is not idle.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Held {
    pub(crate) purpose: Purpose,
    pub(crate) since: Instant,
    pub(crate) from: &'static Location<'static>,
    /// `None`: it is being opened.
    pub(crate) life: Option<Life>,
}

impl Held {
    pub(crate) fn used(now: Instant, from: &'static Location<'static>, life: Option<Life>) -> Self {
        Held {
            purpose: Purpose::Used,
            since: now,
            from,
            life,
        }
    }

    pub(crate) fn asked(now: Instant, idle_since: Instant, life: Life) -> Self {
        Held {
            purpose: Purpose::Asked { idle_since },
            since: now,
            from: Location::caller(),
            life: Some(life),
        }
    }
}

/// The connections that are not idle.
#[derive(Debug, Default)]
pub(crate) struct Slots {
    slots: Vec<Option<(u64, Held)>>,
    free: Vec<usize>,
    next: u64,
}

impl Slots {
    pub(crate) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    pub(crate) fn add(&mut self, held: Held) -> Ticket {
        let serial = self.next;
        self.next += 1;
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() - 1
        });
        self.slots[slot] = Some((serial, held));
        Ticket { slot, serial }
    }

    pub(crate) fn remove(&mut self, ticket: Ticket) -> Option<Held> {
        let slot = self.slots.get_mut(ticket.slot)?;
        let (_, held) = slot.take_if(|(serial, _)| *serial == ticket.serial)?;
        self.free.push(ticket.slot);
        Some(held)
    }

    /// Forgets those that are asked; how many.
    pub(crate) fn remove_asked(&mut self) -> usize {
        let before = self.free.len();
        for (at, slot) in self.slots.iter_mut().enumerate() {
            let asked = slot.take_if(|(_, held)| held.purpose != Purpose::Used);
            if asked.is_some() {
                self.free.push(at);
            }
        }
        self.free.len() - before
    }

    /// The connection of a ticket is another one, or about to be opened.
    pub(crate) fn lives(&mut self, ticket: Ticket, life: Option<Life>) {
        if let Some(Some((serial, held))) = self.slots.get_mut(ticket.slot)
            && *serial == ticket.serial
        {
            held.life = life;
        }
    }

    /// How many are being opened.
    pub(crate) fn opening(&self) -> usize {
        self.all().filter(|held| held.life.is_none()).count()
    }

    /// How many somebody uses.
    pub(crate) fn used(&self) -> usize {
        self.all()
            .filter(|held| held.purpose == Purpose::Used)
            .count()
    }

    /// Since when the first of those that are asked is waited for.
    pub(crate) fn earliest_asked(&self) -> Option<Instant> {
        let asked = self.all().filter(|held| held.purpose != Purpose::Used);
        asked.map(|held| held.since).min()
    }

    /// The one that somebody uses for longest.
    pub(crate) fn longest(&self) -> Option<&Held> {
        let used = self.all().filter(|held| held.purpose == Purpose::Used);
        used.min_by_key(|held| held.since)
    }

    fn all(&self) -> impl Iterator<Item = &Held> {
        self.slots.iter().flatten().map(|(_, held)| held)
    }
}
