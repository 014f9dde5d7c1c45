//! The decisions, by a clock that is set by hand.

use std::panic::Location;
use std::task::Waker;
use std::time::{Duration, Instant};

use super::{Core, Effects, Limits, Step};
use crate::pool::slots::Ticket;

fn limits() -> Limits {
    crate::pool::PoolSettings::default().limits()
}

/// A core of numbers in place of connections, and its clock.
struct Pool {
    core: Core<u32>,
    now: Instant,
    opened: u32,
    closed: Vec<u32>,
}

impl Pool {
    fn new(limits: Limits) -> Self {
        Pool {
            core: Core::new(limits),
            now: Instant::now(),
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
        let from = Location::caller();
        self.does(|core, now, effects| core.checkout(now, from, None, effects))
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
            Step::Wait | Step::Refused => None,
        }
    }

    fn put(&mut self, (value, ticket, _): (u32, Ticket, bool)) {
        self.does(|core, now, effects| core.give_back(ticket, value, true, now, effects));
    }

    /// One idle connection.
    fn with_one(limits: Limits) -> Self {
        let mut pool = Pool::new(limits);
        let one = pool.get().unwrap();
        pool.put(one);
        pool
    }

    /// Tends the pool as often as it says, until something is closed or asked; when.
    fn tended_until_something(&mut self, uses: bool) -> (Duration, Vec<(Ticket, u32)>) {
        let started = self.now;
        loop {
            let (asks, next) =
                self.does(|core, now, effects| core.tend(now, Waker::noop(), effects));
            if !asks.is_empty() || !self.closed.is_empty() {
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

/// Each setting, and when it takes effect: within a tenth of what was said.
#[test]
fn each_time_is_what_was_said() {
    let none = Limits {
        recycle: None,
        idle_timeout: None,
        keep_alive: None,
        ..limits()
    };
    let mut table: Vec<(&str, Duration, Duration)> = Vec::new();
    for seconds in [1, 7, 120, 3600, 86_400] {
        let time = Duration::from_secs(seconds);

        let mut pool = Pool::with_one(Limits {
            recycle: Some(time),
            ..none
        });
        table.push(("pool_recycle", time, pool.tended_until_something(false).0));
        assert_eq!(pool.closed, [1]);

        let mut pool = Pool::with_one(Limits {
            recycle: Some(time),
            ..none
        });
        table.push((
            "pool_recycle, used",
            time,
            pool.tended_until_something(true).0,
        ));

        let mut pool = Pool::with_one(Limits {
            idle_timeout: Some(time),
            ..none
        });
        table.push(("idle_timeout", time, pool.tended_until_something(false).0));
        assert_eq!(pool.closed, [1]);

        let mut pool = Pool::with_one(Limits {
            keep_alive: Some(time),
            ..none
        });
        let (after, asks) = pool.tended_until_something(false);
        table.push(("keep_alive", time, after));
        assert_eq!((asks.len(), pool.closed.len()), (1, 0));

        let asked = (1..=200).map(|part| time / 100 * part).find(|after| {
            let mut pool = Pool::with_one(Limits {
                ping_after: Some(time),
                ..none
            });
            pool.now += *after;
            pool.get().unwrap().2
        });
        let asked = asked.expect("it is asked some day");
        table.push(("ping_after", time, asked));
    }
    println!("{:<20} {:>10} {:>12}", "setting", "said", "after");
    for (name, said, after) in table {
        println!("{name:<20} {said:>10.1?} {after:>12.3?}");
        let ratio = after.as_secs_f64() / said.as_secs_f64();
        assert!((0.9..=1.1).contains(&ratio), "{name}: {ratio}");
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
    let now = pool.now;
    let place = pool.does(|core, _, _| core.wait(None, now, Waker::noop()));
    pool.put(a);
    assert!(pool.closed.is_empty(), "it is for who waits");
    let from = Location::caller();
    let step = pool.does(|core, now, effects| core.checkout(now, from, Some(place), effects));
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
    let now = pool.now;
    let place = pool.does(|core, _, _| core.wait(None, now, Waker::noop()));
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
    let now = pool.now;
    let place = pool.does(|core, _, _| core.wait(None, now, Waker::noop()));
    pool.put(one);
    // Just now: who comes is quicker than who is woken.
    let one = pool.get().unwrap();
    pool.now += super::FAIR_AFTER;
    pool.put(one);
    assert!(pool.get().is_none());
    let from = Location::caller();
    let step = pool.does(|core, now, effects| core.checkout(now, from, Some(place), effects));
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
fn what_hangs_leaves_room_for_as_many_as_the_pool_may_have() {
    let mut pool = Pool::new(Limits {
        size: 1,
        max_overflow: 1,
        ..limits()
    });
    let [a, b] = [(); 2].map(|()| pool.get().unwrap());
    for hung in [a, b] {
        pool.does(|core, _, effects| core.abandon(hung.1, effects));
    }
    assert!(pool.get().is_none(), "two threads hang already");
    pool.put(a);
    assert_eq!(pool.closed, [1], "nobody waited for it");
    assert!(pool.get().is_some());
    pool.put(b);
    assert_eq!(pool.core.state(pool.now).connections, 1);
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

#[test]
fn keep_alive_covers_each_idle_connection_and_is_no_use() {
    let mut pool = Pool::new(limits());
    let all = [(); 3].map(|()| pool.get().unwrap());
    all.into_iter().for_each(|one| pool.put(one));
    let (after, asks) = pool.tended_until_something(false);
    assert_eq!((after, asks.len()), (Duration::from_secs(120), 3));
    for (ticket, value) in asks {
        pool.put((value, ticket, false));
    }
    assert_eq!(pool.core.state(pool.now).idle, 3);
    // Used last ten minutes before, whatever it was asked meanwhile.
    while pool.closed.is_empty() {
        for (ticket, value) in pool.tended_until_something(false).1 {
            pool.put((value, ticket, false));
        }
    }
    assert_eq!(pool.closed.len(), 3);
}
