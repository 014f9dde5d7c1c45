//! What Diesel and the databases say, as an [`Error`].

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError};

use super::{Error, ErrorKind, FieldError, Invalid};

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        use DatabaseErrorKind as K;
        let kind = match &error {
            DieselError::NotFound => ErrorKind::NotFound,
            DieselError::SerializationError(_) | DieselError::DeserializationError(_) => {
                ErrorKind::Conversion
            }
            DieselError::DatabaseError(
                kind @ (K::UniqueViolation
                | K::ForeignKeyViolation
                | K::NotNullViolation
                | K::CheckViolation),
                info,
            ) => return invalid(*kind, info.as_ref()).with_source(error),
            DieselError::DatabaseError(kind, info) => Error::kind_of(kind, info.as_ref()),
            DieselError::QueryBuilderError(source) if source.is::<Interrupted>() => {
                ErrorKind::Interrupted
            }
            _ => ErrorKind::Database,
        };
        let message = match kind {
            ErrorKind::Conversion => with_causes(&error),
            _ => error.to_string(),
        };
        Error::new(kind, message).with_source(error)
    }
}

impl Error {
    /// The kind of what a database said, other than a violation.
    pub(crate) fn kind_of(
        kind: &DatabaseErrorKind,
        info: &(dyn DatabaseErrorInformation + Send + Sync),
    ) -> ErrorKind {
        match kind {
            DatabaseErrorKind::SerializationFailure => ErrorKind::Conflict,
            DatabaseErrorKind::ClosedConnection => ErrorKind::Connect,
            // Diesel has no kind of its own for these.
            _ if info.message() == "deadlock detected"
                || info.message() == "database is locked" =>
            {
                ErrorKind::Conflict
            }
            _ => ErrorKind::Database,
        }
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

/// Field errors without a model to translate names: the database's own column
/// or constraint stands for the field.
fn invalid(kind: DatabaseErrorKind, info: &(dyn DatabaseErrorInformation + Send + Sync)) -> Error {
    Invalid::new(field_errors(kind, info, &|_| None)).into()
}

/// Reads the violated constraint out of what the database said, on its fields.
///
/// `fields_of` translates a constraint's name (PostgreSQL), or `table.column`
/// (SQLite), to field names.
pub fn field_errors(
    kind: DatabaseErrorKind,
    info: &(dyn DatabaseErrorInformation + Send + Sync),
    fields_of: &dyn Fn(&str) -> Option<Vec<String>>,
) -> Vec<FieldError> {
    let (code, message) = match kind {
        DatabaseErrorKind::UniqueViolation => ("unique", "has already been taken"),
        DatabaseErrorKind::ForeignKeyViolation => ("foreign_key", "does not exist"),
        DatabaseErrorKind::NotNullViolation => ("not_null", "must be given"),
        _ => ("check", "is not allowed"),
    };
    let fields = violated(kind, info, fields_of);
    if fields.is_empty() {
        // The sentence stands alone then: it must not point at nothing.
        let message = match code {
            "unique" => "a row with these values exists already",
            "foreign_key" => "a row that is referred to does not exist, or is still referred to",
            "not_null" => "a value is missing",
            _ => "a check of the table was not met",
        };
        return vec![FieldError::new("", code, message)];
    }
    fields
        .into_iter()
        .map(|field| FieldError::new(field, code, message))
        .collect()
}

fn violated(
    kind: DatabaseErrorKind,
    info: &(dyn DatabaseErrorInformation + Send + Sync),
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
