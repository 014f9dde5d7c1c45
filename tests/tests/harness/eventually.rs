//! What becomes true by itself, waited for with a deadline.

use std::time::{Duration, Instant};

/// Long enough for a machine that is busy with other things.
const WITHIN: Duration = Duration::from_secs(20);

const POLL: Duration = Duration::from_millis(5);

/// Waits until `holds`.
#[track_caller]
pub(crate) fn eventually(what: &str, holds: impl Fn() -> bool) {
    let give_up = Instant::now() + WITHIN;
    while !holds() {
        assert!(Instant::now() < give_up, "not within {WITHIN:?}: {what}");
        std::thread::sleep(POLL);
    }
}
