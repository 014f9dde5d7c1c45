//! The door for generated code. Nothing here is for people, and nothing inside
//! the crate imports it.

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

/// What a text is stored as.
pub type Text = String;

/// The rows of a relation to many.
pub type ManyRows<M> = Vec<M>;

use crate::column::same_text;
use crate::error::FieldError;
use crate::metadata::{Sharding, TableMeta, TableName};
use crate::validation::CustomError;

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

/// A type that is a model, or a parameter of a trait that says that it is none:
/// of the user's type itself the compiler would show the definition too.
#[diagnostic::on_unimplemented(
    message = "`{M}` is not a model",
    label = "not a model",
    note = "write `#[derive(Model)]` on the struct `{M}`; if it is there, mend what is told of its fields"
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

/// The metadata of a type that may be no model: `Probe::<M>::META` is that of
/// [`NoMeta`] then.
pub struct Probe<M>(std::marker::PhantomData<M>);

impl<M: Model> Probe<M> {
    /// The metadata of a model.
    pub const META: Option<&'static TableMeta> = Some(<M::Table as TableDef>::META);
    /// The name of its table.
    pub const NAME: TableName = <M::Table as TableDef>::NAME;
}

/// What [`Probe`] has where the type is no model.
pub trait NoMeta {
    /// None.
    const META: Option<&'static TableMeta> = None;
    /// None.
    const NAME: TableName = TableName::new("", None, "");
}

impl<M> NoMeta for Probe<M> {}

/// Refuses to compile where a foreign key and its parent's key differ in type.
#[track_caller]
pub const fn assert_foreign_key(parent: Option<&TableMeta>, kinds: &[(Kind, Option<&Variants>)]) {
    let Some(meta) = parent else {
        return; // no model, which is said elsewhere
    };
    // Short lines: the compiler shows them below the user's own.
    if meta.key.len() != 1 && kinds.len() == 1 {
        panic!("the parent has a key of several columns, and this foreign key has one");
    }
    if meta.key.len() != kinds.len() {
        panic!("the foreign key and the key of the parent have different numbers of columns");
    }
    let mut nth = 0;
    while nth < kinds.len() {
        let (key, (kind, variants)) = (&meta.columns[meta.key[nth]], kinds[nth]);
        if !key.kind.same(kind) {
            panic!("the foreign key and the key that it refers to have different types");
        }
        if let (Some(one), Some(other)) = (key.variants, variants)
            && !one.same(other)
        {
            panic!("the foreign key and the key that it refers to are different enums");
        }
        nth += 1;
    }
}

/// Refuses to compile where a relation to many goes by columns of the child that are no foreign
/// key to its model.
#[track_caller]
pub const fn assert_via(child: Option<&TableMeta>, parent: &TableName, columns: &[&str]) {
    let Some(meta) = child else {
        return; // no model, which is said elsewhere
    };
    let mut nth = 0;
    while nth < meta.foreign_keys.len() {
        let key = &meta.foreign_keys[nth];
        if key.parent_name.is(parent) && are_named(meta, key.columns, columns) {
            return;
        }
        nth += 1;
    }
    // A short line: the compiler shows it below the user's own.
    panic!("`via` names no column of the child that `belongs_to` this model");
}

const fn are_named(table: &TableMeta, positions: &[usize], names: &[&str]) -> bool {
    let mut nth = 0;
    while nth < positions.len() && nth < names.len() {
        if !same_text(table.columns[positions[nth]].name, names[nth]) {
            return false;
        }
        nth += 1;
    }
    nth == positions.len() && nth == names.len()
}

/// Refuses to compile where a row would not lie with its parent: rows of one
/// group are on one shard only if their shard keys are equal.
#[track_caller]
pub const fn assert_placed_with(
    parent: Option<&TableMeta>,
    shard_key: Kind,
    refers_to: Option<usize>,
) {
    let Some(meta) = parent else {
        return; // no model, which is said elsewhere
    };
    let Sharding::By(column) = meta.sharding else {
        return; // not sharded, which is said elsewhere
    };
    // Short lines: the compiler shows them below the user's own.
    if let Some(nth) = refers_to
        && nth < meta.key.len()
        && meta.key[nth] != column
    {
        panic!("the parent is sharded by another column: take its shard key as yours");
    }
    if !meta.columns[column].kind.same(shard_key) {
        panic!("the shard key has another type than the parent's");
    }
}

/// The value of a default that a function of the user's makes.
#[must_use]
pub fn default_value<F: Field, D: IntoField<F>>(make: impl FnOnce() -> D) -> Value {
    make().into_field().into_value()
}

/// Refuses to compile where a shard key is of a type that has several
/// spellings of one value, is an array, or may be NULL.
#[track_caller]
pub const fn assert_shard_key<F: Field>() {
    let no_shard_key = matches!(
        F::KIND,
        Kind::F32
            | Kind::F64
            | Kind::Decimal
            | Kind::Json
            | Kind::Time
            | Kind::Timestamp
            | Kind::TimestampTz
            | Kind::Array(_)
    );
    // Short lines: the compiler shows them below the user's own.
    if no_shard_key {
        panic!("a shard key is an integer, a text, an enum, a UUID, bytes, a bool or a date");
    }
    if F::NULLABLE {
        panic!("a shard key cannot be NULL");
    }
}

/// Where the compiler says that a model does not belong to another.
pub const fn is_child<C: Related<P>, P: TableDef>() {}

/// Where the compiler says that a partial model reads a column as another type.
pub const fn reads_column<C: ColumnOf, F: ReadsColumn<SqlTypeOf<C>>>() {}

/// As [`IsModel`], for columns.
#[diagnostic::on_unimplemented(
    message = "`{F}` cannot be a column",
    label = "no column type",
    note = "columns are integers of 8 to 64 bits, f32, f64, bool, String, Vec<u8>, chrono's NaiveDate, NaiveTime, NaiveDateTime and DateTime<Utc>, uuid::Uuid, serde_json::Value, Decimal, and Option of each; on PostgreSQL also Vec of each",
    note = "for a type of your own: `#[derive(ColumnType)]`, or `impl ColumnType for {F} {{ type Stored = String; .. }}`",
    note = "for a type with `Serialize`, `Deserialize`, `Clone` and `Debug`: `#[model(json)]` on the field"
)]
pub trait IsColumn<F> {}

#[diagnostic::do_not_recommend]
impl<F: Field> IsColumn<F> for () {}

/// Where the compiler says that a type is no column.
#[rustfmt::skip] // The compiler shows the line of name and bound.
pub const fn is_column<F>() where (): IsColumn<F> {}

#[cfg(all(test, feature = "postgres"))]
mod tests {
    #[test]
    #[should_panic(expected = "a shard key is an integer, a text")]
    fn an_array_is_no_shard_key() {
        super::assert_shard_key::<Vec<String>>();
    }
}
