//! [`Status`]: where a migration stands.

use chrono::NaiveDateTime;

use super::Way;
use super::migration::label;

/// A migration, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// Its version.
    pub version: String,
    /// Its name; empty if it is known by its version alone.
    pub name: String,
    /// Where it stands.
    pub state: State,
    /// Indexes of its `CREATE INDEX CONCURRENTLY` that are invalid, as one that fails leaves them:
    /// PostgreSQL writes them and never reads them. The text that makes them drops them first when
    /// it is run again. Empty on other databases.
    pub invalid_indexes: Vec<String>,
}

/// Where a migration stands. Times are as the database wrote them: in UTC, but on PostgreSQL in the
/// time zone of the session that ran it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// It is to be run.
    Pending,
    /// It was not run, and a newer one was.
    OutOfOrder,
    /// It was run.
    Done {
        /// When.
        at: NaiveDateTime,
    },
    /// It was run, and its `up` was changed since.
    Changed {
        /// When it was run.
        at: NaiveDateTime,
    },
    /// It needs [code](super::Code), and was run without it: by Diesel's command line, or before it
    /// had any. Run the code by hand, then [`settle`](super::settle) it as done.
    WithoutCode {
        /// When it was run.
        at: NaiveDateTime,
    },
    /// It was run, and is not among the migrations.
    Missing {
        /// When it was run.
        at: NaiveDateTime,
    },
    /// It was begun and did not end: see [`settle`](super::settle). Or another runner is at it now.
    Unfinished {
        /// Whether it was being run or being reverted.
        way: Way,
    },
    /// It is a [`Repeatable`](super::Repeatable), and was run as it is.
    Current,
    /// It replaces several, of which some were run and some not.
    Partial,
}

impl Status {
    /// The version and the name, as the folder is called.
    #[must_use]
    pub fn label(&self) -> String {
        label(&self.version, &self.name)
    }
}

pub(super) fn status(version: &str, name: &str, state: State) -> Status {
    Status {
        version: version.to_owned(),
        name: name.to_owned(),
        state,
        invalid_indexes: Vec::new(),
    }
}
