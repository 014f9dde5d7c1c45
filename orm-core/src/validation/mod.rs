//! Checking values against the rules of their columns, without a database.
//!
//! Pure: columns and values in, all broken rules out. The same rules become
//! CHECK constraints in [`ddl`](crate::ddl), so that the database refuses what
//! other programs write.

mod email;
mod rules;

pub use email::is_email;
pub use rules::broken;

use crate::error::{FieldError, Invalid};
use crate::metadata::ColumnMeta;
use crate::value::Value;

/// Checks columns against their rules; `noted` are errors found before.
///
/// # Errors
/// Every broken rule, in the order of the fields.
pub fn check<'v>(
    values: impl IntoIterator<Item = (&'static ColumnMeta, &'v Value)>,
    noted: &[FieldError],
) -> Result<(), Invalid> {
    let mut errors: Vec<FieldError> = Vec::new();
    for (column, value) in values {
        errors.extend(
            column
                .rules
                .iter()
                .filter_map(|rule| broken(column.field, rule, value)),
        );
    }
    errors.extend_from_slice(noted);
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Invalid::new(errors))
    }
}

/// What a function of the user's answers: nothing, a message, or a whole error.
///
/// The function takes a reference to the field's value and returns
/// `Result<(), E>` with `E` a text or a [`FieldError`].
pub trait CustomError {
    /// As an error of the field.
    fn into_field_error(self, field: &str) -> FieldError;
}

impl CustomError for &str {
    fn into_field_error(self, field: &str) -> FieldError {
        FieldError::new(field, "custom", self)
    }
}

impl CustomError for String {
    fn into_field_error(self, field: &str) -> FieldError {
        FieldError::new(field, "custom", self)
    }
}

impl CustomError for FieldError {
    fn into_field_error(mut self, field: &str) -> FieldError {
        if self.field.is_empty() {
            field.clone_into(&mut self.field);
        }
        self
    }
}
