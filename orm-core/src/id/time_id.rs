//! 64-bit identifiers, ordered by time.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Utc};

/// Milliseconds from the Unix epoch to 2020-01-01T00:00:00Z, where the ids start.
const EPOCH_MS: u64 = 1_577_836_800_000;
const NODE_BITS: u32 = 13;
const SEQUENCE_BITS: u32 = 10;
/// How many milliseconds the ids may be ahead of the clock.
const LEAD_MS: u64 = 4;

/// Makes 64-bit identifiers: 41 bits of milliseconds since 2020, 13 bits of
/// node, 10 bits of sequence. Positive until the year 2054.
///
/// One source never repeats itself. It makes 1,024 ids a millisecond: a burst runs up to four
/// milliseconds ahead of the clock, and then waits for it, so that a process that starts anew with
/// the same node does not repeat the ids of the one before. Where the clock is set back, the ids go
/// on from the last one; only a process that starts during that time may repeat some.
///
/// Two processes differ by their node, which is drawn at random unless it is given.
#[derive(Debug)]
pub struct TimeIds {
    node: u64,
    /// Milliseconds since the epoch and sequence of the last id, in one word.
    last: AtomicU64,
    /// The latest milliseconds since the epoch that the clock has shown.
    latest: AtomicU64,
    /// Microseconds since the Unix epoch.
    clock: fn() -> u64,
}

impl TimeIds {
    /// A source for the given node, of which the low 13 bits count.
    #[must_use]
    pub fn new(node: u16) -> Self {
        Self::with_clock(node, unix_us)
    }

    /// As [`new`](Self::new), with a clock of microseconds since the Unix epoch. It must go on:
    /// a burst of ids waits for it.
    #[must_use]
    pub fn with_clock(node: u16, clock: fn() -> u64) -> Self {
        let node = u64::from(node) & ((1 << NODE_BITS) - 1);
        TimeIds {
            node,
            last: AtomicU64::new(0),
            latest: AtomicU64::new(0),
            clock,
        }
    }

    /// The source that all engines of a process share unless they are given
    /// one, so that two engines never make the same id. Its node is random.
    #[must_use]
    pub fn shared() -> Arc<TimeIds> {
        static SHARED: OnceLock<Arc<TimeIds>> = OnceLock::new();
        let make = || {
            let seed = (std::process::id(), unix_us());
            Arc::new(TimeIds::new(
                (RandomState::new().hash_one(seed) >> 7) as u16,
            ))
        };
        SHARED.get_or_init(make).clone()
    }

    /// The time of the clock, in microseconds: what `created_at` and its like get.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let micros = i64::try_from((self.clock)()).unwrap_or(i64::MAX);
        DateTime::from_timestamp_micros(micros).unwrap_or_default()
    }

    /// The next identifier. Waits while too many were made in the last milliseconds.
    pub fn next_id(&self) -> i64 {
        let tick = loop {
            if let Some(tick) = self.next_tick() {
                break tick;
            }
            std::thread::yield_now();
        };
        let (ms, sequence) = (tick >> SEQUENCE_BITS, tick & ((1 << SEQUENCE_BITS) - 1));
        ((ms << (NODE_BITS + SEQUENCE_BITS)) | (self.node << SEQUENCE_BITS) | sequence) as i64
    }

    /// Milliseconds and sequence, in one word; `None` if that is too far ahead of the clock.
    fn next_tick(&self) -> Option<u64> {
        let now = ((self.clock)() / 1_000).saturating_sub(EPOCH_MS);
        let latest = self.latest.fetch_max(now, Ordering::Relaxed);
        let first = now << SEQUENCE_BITS;
        // A clock that was set back is not waited for.
        let end = match latest > now + LEAD_MS {
            true => u64::MAX,
            false => (now + LEAD_MS + 1) << SEQUENCE_BITS,
        };
        let next = |last: u64| Some(first.max(last + 1)).filter(|tick| *tick < end);
        let last = self
            .last
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        last.ok().map(|last| first.max(last + 1))
    }
}

fn unix_us() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_micros() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_even_when_the_clock_stands_or_goes_back() {
        fn backwards() -> u64 {
            static NOW: AtomicU64 = AtomicU64::new(EPOCH_MS * 1_000 + 10_000_000_000);
            NOW.fetch_sub(1_000, Ordering::Relaxed)
        }
        let ids = TimeIds::with_clock(5, backwards);
        let made: Vec<i64> = (0..5_000).map(|_| ids.next_id()).collect();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(made.iter().all(|id| (id >> SEQUENCE_BITS) & 0x1FFF == 5));
    }

    #[test]
    fn a_burst_waits_for_the_clock() {
        static NOW: AtomicU64 = AtomicU64::new(EPOCH_MS * 1_000 + 10_000_000_000);
        fn slow() -> u64 {
            NOW.fetch_add(1, Ordering::Relaxed)
        }
        let ms_of = |id: i64| (id >> (NODE_BITS + SEQUENCE_BITS)) as u64 + EPOCH_MS;
        let ids = TimeIds::with_clock(5, slow);
        let mut last = 0;
        for _ in 0..100_000 {
            let id = ids.next_id();
            assert!(id > last && ms_of(id) <= NOW.load(Ordering::Relaxed) / 1_000 + LEAD_MS);
            last = id;
        }
        // Started anew, a moment later.
        NOW.fetch_add((LEAD_MS + 1) * 1_000, Ordering::Relaxed);
        assert!(TimeIds::with_clock(5, slow).next_id() > last);
    }

    #[test]
    fn threads_never_share_an_id() {
        let ids = TimeIds::new(1);
        let mut all: Vec<i64> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| (0..5_000).map(|_| ids.next_id()).collect::<Vec<_>>()))
                .collect();
            workers
                .into_iter()
                .flat_map(|worker| worker.join().unwrap())
                .collect()
        });
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 20_000);
    }
}
