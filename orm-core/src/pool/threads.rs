//! What blocks: opening and asking, each on a thread that can be given up, and the thread that tends
//! what lies idle.
//!
//! A server that is frozen, or a network that swallows everything, keeps a thread for as long as it
//! pleases. Who waits goes on at the deadline; the thread is left to its end, which the pool counts.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread::{self, Builder};
use std::time::Instant;

use super::lease::Lease;
use super::shared::{Shared, unparks};
use super::slots::Ticket;
use super::{Link, settings};
use crate::backend::{Database, Dialect};
use crate::connection::DatabaseConnection;
use crate::error::{Error, ErrorKind, Result};
use crate::event::carried;

/// What came of asking a connection.
pub(super) enum Asked<C: DatabaseConnection> {
    There(Lease<Link<C>>),
    Dead(Lease<Link<C>>),
    /// It did not answer; what it was asked when, if it had the time.
    Silent(Option<Instant>),
}

/// Opens a connection in its room.
///
/// # Errors
/// `Connect`: what the database says, or that it says nothing.
pub(super) fn open<C: DatabaseConnection>(
    mut lease: Lease<Link<C>>,
    deadline: Instant,
) -> Result<Lease<Link<C>>> {
    let (shared, ticket) = (lease.pool().clone(), lease.ticket());
    let given = deadline.saturating_duration_since(Instant::now());
    let opened = within::<C, _>(deadline, move || {
        let link = lease.pool().maker.open()?;
        lease.fill(link);
        Ok(lease)
    });
    let Some(opened) = opened.map_err(|error| error.on(&shared.name))? else {
        shared.abandon(ticket);
        return Err(shared.unanswered(given));
    };
    opened.map_err(|error: Error| error.on(&shared.name))
}

/// A connection in the place of one that is lent and dead.
pub(crate) struct Renews<C: DatabaseConnection> {
    shared: Arc<Shared<Link<C>>>,
    ticket: Ticket,
}

impl<C: DatabaseConnection> Renews<C> {
    pub(crate) fn of(lease: &Lease<Link<C>>) -> Self {
        Renews {
            shared: lease.pool().clone(),
            ticket: lease.ticket(),
        }
    }

    /// Opens it.
    ///
    /// # Errors
    /// As [`open`].
    pub(crate) fn renew(self) -> Result<Link<C>> {
        let Renews { shared, ticket } = self;
        shared.one_was_dead();
        let timeout = shared.settings.timeout;
        // Set by whoever is through first: the thread, or the one who waits for it.
        let through = Arc::new(AtomicBool::new(false));
        let (maker, opens) = (shared.clone(), through.clone());
        let opened = within::<C, _>(settings::after(timeout), move || {
            let opened = maker.maker.open();
            if opens.swap(true, Ordering::SeqCst) {
                maker.hangs(false);
            }
            opened
        });
        let Some(opened) = opened? else {
            shared.hangs(true);
            if through.swap(true, Ordering::SeqCst) {
                shared.hangs(false);
            }
            return Err(shared.unanswered(timeout));
        };
        shared.opened(ticket);
        opened
    }
}

/// Asks a connection whether it is there.
///
/// # Errors
/// If there is no thread to be had.
pub(super) fn ask<C: DatabaseConnection>(
    mut lease: Lease<Link<C>>,
    deadline: Instant,
) -> Result<Asked<C>> {
    let (shared, ticket) = (lease.pool().clone(), lease.ticket());
    let begun = Instant::now();
    let patience = begun + shared.settings.patience();
    let asked = within::<C, _>(deadline.min(patience), move || {
        let there = lease.answers();
        (lease, there)
    });
    Ok(match asked.map_err(|error| error.on(&shared.name))? {
        Some((lease, true)) => Asked::There(lease),
        Some((lease, false)) => Asked::Dead(lease),
        None => {
            shared.abandon(ticket);
            Asked::Silent((patience <= deadline).then_some(begun))
        }
    })
}

/// Runs something until the deadline: on a thread of its own, where it may hang.
///
/// # Errors
/// If there is no thread to be had, or it panicked.
fn within<C: DatabaseConnection, R: Send + 'static>(
    deadline: Instant,
    run: impl FnOnce() -> R + Send + 'static,
) -> Result<Option<R>> {
    if C::Backend::DATABASE == Database::Sqlite {
        return Ok(Some(run()));
    }
    let (done, ran) = channel();
    let opener = Builder::new().name("orm-open".to_owned());
    let begun = opener.spawn(carried(move || {
        // Nobody may wait any more: what was opened goes back, or is closed.
        let _ = done.send(run());
    }));
    let failed = |message: String| Error::new(ErrorKind::Connect, message);
    begun.map_err(|error| failed(format!("no thread to open a connection on: {error}")))?;
    match ran.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        Ok(ran) => Ok(Some(ran)),
        Err(RecvTimeoutError::Timeout) => Ok(None),
        Err(RecvTimeoutError::Disconnected) => {
            let message = "opening a connection panicked".to_owned();
            Err(failed(message))
        }
    }
}

/// Tends what lies idle until the pool is gone.
pub(super) fn tend<C: DatabaseConnection>(shared: &Arc<Shared<Link<C>>>) {
    let pool = Arc::downgrade(shared);
    let begun = Builder::new().name("orm-pool".to_owned()).spawn(move || {
        let waker = unparks();
        while let Some(shared) = pool.upgrade() {
            let (due, next) = shared.tend(&waker);
            if let Some(due) = due {
                keep_alive(due);
            }
            drop(shared);
            match next {
                Some(next) => {
                    thread::park_timeout(next.saturating_duration_since(Instant::now()));
                }
                None => thread::park(),
            }
        }
    });
    if begun.is_err() {
        // The next checkout tries again.
        shared.is_left();
    }
}

/// Asks an idle connection, which goes back or is closed.
fn keep_alive<C: DatabaseConnection>(mut lease: Lease<Link<C>>) {
    // Without a thread the connection is dropped here: it goes back, and is asked at its checkout.
    let _ = Builder::new()
        .name("orm-keep-alive".to_owned())
        .spawn(move || {
            if !lease.answers() {
                lease.lost = true;
                lease.pool().one_was_dead();
            }
        });
}
