//! The error of this crate: one opaque type that says what kind it is.
//!
//! [`Error::kind`] is for matching, [`Error::invalid`] for the user of a form,
//! [`Error::is_retryable`] for whoever runs whole transactions. What the
//! database said is kept as the source. URLs and passwords are never in it.

mod database;
mod invalid;
mod mysql;
mod postgres;

#[cfg(all(feature = "async", feature = "sqlite"))]
pub(crate) use database::THREAD_GONE;
pub use database::{Doomed, Interrupted, TestEnded, UnknownCommit, field_errors};
pub(crate) use database::{
    ends_transaction, is_closed, is_conflict, is_lost, is_unsent, kind_of, lacks_savepoint,
};
pub use invalid::{FieldError, Invalid};

use std::error::Error as StdError;
use std::fmt;

/// The result of this crate's operations.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The database URL is malformed, or names a database of another kind.
    Url,
    /// Settings contradict each other, or a needed one is missing.
    Config,
    /// The database could not be reached, or refused the login.
    Connect,
    /// No connection came free in time, or back in time;
    /// [`Error::pool_state`] has the figures.
    PoolTimeout,
    /// The pool was drained, and lends no connection any more.
    PoolClosed,
    /// The row is not there.
    NotFound,
    /// Values broke the model's rules, a unique, a foreign key, a check or NOT NULL.
    Invalid,
    /// The transaction lost against another one; running all of it again may succeed.
    Conflict,
    /// The connection was lost while COMMIT was under way: the transaction is committed, or it is
    /// not. Running it again may do it twice.
    CommitUnknown,
    /// A statement took longer than it may.
    Timeout,
    /// A value could not be turned into the database's form, or back.
    Conversion,
    /// An earlier operation of this async session was dropped before it was
    /// done. Nothing more is sent on it; open another session.
    Interrupted,
    /// The row was changed or deleted by somebody else since it was read.
    Stale,
    /// The query cannot be answered as asked.
    Refused,
    /// The database has nothing of the kind: an index, a default, a type.
    Unsupported,
    /// No database of this name is configured.
    UnknownDatabase,
    /// Of several databases some committed, or may have, and others did not.
    PartialCommit,
    /// The database is not what the models describe.
    SchemaDrift,
    /// The migrations do not fit what was run, or a file of them is not as it must be.
    Migration,
    /// A statement of a migration failed.
    MigrationFailed,
    /// A migration was begun and did not end: the database must be mended by hand.
    MigrationUnfinished,
    /// Another runner of migrations was not done in time.
    MigrationLocked,
    /// A chunk of a backfill failed; those before it are kept.
    BackfillFailed,
    /// Whatever else the database said.
    Database,
}

/// The versions of a row that was changed by somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct StaleVersions {
    /// That of the row as it was read.
    pub expected: i64,
    /// That of the row in the database, right behind the write that missed it.
    pub found: i64,
}

/// An error of a model, session, engine or pool.
pub struct Error {
    inner: Box<Inner>,
}

struct Inner {
    kind: ErrorKind,
    message: String,
    invalid: Option<Invalid>,
    versions: Option<StaleVersions>,
    database: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of a kind, with a sentence for a person to read.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error {
            inner: Box::new(Inner {
                kind,
                message: message.into(),
                invalid: None,
                versions: None,
                database: None,
                source: None,
            }),
        }
    }

    /// The row of this key is not there.
    #[must_use]
    pub fn not_found(model: &str, key: impl fmt::Display) -> Self {
        Error::new(ErrorKind::NotFound, format!("{model} {key} does not exist"))
    }

    /// The row of this key is no longer the one that was read.
    #[must_use]
    pub fn stale(model: &str, key: impl fmt::Display) -> Self {
        let message = format!("{model} {key} was changed by somebody else since it was read");
        Error::new(ErrorKind::Stale, message)
    }

    /// The same error, with the versions that were expected and found.
    #[must_use]
    pub fn with_versions(mut self, expected: i64, found: i64) -> Self {
        let message = &self.inner.message;
        self.inner.message = format!("{message} (version {expected}, which is now {found})");
        self.inner.versions = Some(StaleVersions { expected, found });
        self
    }

    /// Both versions, if the row was changed by somebody else since it was read.
    #[must_use]
    pub fn stale_versions(&self) -> Option<StaleVersions> {
        self.inner.versions
    }

    /// What kind of error this is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// The field errors, if the data was invalid.
    #[must_use]
    pub fn invalid(&self) -> Option<&Invalid> {
        self.inner.invalid.as_ref()
    }

    /// The name of the database or shard that it happened on, if one was given.
    #[must_use]
    pub fn database(&self) -> Option<&str> {
        self.inner.database.as_deref()
    }

    /// Whether running the whole unit of work again may succeed.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.inner.kind == ErrorKind::Conflict
    }

    /// Whether the connection is gone.
    pub(crate) fn lost_connection(&self) -> bool {
        matches!(
            self.inner.kind,
            ErrorKind::Connect | ErrorKind::CommitUnknown
        )
    }

    /// Whether the row was not there.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.inner.kind == ErrorKind::NotFound
    }

    /// Whether the row was changed by somebody else since it was read.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.inner.kind == ErrorKind::Stale
    }

    /// Names the database that it happened on, unless one is named already.
    #[must_use]
    pub fn on(mut self, database: &str) -> Self {
        self.inner
            .database
            .get_or_insert_with(|| database.to_owned());
        self
    }

    /// Says how often it was tried in vain.
    pub(crate) fn note_tries(&mut self, tries: u32) {
        let times = match tries {
            1 => "once".to_owned(),
            _ => format!("{tries} times"),
        };
        self.inner.message = format!("{} (tried {times})", self.inner.message);
    }

    /// The same error of one of several rows: its fields name that.
    pub(crate) fn in_row(mut self, row: usize) -> Self {
        if let Some(invalid) = self.inner.invalid.take() {
            let errors = invalid.errors.into_iter();
            let invalid = Invalid::new(errors.map(|error| error.in_row(row)).collect());
            self.inner.message = invalid.to_string();
            self.inner.invalid = Some(invalid);
        }
        self
    }

    /// The same error as another kind, in other words; its own are given.
    pub(crate) fn told(mut self, kind: ErrorKind, tell: impl FnOnce(&str) -> String) -> Self {
        self.inner.kind = kind;
        self.inner.message = tell(&self.inner.message);
        self.inner.invalid = None;
        self
    }

    /// The same error, of one object among several: its fields, or else its message, are named by
    /// the object. What names a row itself, or is of the connection, stays as it is.
    pub(crate) fn within(mut self, object: &str) -> Self {
        if let Some(invalid) = &mut self.inner.invalid {
            for error in &mut invalid.errors {
                *error = error.clone().within(object);
            }
            self.inner.message = invalid.to_string();
        } else if matches!(
            self.inner.kind,
            ErrorKind::Database | ErrorKind::Conversion | ErrorKind::Refused
        ) {
            self.inner.message = format!("{object}: {}", self.inner.message);
        }
        self
    }

    /// The same error, with what it came of.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.inner.source = Some(source.into());
        self
    }
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        let mut error = Error::new(ErrorKind::Invalid, invalid.to_string());
        error.inner.invalid = Some(invalid);
        error
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(database) = &self.inner.database {
            write!(f, "{database}: ")?;
        }
        f.write_str(&self.inner.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Error");
        out.field("kind", &self.inner.kind)
            .field("message", &self.inner.message);
        if let Some(database) = &self.inner.database {
            out.field("database", database);
        }
        if let Some(invalid) = &self.inner.invalid {
            out.field("invalid", invalid);
        }
        out.finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner.source.as_deref().map(|source| source as _)
    }
}
