//! [`ColumnValue`]: what a column of a model can be set to.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use diesel::sql_types as diesel_types;
use diesel::sql_types::Nullable;
use uuid::Uuid;

use crate::column::{ColumnType, Field, Scalar, sql_types};
use crate::value::Value;

/// A value of the SQL type `ST`: one of the Rust type that the column has, a `&str` for a text; of a
/// column that may be NULL also the value without `Some`. The marker is found by the compiler.
#[diagnostic::on_unimplemented(
    message = "a column of the SQL type `{ST}` cannot be set to `{Self}`",
    label = "a value of another type",
    note = "give a value of the column's own Rust type"
)]
pub trait ColumnValue<ST, Marker> {
    /// The value apart from its type.
    fn into_column_value(self) -> Value;
}

/// A built-in type.
#[derive(Debug, Clone, Copy)]
pub struct BuiltIn;
/// A [`ColumnType`].
#[derive(Debug, Clone, Copy)]
pub struct Own;
/// A [`ColumnType`] in a column that may be NULL.
#[derive(Debug, Clone, Copy)]
pub struct OwnNullable;

/// One impl a type and not one for all, so that the literal `5` finds its one type.
macro_rules! built_in {
    ($($rust:ty => $sql:ty),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl ColumnValue<$sql, BuiltIn> for $rust {
            fn into_column_value(self) -> Value {
                Field::into_value(self)
            }
        }
        #[diagnostic::do_not_recommend]
        impl ColumnValue<Nullable<$sql>, BuiltIn> for $rust {
            fn into_column_value(self) -> Value {
                Field::into_value(self)
            }
        }
        #[diagnostic::do_not_recommend]
        impl ColumnValue<Nullable<$sql>, BuiltIn> for Option<$rust> {
            fn into_column_value(self) -> Value {
                Field::into_value(self)
            }
        }
    )*};
}

built_in! {
    bool => diesel_types::Bool,
    i8 => sql_types::TinyInt,
    i16 => diesel_types::SmallInt,
    i32 => diesel_types::Integer,
    i64 => diesel_types::BigInt,
    u8 => sql_types::UnsignedTinyInt,
    u16 => sql_types::UnsignedSmallInt,
    u32 => sql_types::UnsignedInteger,
    u64 => sql_types::UnsignedBigInt,
    f32 => diesel_types::Float,
    f64 => diesel_types::Double,
    String => diesel_types::Text,
    Vec<u8> => diesel_types::Binary,
    NaiveDate => diesel_types::Date,
    NaiveTime => diesel_types::Time,
    NaiveDateTime => diesel_types::Timestamp,
    DateTime<Utc> => sql_types::Timestamptz,
    Uuid => sql_types::Uuid,
    serde_json::Value => sql_types::Json,
    BigDecimal => sql_types::Decimal,
}

macro_rules! texts {
    ($($sql:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl ColumnValue<$sql, BuiltIn> for &str {
            fn into_column_value(self) -> Value {
                Value::Text(self.to_owned())
            }
        }
    )*};
}
texts!(diesel_types::Text, Nullable<diesel_types::Text>);

/// The SQL type of a column type.
type SqlOf<T> = <<T as ColumnType>::Stored as Scalar>::SqlType;

macro_rules! own {
    ($([$($generic:tt)*] $rust:ty, $sql:ty, $marker:ident;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generic)*> ColumnValue<$sql, $marker> for $rust {
            fn into_column_value(self) -> Value {
                Field::into_value(self)
            }
        }
    )*};
}
own! {
    [T: ColumnType] T, SqlOf<T>, Own;
    [T: ColumnType] T, Nullable<SqlOf<T>>, OwnNullable;
    [T: ColumnType] Option<T>, Nullable<SqlOf<T>>, OwnNullable;
}

#[cfg(feature = "postgres")]
pub use arrays::{InArray, InArrayNullable};

#[cfg(feature = "postgres")]
mod arrays {
    use diesel::sql_types::{Array, Nullable};

    use super::{ColumnValue, Value};
    use crate::column::{ArrayElement, Field, Scalar};

    /// An array of PostgreSQL.
    #[derive(Debug, Clone, Copy)]
    pub struct InArray;
    /// An array of PostgreSQL in a column that may be NULL.
    #[derive(Debug, Clone, Copy)]
    pub struct InArrayNullable;

    own! {
        [T: ArrayElement] Vec<T>, Array<<T as Scalar>::SqlType>, InArray;
        [T: ArrayElement] Vec<Option<T>>, Array<Nullable<<T as Scalar>::SqlType>>, InArray;
        [T: ArrayElement] Vec<T>, Nullable<Array<<T as Scalar>::SqlType>>, InArrayNullable;
        [T: ArrayElement] Option<Vec<T>>, Nullable<Array<<T as Scalar>::SqlType>>, InArrayNullable;
    }
}
