//! [`TransactionOptions`]: how a transaction is to be begun.

use std::time::Duration;

use super::Retry;

/// What a transaction sees of others that run beside it.
///
/// A database may give more than was asked: SQLite's transactions are always serializable, and
/// PostgreSQL's see what was committed only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Isolation {
    /// Also what others did not commit yet, on MariaDB and MySQL.
    ReadUncommitted,
    /// Each statement sees what was committed before it. The default of PostgreSQL.
    ReadCommitted,
    /// All statements see what was committed before the first. The default of MariaDB and MySQL.
    RepeatableRead,
    /// As if transactions ran one after the other: one that cannot lost, and is to be run again.
    Serializable,
}

/// How a transaction is to be begun: a value, to be made once and used often.
///
/// ```
/// use std::time::Duration;
/// use orm_core::prelude::*;
///
/// # #[derive(Model, Debug)]
/// # struct Account { #[model(generated)] id: i64, cents: i64 }
/// # let engine = Engine::<SqliteConnection>::open(":memory:")?;
/// # engine.create_all(schema![Account])?;
/// let options = TransactionOptions::new()
///     .serializable()
///     .lock_timeout(Duration::from_secs(2));
/// let total: Option<i64> = engine.transaction_with(&options, |tx| {
///     Account::query().select(max(accounts::cents)).first(tx)
/// })?;
/// # assert_eq!(total, None);
/// # Ok::<(), orm_core::Error>(())
/// ```
///
/// What a database cannot do is an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) when
/// the transaction is to begin, and what cannot be meant one of kind
/// [`Config`](crate::ErrorKind::Config); nothing is sent then.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use = "a value that is given to `transaction_with`"]
pub struct TransactionOptions {
    pub(super) isolation: Option<Isolation>,
    pub(super) read_only: bool,
    pub(super) deferrable: bool,
    pub(super) immediate: bool,
    pub(super) statement_timeout: Option<Duration>,
    pub(super) lock_timeout: Option<Duration>,
}

impl TransactionOptions {
    /// Everything as the database has it by default.
    pub fn new() -> Self {
        Self::default()
    }

    /// What it sees of others; at least that.
    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.isolation = Some(isolation);
        self
    }

    /// [`Isolation::ReadCommitted`].
    pub fn read_committed(self) -> Self {
        self.isolation(Isolation::ReadCommitted)
    }

    /// [`Isolation::RepeatableRead`].
    pub fn repeatable_read(self) -> Self {
        self.isolation(Isolation::RepeatableRead)
    }

    /// [`Isolation::Serializable`].
    pub fn serializable(self) -> Self {
        self.isolation(Isolation::Serializable)
    }

    /// A write in it is an error of the database.
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Waits at its begin until it can neither lose against others nor make them lose. PostgreSQL
    /// only, and only what is serializable and read-only.
    pub fn deferrable(mut self) -> Self {
        self.deferrable = true;
        self
    }

    /// It will write. SQLite takes the lock of the file at its begin: one that reads first and
    /// writes later fails at that write if others wrote between, without waiting. Other databases
    /// lock rows as they are written, and need not be told.
    pub fn immediate(mut self) -> Self {
        self.immediate = true;
        self
    }

    /// How long a statement may take; the error is of kind [`Timeout`](crate::ErrorKind::Timeout).
    /// To the millisecond, rounded up. Not on SQLite, nor on MySQL.
    pub fn statement_timeout(mut self, timeout: Duration) -> Self {
        self.statement_timeout = Some(timeout);
        self
    }

    /// How long a lock is waited for; the error is of kind [`Conflict`](crate::ErrorKind::Conflict).
    /// To the millisecond, rounded up; in whole seconds on MariaDB and MySQL.
    pub fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.lock_timeout = Some(timeout);
        self
    }

    /// Run again if it lost against another transaction, up to so many times behind the first try.
    pub fn retry(self, most: u32) -> Retry {
        Retry::new(self, most)
    }

    /// Whether everything is as by default.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}
