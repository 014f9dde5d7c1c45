//! [`Guarded`]: an advisory lock that is held, until it is given back or its connection is gone.

use diesel::sql_types::Text;

use super::{Link, Statement, texts, texts_of};
use crate::backend::{Database, Dialect};
use crate::ddl::quote_text;
use crate::error::{Error, ErrorKind, Result};
use crate::transaction::{AdvisoryLock, LockKey, millis};
use crate::value::Value;

/// An advisory lock that a link holds. Dropped before it was given back, it interrupts the link: the
/// server gives it back with the connection.
pub struct Guarded<'l, L: Link> {
    link: Option<&'l mut L>,
    lock: &'l AdvisoryLock,
    /// Gives it back, and says whether it was held.
    release: String,
}

impl<'l, L: Link> Guarded<'l, L> {
    /// Takes a lock.
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`] if somebody else has it; [`ErrorKind::Refused`] inside of a
    /// transaction; [`ErrorKind::Unsupported`] on SQLite; what the database says.
    pub async fn take(link: &'l mut L, lock: &'l AdvisoryLock) -> Result<Self> {
        link.check().map_err(|error| link.error(error))?;
        if link.is_inside() {
            let what = "takes no lock that outlives it: a failed statement would keep it from being given back";
            return Err(nested_lock(what).on(link.name()));
        }
        let mut guarded = Guarded {
            link: Some(link),
            lock,
            release: String::new(),
        };
        match guarded.acquire().await {
            Ok(release) => {
                guarded.release = release;
                Ok(guarded)
            }
            Err(error) => {
                guarded.link = None;
                Err(error)
            }
        }
    }

    async fn acquire(&mut self) -> Result<String> {
        let lock = self.lock;
        let link = self.link();
        match L::Backend::DATABASE {
            Database::Sqlite => Err(unsupported("SQLite has no advisory locks").on(link.name())),
            Database::Postgres => {
                let key = key_on_postgres(link, &lock.key).await?;
                if !try_on_postgres(link, "pg_try_advisory_lock", key).await? {
                    wait_on_postgres(link, lock, key).await?;
                }
                Ok(format!(
                    "SELECT CASE WHEN pg_advisory_unlock({key}) THEN '1' ELSE '0' END"
                ))
            }
            Database::Mysql => {
                let name = name_on_mysql(link, &lock.key).await?;
                // A year where it is not said: the server takes no more than some thirty.
                let millis = lock.timeout.map_or(31_536_000_000, millis);
                let (seconds, rest) = (millis / 1_000, millis % 1_000);
                let sql = format!(
                    "SELECT COALESCE(CAST(GET_LOCK({name}, {seconds}.{rest:03}) AS CHAR), '')"
                );
                match texts(link, &sql).await?.pop().as_deref() {
                    Some("1") => Ok(format!(
                        "SELECT COALESCE(CAST(RELEASE_LOCK({name}) AS CHAR), '0')"
                    )),
                    _ => Err(taken(link, lock)),
                }
            }
        }
    }

    /// The link, while the lock is held.
    ///
    /// # Panics
    /// Never: the link is there until the lock is given back.
    pub fn link(&mut self) -> &mut L {
        self.link.as_mut().expect("the lock is held")
    }

    /// Gives the lock back. A connection on which that fails is not used again, and so gives it back.
    ///
    /// # Errors
    /// If the lock was not held to the end: its connection is gone, or somebody gave it back.
    pub async fn release(mut self) -> Result<()> {
        let sql = std::mem::take(&mut self.release);
        let lock = self.lock;
        let link = self.link();
        let released = match link.is_inside() {
            // It may be that nothing can be sent there; the lock ends with the connection.
            true => {
                link.retire();
                Ok(())
            }
            false => match texts(link, &sql).await {
                Ok(held) if held == ["1"] => Ok(()),
                Ok(_) => {
                    let message = format!(
                        "the advisory lock {lock} was lost while it was held: somebody gave it back"
                    );
                    Err(Error::new(ErrorKind::Database, message).on(link.name()))
                }
                Err(error) => {
                    link.retire();
                    let kind = error.kind();
                    let tell = |said: &str| {
                        format!("the advisory lock {lock} was lost, or is given back late: {said}")
                    };
                    Err(error.told(kind, tell))
                }
            },
        };
        self.link = None;
        released
    }
}

impl<L: Link> Drop for Guarded<'_, L> {
    fn drop(&mut self) {
        if let Some(link) = self.link.take() {
            link.interrupt();
        }
    }
}

/// Takes a lock that PostgreSQL gives back at the end of the transaction.
///
/// # Errors
/// [`ErrorKind::Conflict`] if somebody else has it; [`ErrorKind::Unsupported`] on other databases;
/// what the database says.
pub async fn lock_until_commit<L: Link>(link: &mut L, lock: &AdvisoryLock) -> Result<()> {
    if L::Backend::DATABASE != Database::Postgres {
        let what =
            "only PostgreSQL has advisory locks that end with a transaction: take one around it";
        return Err(unsupported(what).on(link.name()));
    }
    let key = key_on_postgres(link, &lock.key).await?;
    if try_on_postgres(link, "pg_try_advisory_xact_lock", key).await? {
        return Ok(());
    }
    let wait = format!("SELECT pg_advisory_xact_lock({key})");
    let Some(timeout) = lock.timeout else {
        return batch(link, &wait).await;
    };
    if timeout.is_zero() {
        return Err(taken(link, lock));
    }
    let before = lock_timeout(link).await?;
    batch(
        link,
        &format!("SET LOCAL lock_timeout = {}", millis(timeout)),
    )
    .await?;
    // A wait in vain ends the transaction, up to the savepoint, and the setting with it.
    batch(link, &wait).await?;
    batch(link, &format!("SET LOCAL lock_timeout = '{before}'")).await
}

async fn wait_on_postgres<L: Link>(link: &mut L, lock: &AdvisoryLock, key: i64) -> Result<()> {
    let wait = format!("SELECT pg_advisory_lock({key})");
    let Some(timeout) = lock.timeout else {
        return batch(link, &wait).await;
    };
    if timeout.is_zero() {
        return Err(taken(link, lock));
    }
    let before = lock_timeout(link).await?;
    batch(link, &format!("SET lock_timeout = {}", millis(timeout))).await?;
    let waited = batch(link, &wait).await;
    if batch(link, &format!("SET lock_timeout = '{before}'"))
        .await
        .is_err()
    {
        link.retire();
    }
    waited
}

async fn lock_timeout<L: Link>(link: &mut L) -> Result<String> {
    let before = texts(link, "SELECT current_setting('lock_timeout')")
        .await?
        .pop();
    Ok(before.unwrap_or_default())
}

async fn try_on_postgres<L: Link>(link: &mut L, function: &str, key: i64) -> Result<bool> {
    let sql = format!("SELECT CAST({function}({key}) AS TEXT)");
    Ok(texts(link, &sql).await? == ["true"])
}

async fn key_on_postgres<L: Link>(link: &mut L, key: &LockKey) -> Result<i64> {
    let name = match key {
        LockKey::Number(number) => return Ok(*number),
        LockKey::Name(name) => Value::Text(name.to_string()),
    };
    // Bound: nobody is shown what users typed.
    let hash = Statement::<Text>::new("SELECT CAST(hashtextextended(").bind(name);
    let key = texts_of(link, hash.text(", 0) AS TEXT)")).await?.pop();
    let key = key.and_then(|key| key.parse().ok());
    key.ok_or_else(|| Error::new(ErrorKind::Database, "a hash is a number").on(link.name()))
}

/// The locks of a server have one space of names of 64 characters, for all its databases.
async fn name_on_mysql<L: Link>(link: &mut L, key: &LockKey) -> Result<String> {
    let own = match key {
        LockKey::Number(number) => format!("#{number}"),
        LockKey::Name(name) => format!(".{name}"),
    };
    let whole = Statement::<Text>::new("SELECT CONCAT(COALESCE(DATABASE(), ''), ");
    let whole = whole.bind(Value::Text(own)).text(")");
    let whole = texts_of(link, whole).await?.pop().unwrap_or_default();
    // Names are compared without regard to case, hashes of them are not.
    let short = Statement::<Text>::new("SELECT CONCAT('orm_', SHA1(");
    let short = short.bind(Value::Text(whole)).text("))");
    let name = texts_of(link, short).await?.pop().unwrap_or_default();
    Ok(quote_text(Database::Mysql, &name))
}

async fn batch<L: Link>(link: &mut L, sql: &str) -> Result<()> {
    let done = link.batch(sql).await;
    done.map_err(|error| link.error(error))
}

fn taken<L: Link>(link: &mut L, lock: &AdvisoryLock) -> Error {
    link.fate().lose();
    let message = format!("the advisory lock {lock} is held by somebody else");
    Error::new(ErrorKind::Conflict, message).on(link.name())
}

fn unsupported(message: &str) -> Error {
    Error::new(ErrorKind::Unsupported, message)
}

fn nested_lock(what: &str) -> Error {
    Error::new(ErrorKind::Refused, format!("a transaction {what}"))
}
