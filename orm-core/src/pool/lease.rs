//! [`Lease`]: a connection that comes back by itself.

use std::ops::{Deref, DerefMut};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use super::core::{Request, Step};
use super::shared::{Got, Kept, Shared};
use super::slots::Ticket;
use crate::connection::watch::Observed;
use crate::error::Result;
use crate::event::PoolStep;

/// A connection of a pool, or room for one; it comes back when it is dropped.
pub(crate) struct Lease<T: Kept> {
    pool: Arc<Shared<T>>,
    ticket: Ticket,
    value: Option<T>,
    /// Since when somebody has it, if observers are told.
    lent: Option<Instant>,
}

impl<T: Kept> Lease<T> {
    pub(super) fn new(pool: &Arc<Shared<T>>, ticket: Ticket, value: Option<T>) -> Self {
        Lease {
            pool: pool.clone(),
            ticket,
            value,
            lent: None,
        }
    }

    pub(crate) fn pool(&self) -> &Arc<Shared<T>> {
        &self.pool
    }

    pub(crate) fn ticket(&self) -> Ticket {
        self.ticket
    }

    /// The connection that was opened in this room, or in place of the one that was there.
    pub(crate) fn fill(&mut self, value: T) {
        self.pool.opened(self.ticket);
        self.value = Some(value);
    }

    /// Closes the connection, which is dead, for another one.
    pub(crate) fn exchange(mut self) -> Got<T> {
        self.value = None;
        let step = self
            .pool
            .decide(|core, effects| core.exchange(self.ticket, Instant::now(), effects));
        match step {
            Step::Lent { value, ask, .. } => {
                self.value = Some(value);
                Got::Lent(self, ask)
            }
            _ => Got::Room(self),
        }
    }
}

/// # Panics
/// If nothing was filled in yet: a lease that is lent is full.
impl<T: Kept> Deref for Lease<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_ref().expect("a lease that is lent is full")
    }
}

impl<T: Kept> DerefMut for Lease<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.value.as_mut().expect("a lease that is lent is full")
    }
}

impl<T: Kept> Drop for Lease<T> {
    fn drop(&mut self) {
        let ticket = self.ticket;
        // What is not whole is closed before its room is free.
        let whole = self
            .value
            .take()
            .and_then(|mut value| value.is_whole(&self.pool.maker).then_some(value));
        self.pool.decide(|core, effects| match whole {
            Some(value) => {
                let heard = value.has_answered();
                core.give_back(ticket, value, heard, Instant::now(), effects);
            }
            None => core.release(ticket, effects),
        });
        if let Some(lent) = self.lent
            && let Some(observed) = T::observed(&self.pool.maker)
        {
            let used = lent.elapsed();
            // An observer that panics must not end the process: this may be in the midst of a panic.
            let tells = || observed.pool(PoolStep::CheckIn { used });
            let _ = catch_unwind(AssertUnwindSafe(tells));
        }
    }
}

/// Tells what came of a request.
#[cold]
pub(super) fn tell<T: Kept>(
    observed: &Observed,
    request: Request,
    ready: Result<Lease<T>>,
) -> Result<Lease<T>> {
    let now = Instant::now();
    let waited = now.saturating_duration_since(request.since);
    match ready {
        Ok(mut lease) => {
            lease.lent = Some(now);
            observed.pool(PoolStep::CheckOut { waited });
            Ok(lease)
        }
        Err(error) => {
            if now >= request.until {
                observed.pool(PoolStep::Timeout { waited });
            }
            Err(error)
        }
    }
}
