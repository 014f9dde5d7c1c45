//! Rows as plain values, and plain values as rows: what a merge reads and gives.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromStaticSqlRow, Queryable};

use crate::column::{ColumnError, Field, SqlScalar};
use crate::value::Value;

/// The values of a row of up to eight columns of built-in types.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ValueRow(pub Vec<Value>);

macro_rules! value_rows {
    ($(($($sql:ident)*);)*) => {$(
        impl<DB, $($sql),*> Queryable<($($sql,)*), DB> for ValueRow
        where
            DB: Backend,
            $($sql: SqlScalar,)*
            ($($sql::Rust,)*): FromStaticSqlRow<($($sql,)*), DB>,
        {
            type Row = ($($sql::Rust,)*);

            fn build(row: Self::Row) -> deserialize::Result<Self> {
                #[allow(non_snake_case)]
                let ($($sql,)*) = row;
                Ok(ValueRow(vec![$(Field::into_value($sql)),*]))
            }
        }
    )*};
}
value_rows! {
    (A); (A B); (A B C); (A B C D); (A B C D E); (A B C D E F); (A B C D E F G);
    (A B C D E F G H);
}

/// What can be read from the values of a selection of SQL type `ST`: the field
/// type of a single expression, a tuple of them for a tuple.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a group that spans shards",
    note = "groups that span shards are merged as plain values: load a tuple of the selected values' types",
    note = "or add the shard key to the group, then every type that Diesel loads will do"
)]
pub trait FromValues<ST>: Sized {
    /// From values in the order of the selection.
    ///
    /// # Errors
    /// If a value is none of its type.
    fn from_values(values: &mut dyn Iterator<Item = Value>) -> Result<Self, ColumnError>;
}

impl<F: Field> FromValues<F::SqlType> for F {
    fn from_values(values: &mut dyn Iterator<Item = Value>) -> Result<Self, ColumnError> {
        F::from_value(values.next().ok_or("a row has too few values")?)
    }
}

macro_rules! tuples {
    ($(($($name:ident)*);)*) => {$(
        impl<$($name: Field),*> FromValues<($($name::SqlType,)*)> for ($($name,)*) {
            fn from_values(
                values: &mut dyn Iterator<Item = Value>,
            ) -> Result<Self, ColumnError> {
                Ok(($(<$name as FromValues<$name::SqlType>>::from_values(values)?,)*))
            }
        }
    )*};
}
tuples! {
    (A); (A B); (A B C); (A B C D); (A B C D E); (A B C D E F); (A B C D E F G);
    (A B C D E F G H);
}
