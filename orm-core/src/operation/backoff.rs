//! How long to wait before what lost against others is tried again.

use std::time::Duration;

use super::Link;

/// Waits that double from one to the next, up to a bound.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Backoff {
    /// The longest that the first wait takes.
    pub(crate) first: Duration,
    /// The longest that any takes.
    pub(crate) longest: Duration,
}

impl Backoff {
    /// Waits behind the try of this number; the first is 0.
    pub(crate) async fn wait<L: Link>(self, link: &mut L, attempt: u32) {
        let (_, random, ..) = uuid::Uuid::new_v4().as_fields();
        link.wait(self.delay(attempt, random)).await;
    }

    /// Of the whole time `random` takes up to half away: those that met once do not meet again at the
    /// same time.
    fn delay(self, attempt: u32, random: u16) -> Duration {
        let whole = self.first.saturating_mul(1 << attempt.min(16));
        let half = whole.min(self.longest) / 2;
        half + half.mul_f64(f64::from(random) / f64::from(u16::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_a_bound_and_differ() {
        let backoff = Backoff {
            first: Duration::from_millis(20),
            longest: Duration::from_secs(2),
        };
        assert_eq!(backoff.delay(0, u16::MAX), backoff.first);
        assert_eq!(backoff.delay(0, 0), backoff.first / 2);
        assert_eq!(backoff.delay(2, u16::MAX), backoff.first * 4);
        assert_eq!(backoff.delay(u32::MAX, u16::MAX), backoff.longest);
    }
}
