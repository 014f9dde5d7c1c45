//! [`AdvisoryLock`]: a lock of a name that the database keeps, and that means what its users say.

use std::time::Duration;

/// A lock of a name, or of a number: one holder at a time in a database, whatever it is for.
///
/// ```
/// use std::time::Duration;
/// use orm_core::transaction::AdvisoryLock;
///
/// let nightly = AdvisoryLock::named("nightly report").timeout(Duration::from_secs(5));
/// let only_if_free = AdvisoryLock::numbered(7).no_wait();
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a value that is given to `with_advisory_lock`"]
pub struct AdvisoryLock {
    pub(crate) key: LockKey,
    pub(crate) timeout: Option<Duration>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LockKey {
    Name(String),
    Number(i64),
}

impl AdvisoryLock {
    /// The lock of a name, which may be of any length. PostgreSQL keeps a hash of 64 bits of it.
    pub fn named(name: impl Into<String>) -> Self {
        AdvisoryLock {
            key: LockKey::Name(name.into()),
            timeout: None,
        }
    }

    /// The lock of a number: on PostgreSQL that of `pg_advisory_lock(number)`.
    pub fn numbered(number: i64) -> Self {
        AdvisoryLock {
            key: LockKey::Number(number),
            timeout: None,
        }
    }

    /// How long it is waited for; as long as it takes, if this is not said. To the millisecond,
    /// rounded up.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// It is not waited for.
    pub fn no_wait(self) -> Self {
        self.timeout(Duration::ZERO)
    }
}

impl std::fmt::Display for AdvisoryLock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.key {
            LockKey::Name(name) => write!(f, "`{name}`"),
            LockKey::Number(number) => write!(f, "{number}"),
        }
    }
}
