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

/// Makes 64-bit identifiers: 41 bits of milliseconds since 2020, 13 bits of
/// node, 10 bits of sequence. Positive until the year 2054.
///
/// One source never repeats itself: a clock that goes back, and more than
/// 1,024 ids in a millisecond, both continue from the last id. Two processes
/// differ by their node, which is drawn at random unless it is given.
#[derive(Debug)]
pub struct TimeIds {
    node: u64,
    /// Milliseconds since the epoch and sequence of the last id, in one word.
    last: AtomicU64,
    /// Microseconds since the Unix epoch.
    clock: fn() -> u64,
}

impl TimeIds {
    /// A source for the given node, of which the low 13 bits count.
    #[must_use]
    pub fn new(node: u16) -> Self {
        Self::with_clock(node, unix_us)
    }

    /// As [`new`](Self::new), with a clock of microseconds since the Unix epoch.
    #[must_use]
    pub fn with_clock(node: u16, clock: fn() -> u64) -> Self {
        let node = u64::from(node) & ((1 << NODE_BITS) - 1);
        TimeIds {
            node,
            last: AtomicU64::new(0),
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

    /// The next identifier.
    pub fn next_id(&self) -> i64 {
        let now = ((self.clock)() / 1_000).saturating_sub(EPOCH_MS) << SEQUENCE_BITS;
        let before = self
            .last
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| {
                Some(now.max(last + 1))
            })
            .unwrap_or_else(|last| last);
        let tick = now.max(before + 1);
        let (ms, sequence) = (tick >> SEQUENCE_BITS, tick & ((1 << SEQUENCE_BITS) - 1));
        ((ms << (NODE_BITS + SEQUENCE_BITS)) | (self.node << SEQUENCE_BITS) | sequence) as i64
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
