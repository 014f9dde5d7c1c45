//! One runner at a time.
//!
//! PostgreSQL and MariaDB have locks of a name, which a connection holds until it gives them back
//! or is gone. SQLite has that of the file, which each migration takes for itself.

use std::time::{Duration, Instant};

use super::tables::batch;
use crate::backend::{Database, Dialect};
use crate::error::{Error, ErrorKind, Result};
use crate::operation::{Link, texts};

/// The number of the lock on PostgreSQL, which is one a database: `orm_migr` as bytes.
const NUMBER: i64 = i64::from_be_bytes(*b"orm_migr");

/// The name of the lock on MariaDB and MySQL, which are one a server.
const NAME: &str = "CONCAT('orm_migrations_', MD5(DATABASE()))";

/// A lock that is held. It is given back by [`release`](Self::release), or with the connection.
#[must_use]
pub(super) struct Lock {
    /// What SQLite's busy timeout was, in milliseconds.
    busy_timeout: Option<String>,
}

impl Lock {
    pub(super) async fn take<L: Link>(link: &mut L, timeout: Duration) -> Result<Self> {
        let mut lock = Lock { busy_timeout: None };
        match L::Backend::DATABASE {
            Database::Sqlite => {
                let sql = "SELECT CAST(timeout AS TEXT) FROM pragma_busy_timeout";
                lock.busy_timeout = texts(link, sql).await?.pop();
                let millis = i32::try_from(timeout.as_millis()).unwrap_or(i32::MAX);
                batch(link, &format!("PRAGMA busy_timeout = {millis}")).await?;
            }
            Database::Postgres => on_postgres(link, timeout).await?,
            Database::Mysql => {
                let seconds = timeout.as_secs() + u64::from(timeout.subsec_nanos() > 0);
                let sql = format!("SELECT COALESCE(CAST(GET_LOCK({NAME}, {seconds}) AS CHAR), '')");
                if texts(link, &sql).await? != ["1"] {
                    return Err(locked(timeout).on(link.name()));
                }
            }
        }
        Ok(lock)
    }

    /// Gives the lock back, and the result that was come to.
    pub(super) async fn release<L: Link, T>(self, link: &mut L, result: Result<T>) -> Result<T> {
        let sql = match L::Backend::DATABASE {
            Database::Sqlite => {
                let millis = self.busy_timeout.as_deref().unwrap_or("0");
                format!("PRAGMA busy_timeout = {millis}")
            }
            Database::Postgres => format!("SELECT pg_advisory_unlock({NUMBER})"),
            Database::Mysql => format!("DO RELEASE_LOCK({NAME})"),
        };
        let released = batch(link, &sql).await;
        // A connection that is gone has no lock, and why it is gone is known already.
        result.and_then(|value| released.map(|()| value))
    }
}

/// Only this statement has the timeout: those of migrations have that of the session.
async fn on_postgres<L: Link>(link: &mut L, timeout: Duration) -> Result<()> {
    let mut before = texts(link, "SELECT current_setting('lock_timeout')").await?;
    let before = before.pop().unwrap_or_default();
    // 0 would be to wait for ever.
    let millis = timeout.as_millis().clamp(1, i32::MAX.unsigned_abs().into());
    batch(link, &format!("SET lock_timeout = {millis}")).await?;
    let began = Instant::now();
    let taken = link
        .batch(&format!("SELECT pg_advisory_lock({NUMBER})"))
        .await;
    let waited = began.elapsed();
    let error = taken.map_err(|error| link.error(error)).err();
    let set = batch(link, &format!("SET lock_timeout = '{before}'")).await;
    match error {
        // Its words depend on the server's language.
        Some(error) if error.kind() == ErrorKind::Database && waited >= timeout => {
            let message = locked(timeout).to_string();
            Err(error.told(ErrorKind::MigrationLocked, |_| message))
        }
        Some(error) => Err(error),
        None => set,
    }
}

/// Somebody else holds the lock.
pub(super) fn locked(timeout: Duration) -> Error {
    let message =
        format!("another runner of migrations was not done within {timeout:?} (`lock_timeout`)");
    Error::new(ErrorKind::MigrationLocked, message)
}
