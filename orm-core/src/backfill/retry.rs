//! How long to wait before a chunk that lost is run again.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(20);
const LONGEST: Duration = Duration::from_secs(2);

/// Twice as long each time, up to two seconds, of which `random` takes up to half away: runners
/// that met once do not meet again at the same time.
pub(super) fn delay(attempt: u32, random: u32) -> Duration {
    let whole = FIRST.saturating_mul(1 << attempt.min(16)).min(LONGEST);
    let half = whole / 2;
    half + half.mul_f64(f64::from(random) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_a_bound_and_differ() {
        assert_eq!(delay(0, u32::MAX), FIRST);
        assert_eq!(delay(0, 0), FIRST / 2);
        assert_eq!(delay(2, u32::MAX), FIRST * 4);
        assert_eq!(delay(u32::MAX, u32::MAX), LONGEST);
    }
}
