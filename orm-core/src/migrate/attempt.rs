//! How long a migration waits for locks, and when it is tried again.

use std::time::Duration;

use super::Run;
use super::frame::has_rows_alone;
use super::tables::batch;
use crate::backend::{Database, Dialect};
use crate::error::Result;
use crate::operation::Link;

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

/// Waits before another try, a while that doubles from one to the next. The server waits, as a link
/// has no clock, and throws the dice, so that runners of several databases do not keep step. On SQLite
/// the lock of the file is waited for anyway.
pub(super) async fn again<L: Link>(link: &mut L, tries: u32) -> Result<()> {
    let seconds = 0.1 * f64::from(1_u32 << (tries - 1).min(8));
    match L::Backend::DATABASE {
        Database::Postgres => {
            batch(
                link,
                &format!("SELECT pg_sleep({seconds} * (0.5 + random()))"),
            )
            .await
        }
        Database::Mysql => batch(link, &format!("DO SLEEP({seconds} * (0.5 + RAND()))")).await,
        Database::Sqlite => Ok(()),
    }
}
