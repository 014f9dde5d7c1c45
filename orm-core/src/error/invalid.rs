//! [`Invalid`]: what is wrong with the data, field by field.

use std::fmt;

use serde::Serialize;

/// Field errors, all at once, from the model's rules or from the database.
///
/// Serialises as `{"errors": [{"field", "code", "message", "params"}]}`, the
/// body of an HTTP 422.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Invalid {
    /// One entry a broken rule.
    pub errors: Vec<FieldError>,
}

/// One broken rule of one field.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FieldError {
    /// The field of the model; empty where the database did not say which.
    pub field: String,
    /// The rule: `required`, `length`, `range`, `not_blank`, `email`, `unique`,
    /// `foreign_key`, `not_null`, `check`, `encoding`, or what a function of
    /// yours says.
    pub code: String,
    /// A sentence for a person, without the field's name.
    pub message: String,
    /// What the rule asks for, for a translated message: `{"min": 1, "max": 80}`.
    pub params: serde_json::Map<String, serde_json::Value>,
}

impl Invalid {
    /// Field errors as one value.
    #[must_use]
    pub fn new(errors: Vec<FieldError>) -> Self {
        Invalid { errors }
    }

    /// The errors of one field.
    pub fn on<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a FieldError> {
        self.errors.iter().filter(move |error| error.field == field)
    }
}

impl FieldError {
    /// An error of a rule without parameters.
    #[must_use]
    pub fn new(
        field: impl Into<String>,
        code: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        FieldError {
            field: field.into(),
            code: code.into(),
            message: message.into(),
            params: serde_json::Map::new(),
        }
    }

    /// As of one of several rows: `items[3].name`.
    #[must_use]
    pub(crate) fn in_row(mut self, row: usize) -> Self {
        self.field = format!("items[{row}].{}", self.field);
        self
    }

    /// As of one of several objects: `Order[3].total_cents`.
    #[must_use]
    pub(crate) fn within(mut self, object: &str) -> Self {
        self.field = match self.field.as_str() {
            "" => object.to_owned(),
            field => format!("{object}.{field}"),
        };
        self
    }

    /// Adds what the rule asks for.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        self.params.insert(name.to_owned(), value.into());
        self
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.errors.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            if error.field.is_empty() {
                f.write_str(&error.message)?;
            } else {
                write!(f, "{} {}", error.field, error.message)?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Invalid {}
