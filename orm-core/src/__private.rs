//! The door for generated code. Nothing here is for people, and nothing inside
//! the crate imports it.

pub use diesel;
pub use serde;

pub use crate::changeset::{
    ChangedColumns, Draft, Form, InsertedValues, Patch, PatchForm, ReadForm, UniqueTarget,
    UniqueTogether, inserted_values, read_form, read_value,
};
pub use crate::column::{ColumnError, Deferred, Field, IntoField};
pub use crate::query::{
    ChangeOfKey, ChangeOfReadOnly, ChangeOfShardKey, ChangeOfVersion, LivingQuery, ModelQuery,
    Plain, Query, ShardKey,
};
pub use crate::relation::{BelongsTo, HasMany, Relation, ToMany, ToOne};
pub use crate::table::embedded::flatten;
pub use crate::table::{
    AllKeys, Broadcast, By, Column, ColumnDef, ColumnOf, EmbedDef, Embedded, EmbeddedColumn,
    EmbeddedIn, In, KeyColumns, Model, NoKey, OneKey, OneKeyColumn, PartialModel, ReadsColumn,
    Related, RootOf, Single, SoftDelete, SqlTypeOf, Stored, Table, TableDef, TableOf, identity,
};
pub use crate::value::{Kind, Value};
pub use std::sync::Arc;

/// The rows of a relation to many.
pub type ManyRows<M> = Vec<M>;

use crate::error::FieldError;
use crate::metadata::TableMeta;
use crate::validation::CustomError;

/// The key columns of a model.
pub type KeyOf<M> = <<M as Model>::Table as TableDef>::PrimaryKey;

/// What functions of the user's say of an embedded struct's fields, by position.
pub type EmbeddedErrors = Vec<(usize, FieldError)>;
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

/// The value of a column that the row was read without.
#[must_use]
pub const fn not_read<F: Field>() -> Value {
    Value::Null(F::KIND)
}

/// # Panics
/// Always: the caller asked for a column that the model does not have.
pub fn no_column(column: usize) -> ! {
    panic!("the model has no column at position {column}")
}

/// The metadata of a model.
#[must_use]
pub fn meta_of<M: Model>() -> &'static TableMeta {
    <M::Table as TableDef>::META
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

/// Refuses to compile where a foreign key and its parent's key differ in type.
pub const fn assert_foreign_key<Parent: Model>(kinds: &[Kind]) {
    let meta = <Parent::Table as TableDef>::META;
    // Short lines: the compiler shows them below the user's own.
    if meta.key.len() != kinds.len() {
        panic!("the foreign key and the key of the parent have different numbers of columns");
    }
    let mut nth = 0;
    while nth < kinds.len() {
        if !meta.columns[meta.key[nth]].kind.same(kinds[nth]) {
            panic!("the foreign key and the key that it refers to have different types");
        }
        nth += 1;
    }
}

/// The value of a default that a function of the user's makes.
#[must_use]
pub fn default_value<F: Field, D: IntoField<F>>(make: impl FnOnce() -> D) -> Value {
    make().into_field().into_value()
}

/// Refuses to compile where a shard key is of a type that has several
/// spellings of one value, or may be NULL.
pub const fn assert_shard_key<F: Field>() {
    assert!(!F::NULLABLE, "a shard key cannot be NULL");
    assert!(
        !matches!(
            F::KIND,
            Kind::F32
                | Kind::F64
                | Kind::Decimal
                | Kind::Json
                | Kind::Time
                | Kind::Timestamp
                | Kind::TimestampTz
        ),
        "a shard key is an integer, a text, a UUID, bytes, a bool or a date"
    );
}

/// Where the compiler says that a type is no embedded struct.
pub const fn is_embedded<E: Embedded>() {}

/// Where the compiler says that a partial model reads a column as another type.
pub const fn reads_column<C: ColumnOf, F: ReadsColumn<SqlTypeOf<C>>>() {}

/// Where the compiler says that a type is no column.
pub const fn is_column<F: Field>() {}
