//! The built-in column types.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use diesel::sql_types as diesel_types;
use diesel::sql_types::Nullable;
use uuid::Uuid;

use super::scalar::{ColumnError, Scalar, SqlOrdered, SqlScalar};
use super::sql_types;
use crate::value::{Kind, Value};

fn other_kind(expected: Kind, value: &Value) -> ColumnError {
    format!("expected a value of kind {expected:?}, found {value:?}").into()
}

macro_rules! scalar {
    ($($rust:ty, $sql:ty, $kind:ident, |$v:ident| $into:expr, $pattern:pat => $from:expr;)*) => {$(
        impl Scalar for $rust {
            type SqlType = $sql;
            type Row = $rust;
            const KIND: Kind = Kind::$kind;

            #[inline]
            fn into_value(self) -> Value {
                let $v = self;
                $into
            }

            #[inline]
            fn into_row(self) -> Self {
                self
            }

            #[inline]
            fn from_row(row: Self) -> Result<Self, ColumnError> {
                Ok(row)
            }

            fn from_value(value: Value) -> Result<Self, ColumnError> {
                match value {
                    $pattern => $from,
                    other => Err(other_kind(Kind::$kind, &other)),
                }
            }
        }

        impl SqlScalar for $sql {
            type Rust = $rust;
        }

        impl SqlScalar for Nullable<$sql> {
            type Rust = Option<$rust>;
        }
    )*};
}

scalar! {
    bool, diesel_types::Bool, Bool, |v| Value::Bool(v), Value::Bool(v) => Ok(v);
    i8, sql_types::TinyInt, I8, |v| Value::I16(v.into()), Value::I16(v) => Ok(v.try_into()?);
    i16, diesel_types::SmallInt, I16, |v| Value::I16(v), Value::I16(v) => Ok(v);
    i32, diesel_types::Integer, I32, |v| Value::I32(v), Value::I32(v) => Ok(v);
    i64, diesel_types::BigInt, I64, |v| Value::I64(v), Value::I64(v) => Ok(v);
    u8, sql_types::UnsignedTinyInt, U8, |v| Value::I16(v.into()), Value::I16(v) => Ok(v.try_into()?);
    u16, sql_types::UnsignedSmallInt, U16, |v| Value::I32(v.into()), Value::I32(v) => Ok(v.try_into()?);
    u32, sql_types::UnsignedInteger, U32, |v| Value::I64(v.into()), Value::I64(v) => Ok(v.try_into()?);
    u64, sql_types::UnsignedBigInt, U64, |v| Value::U64(v), Value::U64(v) => Ok(v);
    f32, diesel_types::Float, F32, |v| Value::F32(v), Value::F32(v) => Ok(v);
    f64, diesel_types::Double, F64, |v| Value::F64(v), Value::F64(v) => Ok(v);
    String, diesel_types::Text, Text, |v| Value::Text(v), Value::Text(v) => Ok(v);
    Vec<u8>, diesel_types::Binary, Binary, |v| Value::Binary(v), Value::Binary(v) => Ok(v);
    NaiveDate, diesel_types::Date, Date, |v| Value::Date(v), Value::Date(v) => Ok(v);
    NaiveTime, diesel_types::Time, Time, |v| Value::Time(v), Value::Time(v) => Ok(v);
    NaiveDateTime, diesel_types::Timestamp, Timestamp, |v| Value::Timestamp(v), Value::Timestamp(v) => Ok(v);
    DateTime<Utc>, sql_types::Timestamptz, TimestampTz, |v| Value::TimestampTz(v), Value::TimestampTz(v) => Ok(v);
    Uuid, sql_types::Uuid, Uuid, |v| Value::Uuid(v), Value::Uuid(v) => Ok(v);
    serde_json::Value, sql_types::Json, Json, |v| Value::Json(Box::new(v)), Value::Json(v) => Ok(*v);
    BigDecimal, sql_types::Decimal, Decimal, |v| Value::Decimal(Box::new(v)), Value::Decimal(v) => Ok(*v);
}

macro_rules! ordered {
    ($($sql:ty),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl SqlOrdered for $sql {}
        #[diagnostic::do_not_recommend]
        impl SqlOrdered for Nullable<$sql> {}
    )*};
}

ordered! {
    diesel_types::Bool,
    sql_types::TinyInt,
    diesel_types::SmallInt,
    diesel_types::Integer,
    diesel_types::BigInt,
    sql_types::UnsignedTinyInt,
    sql_types::UnsignedSmallInt,
    sql_types::UnsignedInteger,
    sql_types::UnsignedBigInt,
    diesel_types::Float,
    diesel_types::Double,
    diesel_types::Text,
    diesel_types::Binary,
    diesel_types::Date,
    diesel_types::Time,
    diesel_types::Timestamp,
    sql_types::Timestamptz,
    sql_types::Uuid,
    sql_types::Decimal,
}
