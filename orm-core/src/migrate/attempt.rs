//! How long a migration waits for locks, and when it is tried again.

use std::time::Duration;

use super::Run;
use super::frame::has_rows_alone;
use crate::backend::Database;
use crate::operation::Backoff;

/// How long a statement waits where giving up keeps nothing.
const CAREFUL: Duration = Duration::from_secs(5);

/// How long each statement of a text waits that is run in a transaction; `None` is as long as it does
/// without being told.
pub(super) fn patience(run: &Run, database: Database, sql: &str) -> Option<Duration> {
    let careful = match database {
        Database::Postgres => true,
        Database::Mysql => has_rows_alone(sql),
        Database::Sqlite => false,
    };
    run.statement_lock_timeout.or(careful.then_some(CAREFUL))
}

/// Before another try.
pub(super) const BACKOFF: Backoff = Backoff {
    first: Duration::from_millis(150),
    longest: Duration::from_secs(30),
};
