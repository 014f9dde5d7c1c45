//! [`Queue`]: those who wait for a connection, threads and tasks alike, in the order in which they
//! came.
//!
//! Who is woken keeps its place until it was served or leaves, so that being overtaken costs nothing.

use std::collections::VecDeque;
use std::task::Waker;
use std::time::Instant;

/// A place in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place(u64);

struct Waiting {
    place: Place,
    since: Instant,
    waker: Waker,
    woken: bool,
}

/// Those who wait.
#[derive(Default)]
pub(crate) struct Queue {
    waiting: VecDeque<Waiting>,
    woken: usize,
    next: u64,
}

impl Queue {
    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Since when the first waits.
    pub(crate) fn first_since(&self) -> Option<Instant> {
        self.waiting.front().map(|first| first.since)
    }

    /// Joins at the end, or waits again at its place.
    pub(crate) fn wait(&mut self, place: Option<Place>, now: Instant, waker: &Waker) -> Place {
        let known = place.and_then(|place| self.waiting.iter_mut().find(|w| w.place == place));
        if let Some(waiting) = known {
            waiting.waker.clone_from(waker);
            self.woken -= usize::from(std::mem::take(&mut waiting.woken));
            return waiting.place;
        }
        let place = Place(self.next);
        self.next += 1;
        self.waiting.push_back(Waiting {
            place,
            since: now,
            waker: waker.clone(),
            woken: false,
        });
        place
    }

    pub(crate) fn leave(&mut self, place: Place) {
        if let Some(at) = self.waiting.iter().position(|w| w.place == place)
            && let Some(left) = self.waiting.remove(at)
        {
            self.woken -= usize::from(left.woken);
        }
    }

    /// Wakes from the front until as many are awake as can be served.
    pub(crate) fn wake(&mut self, free: usize, wake: &mut Vec<Waker>) {
        if self.woken >= free.min(self.waiting.len()) {
            return;
        }
        for waiting in self.waiting.iter_mut().filter(|waiting| !waiting.woken) {
            waiting.woken = true;
            self.woken += 1;
            wake.push(waiting.waker.clone());
            if self.woken >= free {
                return;
            }
        }
    }
}
