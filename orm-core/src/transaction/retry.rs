//! [`Retry`]: a transaction that is run again if it loses.

use std::time::Duration;

use super::TransactionOptions;
use super::backoff::{self, delay};

/// A transaction that is run again, all of it, if it lost against another one: a serialization
/// failure, a deadlock, a lock that was not to be had.
///
/// Made by [`TransactionOptions::retry`]. Its closure is called once a try, so what it does outside
/// of the database must bear that; what must not belongs into
/// [`after_commit`](crate::session::Transaction::after_commit).
///
/// Between two tries it waits: 20 ms at first, twice as long each time, 2 s at most, of which chance
/// takes up to half away.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a value that is given to `transaction_retry`"]
pub struct Retry {
    options: TransactionOptions,
    most: u32,
    first: Duration,
    longest: Duration,
}

impl Retry {
    pub(super) fn new(options: TransactionOptions, most: u32) -> Self {
        Retry {
            options,
            most,
            first: backoff::FIRST,
            longest: backoff::LONGEST,
        }
    }

    /// How long is waited: at first, and at most.
    pub fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        (self.first, self.longest) = (first, longest);
        self
    }

    /// The options of each try.
    pub fn options(&self) -> &TransactionOptions {
        &self.options
    }

    /// How long to wait before the next try, behind so many; `None` if there is none.
    pub(crate) fn wait_after(&self, tries: u32) -> Option<Duration> {
        (tries <= self.most).then(|| {
            let attempt = tries.saturating_sub(1);
            delay(self.first, self.longest, attempt, backoff::random())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_are_counted() {
        let retry = TransactionOptions::new().retry(2);
        assert!(retry.wait_after(1).is_some());
        assert!(
            retry
                .wait_after(2)
                .is_some_and(|wait| wait >= backoff::FIRST)
        );
        assert_eq!(retry.wait_after(3), None);
        assert_eq!(TransactionOptions::new().retry(0).wait_after(1), None);
    }

    #[test]
    fn waits_can_be_chosen() {
        let none = Duration::ZERO;
        let retry = TransactionOptions::new().retry(1).backoff(none, none);
        assert_eq!(retry.wait_after(1), Some(none));
    }
}
