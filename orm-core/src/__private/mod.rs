//! The door for generated code. Nothing here is for people, and nothing inside
//! the crate imports it.
//!
//! `checks` is what a model that is compiled has to satisfy, `reading` what makes rows its fields.

mod checks;
mod reading;

pub use checks::*;
pub use reading::*;

pub use diesel;
pub use serde;

pub use crate::changeset::{
    ChangeOfKey, ChangeOfReadOnly, ChangeOfShardKey, ChangeOfVersion, ChangeOfVersionedRow,
    ChangedColumns, Draft, Form, InsertedValues, Patch, PatchForm, ReadForm, UniqueTarget,
    UniqueTogether, inserted_values, read_form, read_value,
};
pub use crate::column::fit::{
    FitOf, NoFit, fits_default_bool, fits_default_now, fits_default_number, fits_default_text,
    fits_generated, fits_length, fits_range, fits_text, fits_time, fits_time_id, fits_uuid_v7,
    fits_version,
};
pub use crate::column::{
    AsJson, ColumnError, ColumnType, Deferred, EnumLabel, Expressed, Field, IntoField, JsonField,
    PostgresEnum, Scalar, SqlOf, Variants,
};
pub use crate::query::{LivingQuery, ModelQuery, Plain, Query, ShardKey};
pub use crate::relation::{BelongsTo, HasMany, Relation, ToMany, ToOne};
pub use crate::table::embedded::{assert_names_differ, flatten, position_inside};
pub use crate::table::{
    AllKeys, AtOnce, Broadcast, By, Column, ColumnDef, ColumnOf, ColumnSet, EmbedDef, EmbedPlace,
    Embedded, EmbeddedColumn, EmbeddedIn, Embedding, FlatColumns, In, KeyColumns, KeyRefs, Model,
    NoKey, OneKey, OneKeyColumn, PartialModel, ReadsColumn, Related, RootOf, Single, Softly,
    SqlTypeOf, Stored, Table, TableDef, TableOf, Viewed, identity,
};
pub use crate::value::{Kind, Value};
pub use std::sync::Arc;

use crate::error::FieldError;
use crate::metadata::TableName;
use crate::validation::CustomError;

/// What a text is stored as.
pub type Text = String;

/// The rows of a relation to many.
pub type ManyRows<M> = Vec<M>;

/// The key columns of a model.
pub type KeyOf<M> = <<M as Model>::Table as TableDef>::PrimaryKey;

/// What functions of the user's say of an embedded struct's fields, by position.
pub type EmbeddedErrors = Vec<(usize, FieldError)>;

/// What functions of the user's say of a value.
pub type FieldErrors = Vec<FieldError>;

/// A boxed query of a table.
pub type BoxedQuery<'a, T, DB, ST> = diesel::internal::table_macro::BoxedSelectStatement<
    'a,
    ST,
    diesel::internal::table_macro::FromClause<Table<T>>,
    DB,
>;

/// The values of a row.
pub type Values = Vec<Value>;

/// A row's values from an array.
#[must_use]
pub fn values<const N: usize>(values: [Value; N]) -> Values {
    Vec::from(values)
}

/// Whether a field is a decimal.
#[must_use]
pub fn is_decimal<F: Field>() -> bool {
    F::KIND == Kind::Decimal
}

/// Every type, by way of a parameter: an impl that says `where Status: Itself<This = P>` may use
/// `P` in its associated types, where a type that is less visible than the model could not stand.
pub trait Itself {
    /// The type.
    type This;

    /// A value of the parameter as one of the type.
    fn of(this: &Self::This) -> &Self;
}

impl<T> Itself for T {
    type This = T;

    fn of(this: &T) -> &T {
        this
    }
}

/// A whole row, to be inserted.
#[must_use]
pub fn whole_row<M: Model>(row: &M) -> Draft<M::Table> {
    Draft::of_row(row)
}

/// All columns of a row but its key, to be changed.
#[must_use]
pub fn whole_change<M: Model>(row: &M) -> Patch<M::Table> {
    Patch::of_whole_row(row)
}

/// The name of a model's table.
#[must_use]
pub const fn name_of<M: Model>() -> TableName {
    <M::Table as TableDef>::NAME
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

/// What a function of the user's says of a value of a column, if it is one of the field's type.
pub fn look<F: Field>(
    value: &Value,
    check: impl FnOnce(F) -> Option<FieldError>,
) -> Option<FieldError> {
    check(F::from_value(value.clone()).ok()?)
}

/// The value of a default that a function of the user's makes.
#[must_use]
pub fn default_value<F: Field, D: IntoField<F>>(make: impl FnOnce() -> D) -> Value {
    make().into_field().into_value()
}
