//! [`Step`]: what is decided, and what is to be done about it.

use std::panic::Location;
use std::task::Waker;
use std::time::Instant;

use crate::pool::limits::Limits;
use crate::pool::slots::Ticket;

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

/// Who wants a connection, since when, and until when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request {
    pub(crate) from: &'static Location<'static>,
    pub(crate) since: Instant,
    pub(crate) until: Instant,
}

impl Request {
    /// Of somebody who comes now.
    pub(crate) fn new(from: &'static Location<'static>, limits: &Limits, now: Instant) -> Self {
        Request {
            from,
            since: now,
            until: limits.deadline(now),
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
    /// Nothing came free in time; perhaps since what is opened or asked hangs.
    Late { hung: bool },
    /// The pool is drained.
    Refused,
}
