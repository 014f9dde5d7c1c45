//! What differs between a row as it was read and as it shall be.

use super::{Form, Patch};
use crate::error::FieldError;
use crate::table::{Model, TableDef};
use crate::value::Value;

impl<T: TableDef> Patch<T>
where
    T::Model: Model<Table = T> + Form<Table = T>,
{
    /// The columns in which a row differs from how it was read; if the model has a version, only as
    /// long as that is still the row's. Neither key nor shard key can differ.
    ///
    /// The version and what the database makes are passed over. A function of the user's is heard
    /// where a column of its differs.
    #[must_use]
    pub fn between(loaded: &T::Model, changed: T::Model) -> Self {
        let mut patch = Patch::of_row(loaded);
        for (position, column) in T::META.columns.iter().enumerate() {
            if !column.is_writable() || column.deferred || T::META.version == Some(position) {
                continue;
            }
            let value = changed.value_of(position);
            if is_same(&loaded.value_of(position), &value) {
                continue;
            }
            let says_which = if T::META.key.contains(&position) {
                Some("is part of the key, which says which row is meant")
            } else if T::META.shard_key() == Some(position) {
                Some("is the shard key, which says where the row is")
            } else {
                None
            };
            if let Some(why) = says_which {
                let error = FieldError::new(column.field, "key", why);
                patch.note(position, 1, [Some(error)]);
                continue;
            }
            patch.put(position, value);
        }
        let draft = changed.into_draft();
        patch.hear(draft.notes());
        patch
    }
}

/// Whether a column would be stored as it is: finer than the equality of the databases, since
/// nothing that was changed may be lost.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::F32(one), Value::F32(other)) => one.to_bits() == other.to_bits(),
        (Value::F64(one), Value::F64(other)) => one.to_bits() == other.to_bits(),
        (Value::Decimal(one), Value::Decimal(other)) => {
            one.as_bigint_and_exponent() == other.as_bigint_and_exponent()
        }
        (Value::Array(one), Value::Array(other)) => {
            let (one, other) = (one.items(), other.items());
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| is_same(one, other))
        }
        // To its numbers and objects 0.0 is -0.0, and their order is nothing.
        (Value::Json(one), Value::Json(other)) => one.to_string() == other.to_string(),
        (one, other) => one == other,
    }
}
