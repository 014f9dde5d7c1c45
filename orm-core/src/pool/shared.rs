//! [`Shared`]: the machine behind its lock, blocking and async. `lease` has what it gives.
//!
//! Threads and tasks wait by the same [`Checkout`], a future; a thread polls it with a waker that
//! unparks. Nothing is closed and nobody is woken while the lock is held.

use std::future::{Future, poll_fn};
use std::panic::Location;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use std::time::{Duration, Instant};

use super::core::{Core, Effects, Request, Step};
use super::lease::{Lease, tell};
use super::limits::Limits;
use super::queue::Place;
use super::slots::Ticket;
use super::{PoolSettings, PoolState};
use crate::connection::watch::Observed;
use crate::error::{Error, ErrorKind, Result};

/// What a pool keeps.
pub(crate) trait Kept: Send + Sized + 'static {
    /// Opens them.
    type Maker: Send + Sync + 'static;

    /// Whether it can be lent again; asked when it comes back.
    fn is_whole(&mut self, maker: &Self::Maker) -> bool;

    /// Whether it gave an answer since it was lent.
    fn has_answered(&self) -> bool;

    /// Who is told what happens to it.
    fn observed(maker: &Self::Maker) -> Option<&Observed>;
}

/// A pool.
pub(crate) struct Shared<T: Kept> {
    core: Mutex<Core<T>>,
    limits: Limits,
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
    /// Nothing came free in time; perhaps since what is opened or asked hangs.
    Late { hung: bool },
    /// The pool is drained.
    Refused,
}

impl<T: Kept> Shared<T> {
    pub(crate) fn new(maker: T::Maker, name: Arc<str>, settings: PoolSettings) -> Arc<Self> {
        let limits = settings.limits();
        let timers = [limits.recycle, limits.idle_timeout, limits.keep_alive];
        Arc::new(Shared {
            core: Mutex::new(Core::new(limits)),
            limits,
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

    /// What somebody wants who comes now.
    pub(crate) fn request(&self, from: &'static Location<'static>) -> Request {
        Request::new(from, &self.limits, Instant::now())
    }

    /// A connection or room for one, if there is either now.
    pub(crate) fn try_checkout(self: &Arc<Self>, request: Request) -> Option<Got<T>> {
        let step =
            self.decide(|core, effects| core.checkout(Instant::now(), request, None, effects));
        self.got(step)
    }

    /// The same, waited for.
    pub(crate) fn checkout(self: &Arc<Self>, request: Request) -> Checkout<T> {
        Checkout {
            pool: self.clone(),
            request,
            place: None,
        }
    }

    /// The same, waited for on this thread.
    pub(crate) fn checkout_on_thread(self: &Arc<Self>, request: Request) -> Got<T> {
        let got = self
            .try_checkout(request)
            .or_else(|| park_until(request.until, self.checkout(request)));
        got.unwrap_or(Got::Late { hung: false })
    }

    /// What came of a request, of which observers are told.
    pub(crate) fn lend(&self, request: Request, ready: Result<Lease<T>>) -> Result<Lease<T>> {
        match T::observed(&self.maker) {
            Some(observed) => tell(observed, request, ready),
            None => ready,
        }
    }

    /// The error of a request that was too late.
    pub(crate) fn none_in_time(&self, hung: bool) -> Error {
        match hung {
            true => self.unanswered(self.settings.timeout),
            false => self.state().none_within(self.settings.timeout, &self.name),
        }
    }

    /// The error where the database was waited for.
    pub(crate) fn unanswered(&self, within: Duration) -> Error {
        let millis = within.as_nanos().div_ceil(1_000_000);
        let within = Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX));
        let message = format!("the database did not answer within {within:?}");
        Error::new(ErrorKind::Connect, message).on(&self.name)
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
        let lease = |ticket, value| Lease::new(self, ticket, value);
        match step {
            Step::Lent { value, ticket, ask } => Some(Got::Lent(lease(ticket, Some(value)), ask)),
            Step::Open(ticket) => Some(Got::Room(lease(ticket, None))),
            Step::Late { hung } => Some(Got::Late { hung }),
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

    /// A connection did not answer what it was asked at a moment.
    pub(crate) fn one_was_silent(&self, asked: Instant) {
        self.core().one_was_silent(asked);
    }

    /// A connection was opened in the room of a ticket.
    pub(crate) fn opened(&self, ticket: Ticket) {
        self.core().opened(ticket, Instant::now());
    }

    pub(crate) fn abandon(&self, ticket: Ticket) {
        self.decide(|core, effects| core.abandon(ticket, effects));
    }

    /// What is opened in the place of a connection in use hangs, or does so no more.
    pub(crate) fn hangs(&self, hangs: bool) {
        self.decide(|core, effects| core.hangs(hangs, effects));
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

    /// What is due on idle connections: the one that is to be asked, and when to come again.
    pub(crate) fn tend(self: &Arc<Self>, waker: &Waker) -> (Option<Lease<T>>, Option<Instant>) {
        let (due, next) = self.decide(|core, effects| core.tend(Instant::now(), waker, effects));
        let lease = |(ticket, value)| Lease::new(self, ticket, Some(value));
        (due.map(lease), next)
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
    request: Request,
    place: Option<Place>,
}

impl<T: Kept> Future for Checkout<T> {
    type Output = Got<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Got<T>> {
        let this = &mut *self;
        let now = Instant::now();
        let step = this.pool.decide(|core, effects| {
            let step = core.checkout(now, this.request, this.place, effects);
            this.place = match step {
                Step::Wait => Some(core.wait(this.place, now, context.waker())),
                Step::Late { .. } | Step::Refused => this.place,
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

/// Waits for a future on this thread; `None` if the time is over before. It is polled once more then.
pub(crate) fn park_until<F: Future>(deadline: Instant, future: F) -> Option<F::Output> {
    let waker = unparks();
    let mut future = pin!(future);
    loop {
        let over = Instant::now() >= deadline;
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return Some(output);
        }
        if over {
            return None;
        }
        std::thread::park_timeout(deadline.saturating_duration_since(Instant::now()));
    }
}
