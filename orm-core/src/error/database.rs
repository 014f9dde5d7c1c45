//! What Diesel and the databases say, as an [`Error`].

use diesel::result::{
    DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError, QueryResult,
};

use super::mysql::{self, Said};
use super::postgres;
use super::{Error, ErrorKind, FieldError, Invalid};

/// What an async SQLite connection says when the thread of a statement panicked, or its runtime
/// ended. It is not used again, as one that was lost.
pub(crate) const THREAD_GONE: &str = "the thread of the connection panicked or was ended";

/// What a database says beside the kind of an error.
type Information = dyn DatabaseErrorInformation + Send + Sync;

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        if let Some(errors) = field_errors(&error, &|_| None) {
            // Without a model to translate names the database's own stand for the field.
            return Error::from(Invalid::new(errors)).with_source(error);
        }
        if let DieselError::SerializationError(source) = &error
            && let Some(invalid) = source.downcast_ref::<Invalid>()
        {
            return Error::from(invalid.clone()).with_source(error);
        }
        let kind = other_kind(&error);
        let message = match kind {
            ErrorKind::Conversion => with_causes(&error),
            _ => error.to_string(),
        };
        Error::new(kind, message).with_source(error)
    }
}

/// The kind of an [`Error`] made of this one.
pub(crate) fn kind_of(error: &DieselError) -> ErrorKind {
    let is_invalid = match error {
        DieselError::SerializationError(source) => source.is::<Invalid>(),
        _ => field_errors(error, &|_| None).is_some(),
    };
    match is_invalid {
        true => ErrorKind::Invalid,
        false => other_kind(error),
    }
}

/// The kind of what says nothing of the data.
fn other_kind(error: &DieselError) -> ErrorKind {
    match error {
        DieselError::NotFound => ErrorKind::NotFound,
        DieselError::SerializationError(_) | DieselError::DeserializationError(_) => {
            ErrorKind::Conversion
        }
        DieselError::QueryBuilderError(source) if source.is::<Interrupted>() => {
            ErrorKind::Interrupted
        }
        DieselError::QueryBuilderError(source) if source.is::<UnknownCommit>() => {
            ErrorKind::CommitUnknown
        }
        DieselError::QueryBuilderError(source) if source.is::<TestEnded>() => ErrorKind::Refused,
        DieselError::QueryBuilderError(source) => match source.downcast_ref() {
            Some(Doomed::Lost) => ErrorKind::Conflict,
            Some(Doomed::LeftOpen) => ErrorKind::Refused,
            _ => ErrorKind::Database,
        },
        _ => said(error),
    }
}

impl Error {
    /// The kind of what a database said, other than a violation.
    fn kind_of(kind: &DatabaseErrorKind, info: &Information) -> ErrorKind {
        match kind {
            DatabaseErrorKind::SerializationFailure => ErrorKind::Conflict,
            DatabaseErrorKind::ClosedConnection => ErrorKind::Connect,
            // Diesel has no kind of its own for these.
            _ if info.message() == "deadlock detected"
                || info.message() == "canceling statement due to lock timeout"
                || info.message() == "database is locked"
                // Of a cache that connections share.
                || info.message().starts_with("database table is locked")
                || info.message().starts_with("database schema is locked")
                || info.message().starts_with("could not obtain lock on ") =>
            {
                ErrorKind::Conflict
            }
            _ if info.message() == "canceling statement due to statement timeout" => {
                ErrorKind::Timeout
            }
            _ if postgres::is_gone(info.message()) => ErrorKind::Connect,
            _ if info.message() == THREAD_GONE => ErrorKind::Connect,
            _ => match mysql::read(info.message()) {
                Some(Said::Conflict) => ErrorKind::Conflict,
                Some(Said::Gone) => ErrorKind::Connect,
                Some(Said::Timeout) => ErrorKind::Timeout,
                _ => ErrorKind::Database,
            },
        }
    }
}

/// The kind of what the database said. Of a COMMIT that failed and could not be rolled back
/// either, that of the COMMIT: what came of the ROLLBACK is its consequence.
fn said(error: &DieselError) -> ErrorKind {
    match error {
        DieselError::DatabaseError(kind, info) => Error::kind_of(kind, info.as_ref()),
        DieselError::RollbackErrorOnCommit { commit_error, .. } => said(commit_error),
        _ => ErrorKind::Database,
    }
}

/// Whether the connection is gone, by what came of a statement on it.
pub(crate) fn is_lost<T>(result: &QueryResult<T>) -> bool {
    matches!(result, Err(error) if is_closed(error))
}

/// Whether the connection is gone, by an error of a statement on it.
pub(crate) fn is_closed(error: &DieselError) -> bool {
    said(error) == ErrorKind::Connect
}

/// Whether the driver says that the connection was gone before anything was sent on it.
pub(crate) fn is_unsent(error: &DieselError) -> bool {
    match error {
        // That is libpq's own, and not what a server passes on.
        DieselError::DatabaseError(DatabaseErrorKind::UnableToSendCommand, info) => {
            postgres::is_unsent(info.message())
        }
        DieselError::DatabaseError(_, info) => mysql::is_unsent(info.message()),
        _ => false,
    }
}

/// Whether the statement lost against another transaction.
pub(crate) fn is_conflict(error: &DieselError) -> bool {
    said(error) == ErrorKind::Conflict
}

/// Whether MariaDB or MySQL rolled back all of the transaction that the statement was in.
pub(crate) fn ends_transaction(error: &DieselError) -> bool {
    matches!(error, DieselError::DatabaseError(_, info) if mysql::ends_transaction(info.message()))
}

/// Whether MariaDB or MySQL says that there is no such savepoint.
pub(crate) fn lacks_savepoint(error: &DieselError) -> bool {
    matches!(error, DieselError::DatabaseError(_, info) if mysql::lacks_savepoint(info.message()))
}

/// Inside Diesel's error: the transaction cannot be committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doomed {
    /// It lost against another one.
    Lost,
    /// A statement in it failed, and whoever ran it went on.
    Failed,
    /// The database ended it in its midst.
    Ended,
    /// What was begun inside of it was not ended.
    LeftOpen,
}

impl std::fmt::Display for Doomed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Doomed::Lost => {
                "the transaction lost against another one, so nothing of it is kept and nothing more is sent in it: run all of it again"
            }
            Doomed::Ended => {
                "the database ended the transaction in its midst, and nothing more is sent in it: what was written before is rolled back, or kept where a statement that commits by itself ended it (CREATE, ALTER, TRUNCATE on MariaDB and MySQL)"
            }
            Doomed::LeftOpen => {
                "a transaction that was begun inside of this one was neither committed nor rolled back, by a panic that was caught, a future that was dropped or a BEGIN without its end, so nothing of both is kept"
            }
            Doomed::Failed => {
                "a statement of the transaction failed, and the database commits nothing of it after that: run what may fail in a transaction of its own inside"
            }
        })
    }
}

impl std::error::Error for Doomed {}

/// Inside Diesel's error: the transaction of a test is over, and what was written in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TestEnded;

impl std::fmt::Display for TestEnded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(
            "the transaction of this test has ended: a COMMIT by hand ends it, a lost connection, a deadlock on MariaDB and MySQL, and there each statement that commits by itself (CREATE, ALTER, TRUNCATE), so create tables before the test",
        )
    }
}

impl std::error::Error for TestEnded {}

/// Inside Diesel's error: the connection was lost while COMMIT was under way.
#[derive(Debug)]
pub struct UnknownCommit(pub(crate) DieselError);

impl std::fmt::Display for UnknownCommit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "the connection was lost while COMMIT was under way, so the transaction is committed or it is not: look before running it again ({})",
            self.0
        )
    }
}

impl std::error::Error for UnknownCommit {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

impl From<UnknownCommit> for DieselError {
    fn from(unknown: UnknownCommit) -> Self {
        DieselError::QueryBuilderError(Box::new(unknown))
    }
}

/// Inside Diesel's error: the session was left in the midst of something.
#[derive(Debug, Clone, Copy)]
pub struct Interrupted;

impl std::fmt::Display for Interrupted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(
            "an operation of this session was dropped before it was done, so nothing more is sent on it: open another session",
        )
    }
}

impl std::error::Error for Interrupted {}

/// What could not be converted stands in the causes, field and value.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !message.contains(&text) {
            message = format!("{message}: {text}");
        }
        cause = error.source();
    }
    message
}

/// Reads the violated constraint out of what the database said, on its fields;
/// `None` if the error says nothing of the data.
///
/// `fields_of` translates the name of a constraint (PostgreSQL), of an index,
/// or `table.index` (MariaDB, MySQL), or `table.column` (SQLite), or a column
/// alone, to field names.
pub fn field_errors(
    error: &DieselError,
    fields_of: &dyn Fn(&str) -> Option<Vec<String>>,
) -> Option<Vec<FieldError>> {
    let DieselError::DatabaseError(kind, info) = error else {
        return None;
    };
    let said = mysql::read(info.message());
    let (code, message, alone) = match (said, kind) {
        (Some(Said::TooLong(_)), _) => ("length", "is too long", "a value is too long"),
        (Some(Said::OutOfRange(_)), _) => ("range", "is out of range", "a value is out of range"),
        (Some(Said::Unique(_)), _) | (_, DatabaseErrorKind::UniqueViolation) => (
            "unique",
            "has already been taken",
            "a row with these values exists already",
        ),
        (Some(Said::ForeignKey(_)), _) | (_, DatabaseErrorKind::ForeignKeyViolation) => (
            "foreign_key",
            "does not exist",
            "a row that is referred to does not exist, or is still referred to",
        ),
        (Some(Said::NotNull(_)), _) | (_, DatabaseErrorKind::NotNullViolation) => {
            ("not_null", "must be given", "a value is missing")
        }
        (Some(Said::Check(_)), _) | (_, DatabaseErrorKind::CheckViolation) => (
            "check",
            "is not allowed",
            "a check of the table was not met",
        ),
        // PostgreSQL has no NUL in its texts, and does not say of which column. Other databases
        // and Rust have it: whoever sends one has sent invalid data.
        _ if info
            .message()
            .starts_with("invalid byte sequence for encoding") =>
        {
            (
                "encoding",
                "",
                "a text holds a character that cannot be stored",
            )
        }
        _ => return None,
    };
    let fields = match said {
        Some(said) => violated_on_mysql(said, fields_of),
        None => violated(*kind, info.as_ref(), fields_of),
    };
    if fields.is_empty() {
        // The sentence stands alone then: it must not point at nothing.
        return Some(vec![FieldError::new("", code, alone)]);
    }
    let errors = fields.into_iter();
    Some(
        errors
            .map(|field| FieldError::new(field, code, message))
            .collect(),
    )
}

fn violated_on_mysql(
    said: Said<'_>,
    fields_of: &dyn Fn(&str) -> Option<Vec<String>>,
) -> Vec<String> {
    match said {
        Said::Unique(name) | Said::Check(name) | Said::ForeignKey(Some(name)) => {
            fields_of(name).unwrap_or_default()
        }
        Said::NotNull(column) | Said::TooLong(column) | Said::OutOfRange(column) => {
            fields_of(column).unwrap_or_else(|| vec![column.to_owned()])
        }
        Said::ForeignKey(None) | Said::Conflict | Said::Timeout | Said::Gone => Vec::new(),
    }
}

fn violated(
    kind: DatabaseErrorKind,
    info: &Information,
    fields_of: &dyn Fn(&str) -> Option<Vec<String>>,
) -> Vec<String> {
    if let Some(constraint) = info.constraint_name()
        && let Some(fields) = fields_of(constraint)
    {
        return fields;
    }
    if let Some(column) = info.column_name() {
        let qualified = info.table_name().map(|table| format!("{table}.{column}"));
        let fields = qualified.and_then(|name| fields_of(&name));
        return fields.unwrap_or_else(|| vec![column.to_owned()]);
    }
    // SQLite: "UNIQUE constraint failed: t.a, t.b", "CHECK constraint failed: name".
    let Some((_, names)) = info.message().split_once(" constraint failed: ") else {
        return Vec::new();
    };
    if kind == DatabaseErrorKind::CheckViolation {
        return fields_of(names.trim()).unwrap_or_default();
    }
    names
        .split(", ")
        .flat_map(|name| {
            fields_of(name).unwrap_or_else(|| {
                vec![
                    name.rsplit_once('.')
                        .map_or(name, |(_, column)| column)
                        .to_owned(),
                ]
            })
        })
        .collect()
}
