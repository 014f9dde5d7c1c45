//! The decisions, by a clock that is set by hand.

mod idle;

use std::panic::Location;
use std::task::Waker;
use std::time::{Duration, Instant};

use super::{Core, Effects, Limits, Request, Step};
use crate::pool::queue::Place;
use crate::pool::slots::Ticket;

fn limits() -> Limits {
    crate::pool::PoolSettings::default().limits()
}

/// A core of numbers in place of connections, and its clock.
struct Pool {
    core: Core<u32>,
    began: Instant,
    now: Instant,
    opened: u32,
    closed: Vec<u32>,
}

impl Pool {
    fn new(limits: Limits) -> Self {
        let now = Instant::now();
        Pool {
            core: Core::new(limits),
            began: now,
            now,
            opened: 0,
            closed: Vec::new(),
        }
    }

    fn does<R>(
        &mut self,
        decide: impl FnOnce(&mut Core<u32>, Instant, &mut Effects<u32>) -> R,
    ) -> R {
        let mut effects = Effects::none();
        let decided = decide(&mut self.core, self.now, &mut effects);
        self.closed.append(&mut effects.close);
        decided
    }

    fn step(&mut self) -> Step<u32> {
        self.step_of(None)
    }

    /// What becomes of somebody who has waited, or comes now.
    fn step_of(&mut self, place: Option<Place>) -> Step<u32> {
        let request = Request::new(Location::caller(), &self.core.limits, self.now);
        self.does(|core, now, effects| core.checkout(now, request, place, effects))
    }

    fn waits(&mut self) -> Place {
        self.does(|core, now, _| core.wait(None, now, Waker::noop()))
    }

    /// A connection, its ticket, and whether it is to be asked; `None` if there is none.
    fn get(&mut self) -> Option<(u32, Ticket, bool)> {
        match self.step() {
            Step::Lent { value, ticket, ask } => Some((value, ticket, ask)),
            Step::Open(ticket) => {
                self.opened += 1;
                self.does(|core, now, _| core.opened(ticket, now));
                Some((self.opened, ticket, false))
            }
            Step::Wait | Step::Late { .. } | Step::Refused => None,
        }
    }

    fn put(&mut self, (value, ticket, _): (u32, Ticket, bool)) {
        self.does(|core, now, effects| core.give_back(ticket, value, true, now, effects));
    }

    /// Comes back, and gave no answer meanwhile.
    fn put_unheard(&mut self, (value, ticket, _): (u32, Ticket, bool)) {
        self.does(|core, now, effects| core.give_back(ticket, value, false, now, effects));
    }

    /// One idle connection.
    fn with_one(limits: Limits) -> Self {
        let mut pool = Pool::new(limits);
        let one = pool.get().unwrap();
        pool.put(one);
        pool
    }

    /// Tends the pool as often as it says, until something is closed or asked; when.
    fn tended_until_something(&mut self, uses: bool) -> (Duration, Option<(Ticket, u32)>) {
        let started = self.now;
        loop {
            let (asks, next) =
                self.does(|core, now, effects| core.tend(now, Waker::noop(), effects));
            if asks.is_some() || !self.closed.is_empty() {
                return (self.now - started, asks);
            }
            self.now = next.expect("something is due");
            if uses {
                // It is in use up to the moment before.
                self.now -= Duration::from_millis(1);
                if let Some(one) = self.get() {
                    self.put(one);
                }
                self.now += Duration::from_millis(1);
            }
        }
    }
}

#[test]
fn overflow_is_closed_on_return_unless_somebody_waits() {
    let mut pool = Pool::new(Limits {
        size: 2,
        max_overflow: 1,
        ..limits()
    });
    let [a, b, c] = [(); 3].map(|()| pool.get().unwrap());
    assert!(pool.get().is_none());
    let place = pool.waits();
    pool.put(a);
    assert!(pool.closed.is_empty(), "it is for who waits");
    let step = pool.step_of(Some(place));
    let Step::Lent { value, ticket, ask } = step else {
        panic!("none is lent")
    };
    pool.put(b);
    assert_eq!(pool.closed, [2], "there are more than two");
    pool.put((value, ticket, ask));
    pool.put(c);
    let state = pool.core.state(pool.now);
    assert_eq!(
        (state.connections, state.idle, state.overflow()),
        (2, 2, 0),
        "{state}"
    );
}

#[test]
fn what_was_kept_for_one_who_left_is_closed() {
    let mut pool = Pool::new(Limits {
        size: 1,
        max_overflow: 1,
        ..limits()
    });
    let [a, b] = [(); 2].map(|()| pool.get().unwrap());
    let place = pool.waits();
    pool.put(a);
    assert_eq!(pool.core.state(pool.now).idle, 1);
    pool.does(|core, _, effects| core.leave(place, effects));
    assert_eq!(pool.closed, [1]);
    pool.put(b);
    assert_eq!(pool.core.state(pool.now).connections, 1);
}

#[test]
fn who_has_waited_is_not_overtaken() {
    let mut pool = Pool::new(Limits {
        size: 1,
        max_overflow: 0,
        ..limits()
    });
    let one = pool.get().unwrap();
    let place = pool.waits();
    pool.put(one);
    // Just now: who comes is quicker than who is woken.
    let one = pool.get().unwrap();
    pool.now += super::FAIR_AFTER;
    pool.put(one);
    assert!(pool.get().is_none());
    let step = pool.step_of(Some(place));
    assert!(matches!(step, Step::Lent { .. }));
}

#[test]
fn once_one_was_dead_the_others_are_asked_and_once_silent_they_are_closed() {
    let mut pool = Pool::new(Limits {
        size: 3,
        max_overflow: 0,
        ..limits()
    });
    let all = [(); 3].map(|()| pool.get().unwrap());
    all.into_iter().for_each(|one| pool.put(one));
    pool.now += Duration::from_millis(1);
    let dead = pool.get().unwrap();
    assert!(!dead.2);
    pool.does(|core, now, _| core.one_was_dead(now));
    let step = pool.does(|core, now, effects| core.exchange(dead.1, now, effects));
    assert!(matches!(step, Step::Lent { ask: true, .. }));
    pool.does(|core, now, _| core.one_was_silent(now));
    let step = pool.does(|core, now, effects| core.exchange(dead.1, now, effects));
    assert!(matches!(step, Step::Open(_)));
    assert_eq!(pool.closed.len(), 1);
}

#[test]
fn what_hangs_leaves_room_for_as_many_as_the_pool_may_have_and_for_one_to_try() {
    let mut pool = Pool::new(Limits {
        size: 1,
        max_overflow: 1,
        ..limits()
    });
    let [a, b] = [(); 2].map(|()| pool.get().unwrap());
    for hung in [a, b] {
        pool.does(|core, _, effects| core.abandon(hung.1, effects));
    }
    let Step::Open(tried) = pool.step() else {
        panic!("perhaps the database is there")
    };
    assert!(pool.get().is_none(), "two hang already, and one is tried");
    pool.does(|core, now, _| core.opened(tried, now));
    // It was there: as many as before may be opened.
    let second = pool.get().unwrap();
    pool.does(|core, _, effects| core.release(second.1, effects));
    pool.does(|core, _, effects| core.abandon(tried, effects));
    assert!(pool.get().is_none(), "three hang");
    let place = pool.waits();
    let request = Request {
        until: pool.now,
        ..Request::new(Location::caller(), &limits(), pool.now)
    };
    let step = pool.does(|core, now, effects| core.checkout(now, request, Some(place), effects));
    assert!(matches!(step, Step::Late { hung: true }));
    pool.does(|core, _, effects| core.leave(place, effects));
    pool.put(a);
    assert_eq!(pool.closed, [1], "nobody waited for it");
    pool.put((3, tried, false));
    assert!(pool.get().is_some());
    pool.put(b);
    assert_eq!(pool.core.state(pool.now).connections, 1);
}

#[test]
fn what_comes_back_at_once_is_kept_for_as_many_as_wait() {
    let mut pool = Pool::new(Limits {
        size: 1,
        max_overflow: 10,
        ..limits()
    });
    let all = [(); 11].map(|()| pool.get().unwrap());
    let place = pool.waits();
    all.into_iter().for_each(|one| pool.put(one));
    assert_eq!(pool.closed.len(), 10);
    assert!(matches!(pool.step_of(Some(place)), Step::Lent { .. }));
    assert_eq!(pool.core.state(pool.now).connections, 1);
}

/// Notes that it was woken.
#[derive(Default)]
struct Woken(std::sync::atomic::AtomicBool);

impl std::task::Wake for Woken {
    fn wake(self: std::sync::Arc<Self>) {
        self.0.store(true, std::sync::atomic::Ordering::SeqCst);
    }
}

#[test]
fn all_who_drain_are_told() {
    let mut pool = Pool::new(limits());
    let one = pool.get().unwrap();
    pool.does(|core, _, effects| core.close(effects));
    let drains = [(); 2].map(|()| std::sync::Arc::new(Woken::default()));
    for drain in &drains {
        assert!(!pool.core.is_drained(&Waker::from(drain.clone())));
    }
    let mut effects = Effects::none();
    pool.core.release(one.1, &mut effects);
    effects.wake.into_iter().for_each(Waker::wake);
    for drain in drains {
        assert!(drain.0.load(std::sync::atomic::Ordering::SeqCst));
    }
}

#[test]
fn another_size_takes_effect_at_once() {
    let mut pool = Pool::new(Limits {
        size: 3,
        max_overflow: 0,
        ..limits()
    });
    let [a, b, c] = [(); 3].map(|()| pool.get().unwrap());
    pool.put(a);
    pool.does(|core, _, effects| core.resize(1, 0, effects));
    assert_eq!(pool.closed, [1]);
    pool.put(b);
    assert_eq!(pool.closed, [1, 2]);
    pool.put(c);
    assert_eq!(pool.core.state(pool.now).idle, 1);
    pool.does(|core, _, effects| core.resize(2, 0, effects));
    assert!(pool.get().is_some() && pool.get().is_some() && pool.get().is_none());
}

#[test]
fn a_drained_pool_lends_nothing_and_closes_what_comes_back() {
    let mut pool = Pool::new(limits());
    let [a, b] = [(); 2].map(|()| pool.get().unwrap());
    pool.put(a);
    pool.does(|core, _, effects| core.close(effects));
    assert_eq!(pool.closed, [1]);
    assert!(matches!(pool.step(), Step::Refused));
    assert!(!pool.core.is_drained(Waker::noop()));
    pool.put(b);
    assert_eq!(pool.closed, [1, 2]);
    assert!(pool.core.is_drained(Waker::noop()));
}
