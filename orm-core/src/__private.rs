//! The door for generated code. Nothing here is for people, and nothing inside
//! the crate imports it.

pub use diesel;

pub use crate::changeset::{
    ChangedColumns, Draft, Form, InsertedValues, Patch, PatchForm, UniqueTarget, UniqueTogether,
    inserted_values,
};
pub use crate::column::{ColumnError, Field, IntoField};
pub use crate::query::{ChangeOfKey, ChangeOfShardKey, ModelQuery, Plain, Query, ShardKey};
pub use crate::relation::{BelongsTo, HasMany, Relation, ToMany, ToOne};
pub use crate::table::{
    Broadcast, By, Column, ColumnDef, ColumnOf, Model, OneKey, OneKeyColumn, Related, RootOf,
    Single, Table, TableDef, identity,
};
pub use crate::value::Value;
pub use std::sync::Arc;

/// The rows of a relation to many.
pub type ManyRows<M> = Vec<M>;

use crate::error::FieldError;
use crate::metadata::TableMeta;
use crate::validation::CustomError;

/// The key columns of a model.
pub type KeyOf<M> = <<M as Model>::Table as TableDef>::PrimaryKey;

/// The values of a row.
pub type Values = Vec<Value>;
/// What reading a row gives.
pub type Read<T> = Result<T, ColumnError>;

/// A row's values from an array.
#[must_use]
pub fn values<const N: usize>(values: [Value; N]) -> Values {
    Vec::from(values)
}

/// A field from what Diesel loaded; the error names the field.
///
/// # Errors
/// If the stored value is none of the field's type.
#[inline]
pub fn read<F: Field>(row: F::Row, field: &'static str) -> Read<F> {
    F::from_row(row).map_err(|error| format!("field `{field}`: {error}").into())
}

/// A field from the next of some values.
///
/// # Errors
/// If there is none, or it is none of the field's type.
pub fn next<F: Field>(values: &mut dyn Iterator<Item = Value>) -> Read<F> {
    F::from_value(values.next().ok_or("a row has too few values")?)
}

/// # Panics
/// Always: the caller asked for a column that the model does not have.
pub fn no_column(column: usize) -> ! {
    panic!("the model has no column at position {column}")
}

/// A type that is a model, or a parameter of a trait that says that it is none:
/// of the user's type itself the compiler would show the definition too.
#[diagnostic::on_unimplemented(
    message = "`{M}` is not a model",
    label = "not a model",
    note = "write `#[derive(Model)]` on the struct `{M}`"
)]
pub trait IsModel<M> {
    /// The metadata.
    const META: &'static TableMeta;
}

#[diagnostic::do_not_recommend]
impl<M: Model> IsModel<M> for () {
    const META: &'static TableMeta = <M::Table as TableDef>::META;
}

/// The metadata of a model.
#[must_use]
#[rustfmt::skip] // The compiler shows the line of name and bound.
pub const fn meta_of<M>() -> &'static TableMeta where (): IsModel<M> {
    <() as IsModel<M>>::META
}

/// What a function of the user's says of a field.
pub fn custom<T: ?Sized, E: CustomError>(
    field: &str,
    check: impl FnOnce(&T) -> Result<(), E>,
    value: &T,
) -> Option<FieldError> {
    check(value)
        .err()
        .map(|error| error.into_field_error(field))
}

/// The metadata of a type that may be no model: `Probe::<M>::META` is that of
/// [`NoMeta`] then.
pub struct Probe<M>(std::marker::PhantomData<M>);

impl<M: Model> Probe<M> {
    /// The metadata of a model.
    pub const META: Option<&'static TableMeta> = Some(<M::Table as TableDef>::META);
}

/// What [`Probe`] has where the type is no model.
pub trait NoMeta {
    /// None.
    const META: Option<&'static TableMeta> = None;
}

impl<M> NoMeta for Probe<M> {}

/// Refuses to compile where a foreign key and its parent's key differ in type.
pub const fn assert_foreign_key<F: Field>(parent: Option<&TableMeta>) {
    let Some(meta) = parent else {
        return; // no model, which is said elsewhere
    };
    // Short lines: the compiler shows them below the user's own.
    if meta.key.len() != 1 {
        panic!("the parent has a key of several columns, and this foreign key has one");
    }
    if !meta.columns[meta.key[0]].kind.same(F::KIND) {
        panic!("the foreign key and the key that it refers to have different types");
    }
}

/// Refuses to compile where a shard key is of a type that has several
/// spellings of one value, or may be NULL.
pub const fn assert_shard_key<F: Field>() {
    use crate::value::Kind;
    let several_spellings = matches!(
        F::KIND,
        Kind::F32
            | Kind::F64
            | Kind::Decimal
            | Kind::Json
            | Kind::Time
            | Kind::Timestamp
            | Kind::TimestampTz
    );
    // Short lines: the compiler shows them below the user's own.
    if several_spellings {
        panic!("a shard key is an integer, a text, a UUID, bytes, a bool or a date");
    }
    if F::NULLABLE {
        panic!("a shard key cannot be NULL");
    }
}

/// As [`IsModel`], for columns.
#[diagnostic::on_unimplemented(
    message = "`{F}` cannot be a column",
    label = "no column type",
    note = "columns are integers of 8 to 64 bits, f32, f64, bool, String, Vec<u8>, chrono's NaiveDate, NaiveTime, NaiveDateTime and DateTime<Utc>, uuid::Uuid, serde_json::Value, Decimal, and Option of each",
    note = "for a type of your own: `impl ColumnType for {F} {{ type Stored = String; .. }}`"
)]
pub trait IsColumn<F> {}

#[diagnostic::do_not_recommend]
impl<F: Field> IsColumn<F> for () {}

/// Where the compiler says that a type is no column.
#[rustfmt::skip] // The compiler shows the line of name and bound.
pub const fn is_column<F>() where (): IsColumn<F> {}
