//! What is said of a model where it is compiled, and what refuses to compile.

use crate::column::{Field, Variants, same_text};
use crate::metadata::{Sharding, TableMeta, TableName};
use crate::table::{ColumnOf, Model, ReadsColumn, Related, SqlTypeOf, TableDef};
use crate::value::Kind;

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
