//! [`Shared`]: the machine behind its lock, blocking and async; [`Lease`]: a connection that comes
//! back by itself.
//!
//! Threads and tasks wait by the same [`Checkout`], a future; a thread polls it with a waker that
//! unparks. Nothing is closed and nobody is woken while the lock is held.

use std::future::{Future, poll_fn};
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use std::time::{Duration, Instant};

use super::core::{Core, Effects, Step};
use super::queue::Place;
use super::slots::Ticket;
use super::{PoolSettings, PoolState};
use crate::error::Result;

/// What a pool keeps.
pub(crate) trait Kept: Send + Sized + 'static {
    /// Opens them.
    type Maker: Send + Sync + 'static;

    /// Whether it can be lent again; asked when it comes back.
    fn is_whole(&mut self, maker: &Self::Maker) -> bool;
}

/// A pool.
pub(crate) struct Shared<T: Kept> {
    core: Mutex<Core<T>>,
    pub(crate) maker: T::Maker,
    pub(crate) name: Arc<str>,
    pub(crate) settings: PoolSettings,
    /// Whether somebody tends the idle connections, or nobody needs to.
    tended: AtomicBool,
}

/// What came of a checkout.
pub(crate) enum Got<T: Kept> {
    /// A connection, perhaps to be asked first whether it is there.
    Lent(Lease<T>, bool),
    /// Room to open one: a lease to be filled.
    Room(Lease<T>),
    /// The pool is drained.
    Refused,
}

impl<T: Kept> Shared<T> {
    pub(crate) fn new(maker: T::Maker, name: Arc<str>, settings: PoolSettings) -> Arc<Self> {
        let limits = settings.limits();
        let timers = [limits.recycle, limits.idle_timeout, limits.keep_alive];
        Arc::new(Shared {
            core: Mutex::new(Core::new(limits)),
            maker,
            name,
            tended: AtomicBool::new(timers.iter().all(Option::is_none)),
            settings,
        })
    }

    fn core(&self) -> MutexGuard<'_, Core<T>> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Decides something, and does what follows when the lock is open again.
    pub(crate) fn decide<R>(&self, decide: impl FnOnce(&mut Core<T>, &mut Effects<T>) -> R) -> R {
        let mut effects = Effects::none();
        let decided = decide(&mut self.core(), &mut effects);
        effects.wake.into_iter().for_each(Waker::wake);
        drop(effects.close);
        decided
    }

    /// A connection or room for one, if there is either now.
    pub(crate) fn try_checkout(
        self: &Arc<Self>,
        from: &'static Location<'static>,
    ) -> Option<Got<T>> {
        let step = self.decide(|core, effects| core.checkout(Instant::now(), from, None, effects));
        self.got(step)
    }

    /// The same, waited for.
    pub(crate) fn checkout(self: &Arc<Self>, from: &'static Location<'static>) -> Checkout<T> {
        Checkout {
            pool: self.clone(),
            from,
            place: None,
        }
    }

    /// The same, waited for on this thread; `None` if the time is over before.
    pub(crate) fn checkout_until(
        self: &Arc<Self>,
        from: &'static Location<'static>,
        deadline: Instant,
    ) -> Option<Got<T>> {
        match self.try_checkout(from) {
            None => park_until(deadline, self.checkout(from)),
            got => got,
        }
    }

    /// Room to open one more of so many.
    pub(crate) fn warm(
        self: &Arc<Self>,
        connections: usize,
        from: &'static Location<'static>,
    ) -> Option<Got<T>> {
        let step = self.decide(|core, _| core.warm(connections, Instant::now(), from));
        self.got(step)
    }

    fn got(self: &Arc<Self>, step: Step<T>) -> Option<Got<T>> {
        let lease = |ticket, value| Lease {
            pool: self.clone(),
            ticket,
            value,
        };
        match step {
            Step::Lent { value, ticket, ask } => Some(Got::Lent(lease(ticket, Some(value)), ask)),
            Step::Open(ticket) => Some(Got::Room(lease(ticket, None))),
            Step::Refused => Some(Got::Refused),
            Step::Wait => None,
        }
    }

    pub(crate) fn resize(&self, size: u32, max_overflow: u32) -> Result<()> {
        let checked = self.settings.check_size(size);
        checked.map_err(|error| error.on(&self.name))?;
        let (size, max_overflow) = (size as usize, max_overflow as usize);
        self.decide(|core, effects| core.resize(size, max_overflow, effects));
        Ok(())
    }

    pub(crate) fn state(&self) -> PoolState {
        self.core().state(Instant::now())
    }

    pub(crate) fn one_was_dead(&self) {
        self.core().one_was_dead(Instant::now());
    }

    pub(crate) fn one_was_silent(&self) {
        self.core().one_was_silent(Instant::now());
    }

    /// A connection was opened in the room of a ticket.
    pub(crate) fn opened(&self, ticket: Ticket) {
        self.core().opened(ticket, Instant::now());
    }

    pub(crate) fn abandon(&self, ticket: Ticket) {
        self.decide(|core, effects| core.abandon(ticket, effects));
    }

    /// Lends nothing any more, and waits until nothing is in use.
    pub(crate) fn drained(self: &Arc<Self>) -> impl Future<Output = ()> + Send + use<T> {
        self.decide(Core::close);
        let pool = self.clone();
        poll_fn(
            move |context| match pool.core().is_drained(context.waker()) {
                true => Poll::Ready(()),
                false => Poll::Pending,
            },
        )
    }

    /// Whether nobody tends the idle connections yet: whoever asks does from now on.
    pub(crate) fn is_untended(&self) -> bool {
        !self.tended.load(Ordering::Relaxed) && !self.tended.swap(true, Ordering::SeqCst)
    }

    /// Nobody tends the idle connections any more.
    pub(crate) fn is_left(&self) {
        self.tended.store(false, Ordering::SeqCst);
    }

    /// What is due on idle connections: those that are to be asked, and when to come again.
    pub(crate) fn tend(self: &Arc<Self>, waker: &Waker) -> (Vec<Lease<T>>, Option<Instant>) {
        let (due, next) = self.decide(|core, effects| core.tend(Instant::now(), waker, effects));
        let lease = |(ticket, value)| Lease {
            pool: self.clone(),
            ticket,
            value: Some(value),
        };
        (due.into_iter().map(lease).collect(), next)
    }
}

impl<T: Kept> Drop for Shared<T> {
    fn drop(&mut self) {
        let core = self.core.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(tender) = core.take_tender() {
            tender.wake();
        }
    }
}

/// A checkout that waits for its turn. Dropped, it leaves the queue.
pub(crate) struct Checkout<T: Kept> {
    pool: Arc<Shared<T>>,
    from: &'static Location<'static>,
    place: Option<Place>,
}

impl<T: Kept> Future for Checkout<T> {
    type Output = Got<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Got<T>> {
        let this = &mut *self;
        let now = Instant::now();
        let step = this.pool.decide(|core, effects| {
            let step = core.checkout(now, this.from, this.place, effects);
            this.place = match step {
                Step::Wait => Some(core.wait(this.place, now, context.waker())),
                Step::Refused => this.place,
                Step::Lent { .. } | Step::Open(_) => None,
            };
            step
        });
        match this.pool.got(step) {
            Some(got) => Poll::Ready(got),
            None => Poll::Pending,
        }
    }
}

impl<T: Kept> Drop for Checkout<T> {
    fn drop(&mut self) {
        if let Some(place) = self.place.take() {
            self.pool.decide(|core, effects| core.leave(place, effects));
        }
    }
}

/// A connection of a pool, or room for one; it comes back when it is dropped.
pub(crate) struct Lease<T: Kept> {
    pool: Arc<Shared<T>>,
    ticket: Ticket,
    value: Option<T>,
}

impl<T: Kept> Lease<T> {
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

    /// The connection, which does not come back.
    #[cfg(feature = "async")]
    pub(crate) fn take(mut self) -> Option<T> {
        self.value.take()
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
        match self.value.take() {
            Some(mut value) => {
                let whole = value.is_whole(&self.pool.maker);
                self.pool.decide(|core, effects| {
                    core.give_back(ticket, value, whole, Instant::now(), effects);
                });
            }
            None => self
                .pool
                .decide(|core, effects| core.release(ticket, effects)),
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// A waker of this thread.
pub(crate) fn unparks() -> Waker {
    Waker::from(Arc::new(Unpark(std::thread::current())))
}

/// Waits for a future on this thread; `None` if the time is over before.
pub(crate) fn park_until<F: Future>(deadline: Instant, future: F) -> Option<F::Output> {
    let waker = unparks();
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return Some(output);
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left == Duration::ZERO {
            return None;
        }
        std::thread::park_timeout(left);
    }
}
