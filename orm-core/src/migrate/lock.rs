//! One runner at a time.
//!
//! PostgreSQL and MariaDB have locks of a name, which a connection holds until it gives them back
//! or is gone. SQLite has that of the file, which each migration takes for itself.

use std::time::{Duration, Instant};

use super::tables::batch;
use crate::backend::{Database, Dialect};
use crate::ddl::quote_text;
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
    /// What the lock is called on MariaDB and MySQL: a text may change to another database.
    name: String,
}

impl Lock {
    pub(super) async fn take<L: Link>(link: &mut L, timeout: Duration) -> Result<Self> {
        let mut lock = Lock {
            busy_timeout: None,
            name: String::new(),
        };
        match L::Backend::DATABASE {
            Database::Sqlite => {
                let sql = "SELECT CAST(timeout AS TEXT) FROM pragma_busy_timeout";
                lock.busy_timeout = texts(link, sql).await?.pop();
                let millis = i32::try_from(timeout.as_millis()).unwrap_or(i32::MAX);
                batch(link, &format!("PRAGMA busy_timeout = {millis}")).await?;
            }
            Database::Postgres => on_postgres(link, timeout).await?,
            Database::Mysql => {
                let seconds = timeout.as_secs();
                let seconds = seconds.saturating_add((timeout.subsec_nanos() > 0).into());
                let seconds = seconds.min(i32::MAX.unsigned_abs().into());
                let name = texts(link, &format!("SELECT {NAME}")).await?.pop();
                lock.name = quote_text(Database::Mysql, &name.unwrap_or_default());
                let name = &lock.name;
                let sql = format!("SELECT COALESCE(CAST(GET_LOCK({name}, {seconds}) AS CHAR), '')");
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
            Database::Mysql => format!("DO RELEASE_LOCK({})", self.name),
        };
        let released = batch(link, &sql).await;
        // A connection that is gone has no lock, and why it is gone is known already.
        result.and_then(|value| released.map(|()| value))
    }
}

/// Waits a little at a time. CREATE INDEX CONCURRENTLY waits for every statement that began before
/// it, so for this one too, while this one waits for who makes the index: PostgreSQL would end one of
/// them as a deadlock, once it has looked for one behind `deadlock_timeout`.
async fn on_postgres<L: Link>(link: &mut L, timeout: Duration) -> Result<()> {
    let free = format!("SELECT CAST(pg_try_advisory_lock({NUMBER}) AS TEXT)");
    if texts(link, &free).await? == ["true"] {
        return Ok(());
    }
    let sql = "SELECT setting FROM pg_settings WHERE name = 'deadlock_timeout'";
    let looks_after = texts(link, sql).await?.pop();
    let looks_after = looks_after.and_then(|millis| millis.parse().ok());
    let slice = Duration::from_millis(looks_after.unwrap_or(1_000) / 2);
    // Only this statement has the timeout: those of migrations have that of the session.
    let mut before = texts(link, "SELECT current_setting('lock_timeout')").await?;
    let before = before.pop().unwrap_or_default();
    let began = Instant::now();
    let taken = loop {
        let rest = timeout.saturating_sub(began.elapsed());
        let error = match wait(link, slice.min(rest)).await {
            Err(Waited::InVain(error)) => error,
            Err(Waited::Failed(error)) => break Err(error),
            Ok(()) => break Ok(()),
        };
        if began.elapsed() >= timeout {
            let message = locked(timeout).to_string();
            break Err(error.told(ErrorKind::MigrationLocked, |_| message));
        }
    };
    let set = batch(link, &format!("SET lock_timeout = '{before}'")).await;
    taken.and(set)
}

enum Waited {
    InVain(Error),
    Failed(Error),
}

async fn wait<L: Link>(link: &mut L, atmost: Duration) -> Result<(), Waited> {
    // 0 would be to wait for ever.
    let millis = atmost.as_millis().clamp(1, i32::MAX.unsigned_abs().into());
    let set = batch(link, &format!("SET lock_timeout = {millis}")).await;
    set.map_err(Waited::Failed)?;
    let began = Instant::now();
    let taken = batch(link, &format!("SELECT pg_advisory_lock({NUMBER})")).await;
    taken.map_err(|error| {
        // Its words depend on the server's language.
        let lasted = error.kind() == ErrorKind::Database && began.elapsed().as_millis() >= millis;
        match lasted || error.kind() == ErrorKind::Conflict {
            true => Waited::InVain(error),
            false => Waited::Failed(error),
        }
    })
}

/// Somebody else holds the lock.
pub(super) fn locked(timeout: Duration) -> Error {
    let message =
        format!("another runner of migrations was not done within {timeout:?} (`lock_timeout`)");
    Error::new(ErrorKind::MigrationLocked, message)
}
