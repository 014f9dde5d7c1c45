//! Arrays, which PostgreSQL has: lists of the built-in types.
//!
//! Their SQL type is Diesel's, so that Diesel's operators of arrays work. Bytes
//! are no array: `Vec<u8>` is one binary value.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use diesel::pg::Pg;
use diesel::query_builder::AstPass;
use diesel::result::{Error, QueryResult};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{self as diesel_types, Array, Nullable};

use super::scalar::{ColumnError, Field, Scalar};
use super::sql_types;
use crate::value::{ArrayValue, Kind, Value};

/// A type that an array of PostgreSQL can hold: the built-in types but `u8`.
#[diagnostic::on_unimplemented(
    message = "an array cannot hold `{Self}`",
    label = "not a built-in type",
    note = "for a list of your own types write `#[model(json)]` on the field"
)]
pub trait ArrayElement: Scalar<Row = Self> {}

macro_rules! elements {
    ($($rust:ty),* $(,)?) => {$(
        impl ArrayElement for $rust {}
    )*};
}
elements! {
    bool, i8, i16, i32, i64, u16, u32, u64, f32, f64, String, Vec<u8>, NaiveDate, NaiveTime,
    NaiveDateTime, DateTime<Utc>, uuid::Uuid, serde_json::Value, BigDecimal,
}

macro_rules! array {
    ($item:ty, $sql:ty) => {
        impl<T: ArrayElement> Scalar for Vec<$item> {
            type SqlType = Array<$sql>;
            type Row = Self;
            const KIND: Kind = Kind::Array(&<T as Scalar>::KIND);

            fn into_value(self) -> Value {
                let items = self.into_iter().map(Field::into_value).collect();
                Value::Array(Box::new(ArrayValue::new(<T as Scalar>::KIND, items)))
            }

            fn into_row(self) -> Self {
                self
            }

            fn from_row(row: Self) -> Result<Self, ColumnError> {
                Ok(row)
            }

            fn from_value(value: Value) -> Result<Self, ColumnError> {
                let Value::Array(array) = value else {
                    return Err(format!("expected an array, found {value:?}").into());
                };
                let items = array.into_items().into_iter();
                items.map(<$item as Field>::from_value).collect()
            }
        }
    };
}
array!(T, <T as Scalar>::SqlType);
array!(Option<T>, Nullable<<T as Scalar>::SqlType>);

/// A value as an item of an array.
macro_rules! items {
    ($($variant:ident, $sql:ty, |$v:ident| $value:expr;)*) => {$(
        impl ToSql<Nullable<$sql>, Pg> for Value {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                match self {
                    Value::Null(_) => Ok(IsNull::Yes),
                    Value::$variant($v) => ToSql::<$sql, Pg>::to_sql($value, out),
                    other => Err(format!("{other:?} in an array of another type").into()),
                }
            }
        }
    )*};
}
items! {
    Bool, diesel_types::Bool, |v| v;
    I16, diesel_types::SmallInt, |v| v;
    I32, diesel_types::Integer, |v| v;
    I64, diesel_types::BigInt, |v| v;
    U64, sql_types::UnsignedBigInt, |v| v;
    F32, diesel_types::Float, |v| v;
    F64, diesel_types::Double, |v| v;
    Text, diesel_types::Text, |v| v;
    Binary, diesel_types::Binary, |v| v;
    Date, diesel_types::Date, |v| v;
    Time, diesel_types::Time, |v| v;
    Timestamp, diesel_types::Timestamp, |v| v;
    TimestampTz, sql_types::Timestamptz, |v| v;
    Uuid, sql_types::Uuid, |v| v;
    Json, sql_types::Json, |v| v.as_ref();
    Decimal, sql_types::Decimal, |v| v.as_ref();
}

/// Binds an array as the type of its column.
pub(crate) fn push_array<'b>(
    out: &mut AstPass<'_, 'b, Pg>,
    array: &'b ArrayValue,
) -> QueryResult<()> {
    macro_rules! push {
        ($sql:ty) => {
            out.push_bind_param::<Array<Nullable<$sql>>, [Value]>(array.items())
        };
    }
    match array.element() {
        Kind::Bool => push!(diesel_types::Bool),
        Kind::I8 | Kind::U8 | Kind::I16 => push!(diesel_types::SmallInt),
        Kind::U16 | Kind::I32 => push!(diesel_types::Integer),
        Kind::U32 | Kind::I64 => push!(diesel_types::BigInt),
        Kind::U64 => push!(sql_types::UnsignedBigInt),
        Kind::F32 => push!(diesel_types::Float),
        Kind::F64 => push!(diesel_types::Double),
        Kind::Text => push!(diesel_types::Text),
        Kind::Binary => push!(diesel_types::Binary),
        Kind::Date => push!(diesel_types::Date),
        Kind::Time => push!(diesel_types::Time),
        Kind::Timestamp => push!(diesel_types::Timestamp),
        Kind::TimestampTz => push!(sql_types::Timestamptz),
        Kind::Uuid => push!(sql_types::Uuid),
        Kind::Json => push!(sql_types::Json),
        Kind::Decimal => push!(sql_types::Decimal),
        Kind::Enum | Kind::Array(_) => {
            let message = format!("an array of {:?} cannot be bound", array.element());
            Err(Error::SerializationError(message.into()))
        }
    }
}
