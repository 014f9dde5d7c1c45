//! Runtime values: what a column holds, apart from its Rust type.
//!
//! Insert and patch forms, keys, validation, routing and merging speak in
//! [`Value`]s, so that this code exists once and not once a model. The typed
//! side (`column`) turns Rust values into these and back without loss.

mod array;
mod decimal;
mod key;
mod label;
mod order;

pub use array::ArrayValue;
pub use decimal::{
    DecimalError, avg_decimal, avg_decimal_mysql, decimal_for_mysql, decimal_from_text,
    decimal_to_text, without_trailing_zeros,
};
pub use key::ValueKey;
pub use label::Label;
pub use order::compare;

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use uuid::Uuid;

/// The type of a column, as the database layer distinguishes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// `bool`
    Bool,
    /// `i8`, stored as a 16-bit integer
    I8,
    /// `i16`
    I16,
    /// `i32`
    I32,
    /// `i64`
    I64,
    /// `u8`, stored as a 16-bit integer
    U8,
    /// `u16`, stored as a 32-bit integer
    U16,
    /// `u32`, stored as a 64-bit integer
    U32,
    /// `u64`, stored as a 64-bit signed integer that larger values are refused for; on
    /// MariaDB and MySQL as an unsigned one
    U64,
    /// `f32`
    F32,
    /// `f64`
    F64,
    /// `String`
    Text,
    /// `Vec<u8>`
    Binary,
    /// `chrono::NaiveDate`
    Date,
    /// `chrono::NaiveTime`
    Time,
    /// `chrono::NaiveDateTime`
    Timestamp,
    /// `chrono::DateTime<Utc>`
    TimestampTz,
    /// `uuid::Uuid`
    Uuid,
    /// `serde_json::Value`
    Json,
    /// `bigdecimal::BigDecimal`
    Decimal,
    /// An enum type on PostgreSQL, a text elsewhere
    Enum,
    /// An array of values of a kind; PostgreSQL only
    Array(&'static Kind),
}

impl Kind {
    /// Whether two columns of these kinds may be compared as key and foreign key.
    #[must_use]
    pub const fn same(self, other: Kind) -> bool {
        match (self, other) {
            (Kind::Array(a), Kind::Array(b)) => a.same(*b),
            _ => self.number() == other.number(),
        }
    }

    const fn number(self) -> u8 {
        match self {
            Kind::Bool => 0,
            Kind::I8 => 1,
            Kind::I16 => 2,
            Kind::I32 => 3,
            Kind::I64 => 4,
            Kind::U8 => 5,
            Kind::U16 => 6,
            Kind::U32 => 7,
            Kind::U64 => 8,
            Kind::F32 => 9,
            Kind::F64 => 10,
            Kind::Text => 11,
            Kind::Binary => 12,
            Kind::Date => 13,
            Kind::Time => 14,
            Kind::Timestamp => 15,
            Kind::TimestampTz => 16,
            Kind::Uuid => 17,
            Kind::Json => 18,
            Kind::Decimal => 19,
            Kind::Enum => 20,
            Kind::Array(_) => 21,
        }
    }

    /// Whether values of this kind are whole numbers.
    #[must_use]
    pub const fn is_integer(self) -> bool {
        matches!(
            self,
            Kind::I8
                | Kind::I16
                | Kind::I32
                | Kind::I64
                | Kind::U8
                | Kind::U16
                | Kind::U32
                | Kind::U64
        )
    }
}

/// One value of one column.
///
/// Small integers are held in the width they are stored in. The large payloads
/// are boxed, so that a row of values stays small.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// SQL NULL of a column of the given kind.
    Null(Kind),
    /// A truth value.
    Bool(bool),
    /// A 16-bit integer (also `i8` and `u8`).
    I16(i16),
    /// A 32-bit integer (also `u16`).
    I32(i32),
    /// A 64-bit integer (also `u32`).
    I64(i64),
    /// A 64-bit unsigned integer. Beyond `i64::MAX` only MariaDB and MySQL hold it: binding it
    /// errs elsewhere.
    U64(u64),
    /// Single precision.
    F32(f32),
    /// Double precision.
    F64(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Binary(Vec<u8>),
    /// A calendar date.
    Date(NaiveDate),
    /// A time of day.
    Time(NaiveTime),
    /// A date and time without zone.
    Timestamp(NaiveDateTime),
    /// An instant.
    TimestampTz(DateTime<Utc>),
    /// A UUID.
    Uuid(Uuid),
    /// A JSON document.
    Json(Box<serde_json::Value>),
    /// An exact decimal.
    Decimal(Box<BigDecimal>),
    /// A label of an enum type.
    Enum(Label),
    /// An array; PostgreSQL only.
    Array(Box<ArrayValue>),
    /// What cannot be stored, and why: it is refused when it is bound.
    Unstorable(Box<str>),
}

impl Value {
    /// An instant as a column of a kind that has times holds it; NULL of other kinds.
    #[must_use]
    pub fn instant(kind: Kind, instant: DateTime<Utc>) -> Self {
        match kind {
            Kind::TimestampTz => Value::TimestampTz(instant),
            Kind::Timestamp => Value::Timestamp(instant.naive_utc()),
            Kind::Date => Value::Date(instant.date_naive()),
            _ => Value::Null(kind),
        }
    }

    /// A small whole number as a column of a kind of integers holds it; NULL of other kinds.
    #[must_use]
    pub fn integer(kind: Kind, number: u8) -> Self {
        match kind {
            Kind::I8 | Kind::U8 | Kind::I16 => Value::I16(number.into()),
            Kind::U16 | Kind::I32 => Value::I32(number.into()),
            Kind::U32 | Kind::I64 => Value::I64(number.into()),
            Kind::U64 => Value::U64(number.into()),
            _ => Value::Null(kind),
        }
    }

    /// A whole number as a column of a kind of integers holds it; `None` of other kinds, and of what
    /// the kind does not hold.
    pub(crate) fn whole(kind: Kind, number: i128) -> Option<Self> {
        Some(match kind {
            Kind::I8 => Value::I16(i8::try_from(number).ok()?.into()),
            Kind::U8 => Value::I16(u8::try_from(number).ok()?.into()),
            Kind::I16 => Value::I16(number.try_into().ok()?),
            Kind::U16 => Value::I32(u16::try_from(number).ok()?.into()),
            Kind::I32 => Value::I32(number.try_into().ok()?),
            Kind::U32 => Value::I64(u32::try_from(number).ok()?.into()),
            Kind::I64 => Value::I64(number.try_into().ok()?),
            Kind::U64 => Value::U64(number.try_into().ok()?),
            _ => return None,
        })
    }

    /// A whole number; `None` of anything else, and of what `i64` does not hold.
    #[must_use]
    pub fn to_i64(&self) -> Option<i64> {
        match self {
            Value::I16(number) => Some((*number).into()),
            Value::I32(number) => Some((*number).into()),
            Value::I64(number) => Some(*number),
            Value::U64(number) => i64::try_from(*number).ok(),
            _ => None,
        }
    }

    /// Whether this is SQL NULL.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Value::Null(_))
    }

    /// The value as a whole number, if it is one.
    #[must_use]
    pub fn as_i128(&self) -> Option<i128> {
        match self {
            Value::I16(v) => Some(i128::from(*v)),
            Value::I32(v) => Some(i128::from(*v)),
            Value::I64(v) => Some(i128::from(*v)),
            Value::U64(v) => Some(i128::from(*v)),
            _ => None,
        }
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Null(_) => f.write_str("NULL"),
            Value::Bool(v) => v.fmt(f),
            Value::I16(v) => v.fmt(f),
            Value::I32(v) => v.fmt(f),
            Value::I64(v) => v.fmt(f),
            Value::U64(v) => v.fmt(f),
            Value::F32(v) => v.fmt(f),
            Value::F64(v) => v.fmt(f),
            Value::Text(v) => v.fmt(f),
            Value::Binary(v) => v.iter().try_for_each(|byte| write!(f, "{byte:02x}")),
            Value::Date(v) => v.fmt(f),
            Value::Time(v) => v.fmt(f),
            Value::Timestamp(v) => v.fmt(f),
            Value::TimestampTz(v) => v.fmt(f),
            Value::Uuid(v) => v.fmt(f),
            Value::Json(v) => v.fmt(f),
            Value::Decimal(v) => v.to_plain_string().fmt(f),
            Value::Enum(v) => v.fmt(f),
            Value::Array(v) => v.fmt(f),
            Value::Unstorable(reason) => reason.fmt(f),
        }
    }
}
