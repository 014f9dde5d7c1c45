//! What becomes of the connections that nobody uses, and when.

use std::panic::Location;
use std::task::Waker;
use std::time::Duration;

use super::{Limits, Pool, Request, Step, limits};

/// A network that forgot what lay idle keeps one thread, and the pool goes on.
#[test]
fn keep_alive_waits_for_one_that_is_silent_and_closes_the_others() {
    let mut pool = Pool::new(Limits {
        size: 4,
        max_overflow: 0,
        idle_timeout: None,
        ..limits()
    });
    let all = [(); 4].map(|()| pool.get().unwrap());
    all.into_iter().for_each(|one| pool.put(one));
    let (after, asked) = pool.tended_until_something(false);
    assert_eq!(after, Duration::from_secs(120));
    let (ticket, value) = asked.unwrap();
    // Nobody asks another one meanwhile.
    let (asked, next) = pool.does(|core, now, effects| core.tend(now, Waker::noop(), effects));
    assert!(asked.is_none());
    assert_eq!(next, Some(pool.now + limits().patience));
    pool.now = next.unwrap();
    let (asked, _) = pool.does(|core, now, effects| core.tend(now, Waker::noop(), effects));
    assert!(asked.is_none());
    assert_eq!(pool.closed.len(), 3, "of the same time");
    let opened = [(); 4].map(|()| pool.step());
    assert!(opened.iter().all(|step| matches!(step, Step::Open(_))));
    pool.put((value, ticket, false));
    assert_eq!(pool.closed.len(), 4, "late");
}

#[test]
fn a_mere_return_is_no_sign_of_life() {
    let mut pool = Pool::with_one(limits());
    for _ in 0..2 {
        pool.now += Duration::from_secs(20);
        let one = pool.get().unwrap();
        let unheard = pool.now - pool.began;
        assert_eq!(one.2, unheard >= Duration::from_secs(30));
        pool.put_unheard(one);
    }
    // Used every 20 seconds by somebody who sends nothing, it is asked in time.
    let mut asked = None;
    for _ in 0..15 {
        pool.now += Duration::from_secs(20);
        let one = pool.get().unwrap();
        pool.put_unheard(one);
        let tended = pool.does(|core, now, effects| core.tend(now, Waker::noop(), effects));
        asked = asked.or(tended.0.map(|_| pool.now));
        if asked.is_some() {
            break;
        }
    }
    let after = asked.expect("keep_alive asks it") - pool.began;
    assert_eq!(after, Duration::from_secs(120));
}

#[test]
fn what_was_opened_together_is_not_replaced_together() {
    let mut pool = Pool::new(Limits {
        size: 20,
        idle_timeout: None,
        keep_alive: None,
        ..limits()
    });
    let all = [(); 20].map(|()| pool.get().unwrap());
    all.into_iter().for_each(|one| pool.put(one));
    let mut at_once = Vec::new();
    while pool.core.state(pool.now).idle > 0 {
        pool.tended_until_something(false);
        at_once.push(std::mem::take(&mut pool.closed).len());
    }
    assert_eq!(at_once, [1; 20]);
    let hour = Duration::from_secs(3600);
    let last = pool.now - pool.began;
    assert!(hour.mul_f64(0.95) <= last && last <= hour, "{last:?}");
}

#[test]
fn keep_alive_covers_each_idle_connection_and_is_no_use() {
    let mut pool = Pool::new(limits());
    let all = [(); 3].map(|()| pool.get().unwrap());
    all.into_iter().for_each(|one| pool.put(one));
    let mut asked = Vec::new();
    for _ in 0..3 {
        let (after, due) = pool.tended_until_something(false);
        let (ticket, value) = due.unwrap();
        asked.push((after, value));
        pool.put((value, ticket, false));
    }
    asked.sort_unstable();
    let soon = Duration::ZERO;
    assert_eq!(asked, [(soon, 2), (soon, 3), (Duration::from_secs(120), 1)]);
    assert_eq!(pool.core.state(pool.now).idle, 3);
    // Used last ten minutes before, whatever it was asked meanwhile.
    while pool.closed.is_empty() {
        if let (_, Some((ticket, value))) = pool.tended_until_something(false) {
            pool.put((value, ticket, false));
        }
    }
    assert_eq!(pool.closed.len(), 3);
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
        assert!(asks.is_some() && pool.closed.is_empty());

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

        let mut pool = Pool::new(Limits {
            size: 1,
            max_overflow: 0,
            timeout: time,
            ..none
        });
        pool.get().unwrap();
        let request = Request::new(Location::caller(), &pool.core.limits, pool.now);
        let place = pool.waits();
        let late = (1..=200).map(|part| time / 100 * part).find(|after| {
            let now = pool.now + *after;
            let step =
                pool.does(|core, _, effects| core.checkout(now, request, Some(place), effects));
            matches!(step, Step::Late { hung: false })
        });
        table.push(("pool_timeout", time, late.expect("it is over some day")));
    }
    println!("{:<20} {:>10} {:>12}", "setting", "said", "after");
    for (name, said, after) in table {
        println!("{name:<20} {said:>10.1?} {after:>12.3?}");
        let ratio = after.as_secs_f64() / said.as_secs_f64();
        assert!((0.9..=1.1).contains(&ratio), "{name}: {ratio}");
    }
}
