//! Futures dropped before they are done: after a number of polls, or when a statement is under way.

use std::collections::BTreeSet;
use std::future::{Future, poll_fn};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::task::Poll;
use std::thread::{self, ThreadId};

/// Where a future is cut: at one of its waits, or in one of its statements.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cut {
    Waits,
    Statements,
}

impl Cut {
    pub(crate) const EACH: [Cut; 2] = [Cut::Waits, Cut::Statements];

    /// Cuts at a number, counted from 0; the output if the future was done before.
    pub(crate) async fn at<F: Future>(
        self,
        number: usize,
        sent: &Sent,
        future: F,
    ) -> Option<F::Output> {
        match self {
            Cut::Waits => drop_after(number, sent, future).await,
            Cut::Statements => drop_at(number + 1, sent, future).await,
        }
    }

    /// Whether a future that is cut so was never polled.
    pub(crate) fn is_before_the_first_poll(self, number: usize) -> bool {
        self == Cut::Waits && number == 0
    }
}

/// The numbers to cut at: from 0 until the future is done, and again from 0 until it was cut at
/// the first few. A quick server may have answered before a poll asks, and then there is no wait
/// to cut at.
pub(crate) struct Numbers {
    next: usize,
    few: usize,
    cut: BTreeSet<usize>,
    rounds: usize,
}

impl Numbers {
    /// How often a server may be too quick before something is wrong.
    const MOST_ROUNDS: usize = 200;

    /// Cuts at each of `0..few` once at least.
    pub(crate) fn up_to(few: usize) -> Self {
        Self {
            next: 0,
            few,
            cut: BTreeSet::new(),
            rounds: 0,
        }
    }

    pub(crate) fn next(&self) -> usize {
        self.next
    }

    /// Notes that the future was cut at the number, or done before; whether that is enough.
    pub(crate) fn is_enough(&mut self, cut: bool) -> bool {
        if cut {
            self.cut.insert(self.next);
            self.next += 1;
            return false;
        }
        self.next = 0;
        self.rounds += 1;
        assert!(
            self.rounds < Self::MOST_ROUNDS,
            "cut at {:?} only",
            self.cut
        );
        let wanted = if orm_tests::soak() { 50 } else { 1 };
        self.rounds >= wanted && (0..self.few).all(|number| self.cut.contains(&number))
    }
}

/// Polls a future until it was pending `most` times and drops it then; its output if it was
/// done before. With 0 it is never polled.
pub(crate) async fn drop_after<F: Future>(
    most: usize,
    sent: &Sent,
    future: F,
) -> Option<F::Output> {
    let mut waits = 0..most;
    drop_when(move || waits.next().is_none(), sent, future).await
}

/// Drops a future when it first waits after the `statement`-th statement of `sent` was begun,
/// counted from 1; its output if it was done before.
async fn drop_at<F: Future>(statement: usize, sent: &Sent, future: F) -> Option<F::Output> {
    let until = sent.count() + statement;
    drop_when(|| sent.count() >= until, sent, future).await
}

/// Asked before the first poll, and after each that found the future pending.
async fn drop_when<F: Future>(
    mut now: impl FnMut() -> bool,
    sent: &Sent,
    future: F,
) -> Option<F::Output> {
    let mut future = Box::pin(future);
    if now() {
        return None;
    }
    poll_fn(|context| {
        let polled = sent.while_polled(|| future.as_mut().poll(context));
        match polled {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if now() => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// How many statements the sessions of an engine have begun.
///
/// A statement that runs on a thread of its own might be done before the poll that sent it has
/// returned; here it begins when that poll is over, so that each is seen to wait.
#[derive(Clone, Default)]
pub(crate) struct Sent(Arc<Noted>);

#[derive(Default)]
struct Noted {
    count: AtomicUsize,
    polled_by: Mutex<Option<ThreadId>>,
    polled: Condvar,
}

impl Sent {
    /// Notes a statement, on the thread that sends it.
    pub(crate) fn note(&self) {
        self.0.count.fetch_add(1, Ordering::SeqCst);
        let here = thread::current().id();
        let by = self.0.polled_by.lock().expect("no panic in here");
        let by_another = |by: &mut Option<ThreadId>| by.is_some_and(|by| by != here);
        drop(
            self.0
                .polled
                .wait_while(by, by_another)
                .expect("no panic in here"),
        );
    }

    pub(crate) fn count(&self) -> usize {
        self.0.count.load(Ordering::SeqCst)
    }

    fn while_polled<T>(&self, poll: impl FnOnce() -> T) -> T {
        /// Also after a panic of the poll.
        struct Over<'s>(&'s Noted);
        impl Drop for Over<'_> {
            fn drop(&mut self) {
                *self.0.polled_by.lock().expect("no panic in here") = None;
                self.0.polled.notify_all();
            }
        }
        *self.0.polled_by.lock().expect("no panic in here") = Some(thread::current().id());
        let _over = Over(&self.0);
        poll()
    }
}

#[test]
fn a_future_is_dropped_after_so_many_waits() {
    let polled = AtomicUsize::new(0);
    let work = || async {
        for _ in 0..3 {
            polled.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
        }
        7
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let outcomes = runtime.block_on(async {
        let mut outcomes = Vec::new();
        for most in 0..5 {
            polled.store(0, Ordering::SeqCst);
            let output = drop_after(most, &Sent::default(), work()).await;
            outcomes.push((polled.load(Ordering::SeqCst), output));
        }
        outcomes
    });
    let expected = [(0, None), (1, None), (2, None), (3, None), (3, Some(7))];
    assert_eq!(outcomes, expected);
}
