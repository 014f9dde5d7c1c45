//! How far a backfill is, and how a call of it ended.

use std::fmt;
use std::time::Duration;

/// How far a backfill is, told behind each chunk.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// The name of the backfill.
    pub name: String,
    /// Rows walked, those of earlier calls and other runners included.
    pub walked: u64,
    /// Rows changed, likewise.
    pub changed: u64,
    /// Rows walked by this call.
    pub walked_now: u64,
    /// About how many rows the table has; `None` where that is not known.
    pub total: Option<u64>,
    /// How long this call has taken.
    pub elapsed: Duration,
    /// Whether all rows are walked.
    pub done: bool,
}

impl Progress {
    /// Rows that this call walks in a second, pauses included.
    #[must_use]
    #[expect(clippy::cast_precision_loss)] // a rate
    pub fn per_second(&self) -> f64 {
        let seconds = self.elapsed.as_secs_f64();
        match seconds > 0.0 {
            true => self.walked_now as f64 / seconds,
            false => 0.0,
        }
    }

    /// About how long the rest takes; `None` where that is not known.
    #[must_use]
    #[expect(clippy::cast_precision_loss)]
    pub fn rest(&self) -> Option<Duration> {
        let left = self.total?.saturating_sub(self.walked);
        let rate = self.per_second();
        Duration::try_from_secs_f64(left as f64 / rate).ok()
    }
}

/// `orders_total: 12000 of about 50000 rows (24 %), 3411 changed, 2000 a second, 19s to go`
impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Progress {
            name,
            walked,
            changed,
            ..
        } = self;
        let seconds = |time: Duration| Duration::from_secs(time.as_secs());
        if self.done {
            let elapsed = seconds(self.elapsed);
            return write!(
                f,
                "{name}: done, {walked} rows, {changed} changed, {elapsed:?}"
            );
        }
        write!(f, "{name}: {walked}")?;
        if let Some(total) = self.total {
            let percent = u128::from(*walked) * 100 / u128::from(total.max(1));
            write!(f, " of about {total} rows ({percent} %)")?;
        } else {
            f.write_str(" rows")?;
        }
        write!(f, ", {changed} changed, {:.0} a second", self.per_second())?;
        match self.rest() {
            Some(rest) => write!(f, ", {:?} to go", seconds(rest)),
            None => Ok(()),
        }
    }
}

/// What a call of a backfill came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Backfilled {
    /// Why it ended.
    pub ending: Ending,
    /// Rows that this call walked.
    pub walked: u64,
    /// Rows that this call changed: those that the UPDATE matched, or that the closure was given.
    pub changed: u64,
}

/// Why a call of a backfill ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ending {
    /// All rows are walked.
    Done,
    /// All rows had been walked before; nothing was done.
    DoneBefore,
    /// The rows or the time of a call are used up; the next call goes on.
    Limit,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_reads_well() {
        let mut progress = Progress {
            name: "totals".into(),
            walked: 12_000,
            changed: 3_411,
            walked_now: 10_000,
            total: Some(50_000),
            elapsed: Duration::from_secs(5),
            done: false,
        };
        let text =
            "totals: 12000 of about 50000 rows (24 %), 3411 changed, 2000 a second, 19s to go";
        assert_eq!(progress.to_string(), text);
        progress.total = None;
        let text = "totals: 12000 rows, 3411 changed, 2000 a second";
        assert_eq!(progress.to_string(), text);
        progress.walked_now = 0;
        progress.total = Some(0);
        assert_eq!(progress.rest(), None);
        progress.done = true;
        let text = "totals: done, 12000 rows, 3411 changed, 5s";
        assert_eq!(progress.to_string(), text);
    }
}
