//! Rows as they are loaded, made fields of.

use crate::column::{ColumnError, Field};
use crate::table::Embedded;
use crate::value::Value;

/// What reading a row gives.
pub type Read<T> = Result<T, ColumnError>;

/// A field from what Diesel loaded; the error names the field.
///
/// # Errors
/// If the stored value is none of the field's type.
#[inline]
pub fn read<F: Field>(row: F::Row, field: &'static str) -> Read<F> {
    F::from_row(row).map_err(|error| format!("field `{field}`: {error}").into())
}

/// A row that was read, as the function of its model leaves it.
///
/// # Errors
/// What that says of it.
#[inline]
pub fn after_load<M, E: Into<ColumnError>>(
    mut row: M,
    hook: fn(&mut M) -> Result<(), E>,
) -> Read<M> {
    match hook(&mut row) {
        Ok(()) => Ok(row),
        Err(error) => Err(error.into()),
    }
}

/// The field at the position `N` of a row, of the type `F`. A bound on it says what is loaded for
/// this field alone: two bounds on the type itself, where two fields have it, would contradict.
pub struct Cell<F, const N: usize>(std::marker::PhantomData<F>);

/// What is loaded for a field.
pub trait Loaded {
    /// The type of the field.
    type Field;
    /// What Diesel loads.
    type Row;
    /// As [`read`].
    ///
    /// # Errors
    /// If the stored value is none of the field's type.
    fn read(row: Self::Row, field: &'static str) -> Read<Self::Field>;
}

impl<F: Field, const N: usize> Loaded for Cell<F, N> {
    type Field = F;
    type Row = F::Row;

    #[inline]
    fn read(row: F::Row, field: &'static str) -> Read<F> {
        read(row, field)
    }
}

/// The embedded struct at the position `N` of a row; as [`Cell`].
pub struct Cells<E, const N: usize>(std::marker::PhantomData<E>);

impl<E: Embedded, const N: usize> Loaded for Cells<E, N> {
    type Field = E;
    type Row = E::Row;

    #[inline]
    fn read(row: E::Row, _: &'static str) -> Read<E> {
        E::from_row(row)
    }
}

/// The value of a column that the row was read without.
#[must_use]
pub const fn not_read<F: Field>() -> Value {
    Value::Null(F::KIND)
}

/// What is said of a stored value that no variant of an enum has.
pub fn no_variant(name: &str, stored: &dyn std::fmt::Display) -> ColumnError {
    format!("`{stored}` is no variant of `{name}`").into()
}

/// # Panics
/// Always: the caller asked for a column that the model does not have.
pub fn no_column(column: usize) -> ! {
    panic!("the model has no column at position {column}")
}

/// A field that a row of this backend has by the name of its column. One bound, which names no
/// projection: such are checked where they stand, and would tell of a type that is no column twice.
pub trait ReadByName<DB: diesel::backend::Backend>: Sized {
    /// The field; an error names it, as in [`read`].
    ///
    /// # Errors
    /// If the row has no such column, or the field's type does not hold its value.
    fn read_by_name<'a>(
        row: &impl diesel::row::NamedRow<'a, DB>,
        column: &str,
        field: &'static str,
    ) -> Read<Self>;
}

impl<F: Field, DB: diesel::backend::Backend> ReadByName<DB> for F
where
    F::Row: diesel::deserialize::FromSql<F::SqlType, DB>,
{
    fn read_by_name<'a>(
        row: &impl diesel::row::NamedRow<'a, DB>,
        column: &str,
        field: &'static str,
    ) -> Read<F> {
        let value = diesel::row::NamedRow::get::<F::SqlType, F::Row>(row, column)?;
        read(value, field)
    }
}
