//! How long to wait before what lost is run again.

use std::time::Duration;

/// The first wait.
pub(crate) const FIRST: Duration = Duration::from_millis(20);
/// No wait is longer.
pub(crate) const LONGEST: Duration = Duration::from_secs(2);

/// Twice as long each time, from `first` up to `longest`, of which `random` takes up to half away:
/// those that met once do not meet again at the same time.
pub(crate) fn delay(first: Duration, longest: Duration, attempt: u32, random: u32) -> Duration {
    let whole = first.saturating_mul(1 << attempt.min(16)).min(longest);
    let half = whole / 2;
    half + half.mul_f64(f64::from(random) / f64::from(u32::MAX))
}

/// A random number for [`delay`].
pub(crate) fn random() -> u32 {
    uuid::Uuid::new_v4().as_fields().0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_a_bound_and_differ() {
        assert_eq!(delay(FIRST, LONGEST, 0, u32::MAX), FIRST);
        assert_eq!(delay(FIRST, LONGEST, 0, 0), FIRST / 2);
        assert_eq!(delay(FIRST, LONGEST, 2, u32::MAX), FIRST * 4);
        assert_eq!(delay(FIRST, LONGEST, u32::MAX, u32::MAX), LONGEST);
    }
}
