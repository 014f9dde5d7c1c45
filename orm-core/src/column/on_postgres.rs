//! The built-in types on PostgreSQL, where Diesel has no mapping of its own.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use diesel::deserialize::{self, FromSql};
use diesel::pg::data_types::PgNumeric;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types as diesel_types;
use std::io::Write;

use super::json::readable;
use super::{Document, EnumLabel, PostgresEnum, sql_types};
use crate::value::{Label, decimal_to_text};

macro_rules! narrow_integers {
    ($($rust:ty, $sql:ty, $wide:ty, $column:ty;)*) => {$(
        impl ToSql<$sql, Pg> for $rust {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                // Network byte order, as Diesel writes its own integers.
                out.write_all(&<$wide>::try_from(*self)?.to_be_bytes())?;
                Ok(IsNull::No)
            }
        }

        impl FromSql<$sql, Pg> for $rust {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                let wide = <$wide as FromSql<$column, Pg>>::from_sql(value)?;
                <$rust>::try_from(wide)
                    .map_err(|_| format!("{wide} is out of range for {}", stringify!($rust)).into())
            }
        }
    )*};
}

narrow_integers! {
    i8, sql_types::TinyInt, i16, diesel_types::SmallInt;
    u8, sql_types::UnsignedTinyInt, i16, diesel_types::SmallInt;
    u16, sql_types::UnsignedSmallInt, i32, diesel_types::Integer;
    u32, sql_types::UnsignedInteger, i64, diesel_types::BigInt;
    u64, sql_types::UnsignedBigInt, i64, diesel_types::BigInt;
}

macro_rules! as_diesel {
    ($($rust:ty, $sql:ty, $diesel:ty;)*) => {$(
        impl ToSql<$sql, Pg> for $rust {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                <$rust as ToSql<$diesel, Pg>>::to_sql(self, out)
            }
        }

        impl FromSql<$sql, Pg> for $rust {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                <$rust as FromSql<$diesel, Pg>>::from_sql(value)
            }
        }
    )*};
}

as_diesel! {
    DateTime<Utc>, sql_types::Timestamptz, diesel_types::Timestamptz;
    uuid::Uuid, sql_types::Uuid, diesel_types::Uuid;
}

impl ToSql<sql_types::Decimal, Pg> for BigDecimal {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        // Refuses what `numeric` cannot hold before Diesel expands it.
        decimal_to_text(self)?;
        <Self as ToSql<diesel_types::Numeric, Pg>>::to_sql(self, out)
    }
}

impl FromSql<sql_types::Decimal, Pg> for BigDecimal {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let read = PgNumeric::from_sql(value)?;
        // Zero has no digits, and Diesel makes no scale of none.
        if let PgNumeric::Positive { scale, digits, .. } = &read
            && digits.iter().all(|digit| *digit == 0)
        {
            return Ok(BigDecimal::new(0.into(), i64::from(*scale)));
        }
        read.try_into()
    }
}

impl ToSql<sql_types::Enum<()>, Pg> for Label {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <str as ToSql<diesel_types::Text, Pg>>::to_sql(self.text(), out)
    }
}

impl<E: PostgresEnum> ToSql<sql_types::Enum<E>, Pg> for EnumLabel<E> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <str as ToSql<diesel_types::Text, Pg>>::to_sql(self.text(), out)
    }
}

impl<E: PostgresEnum> FromSql<sql_types::Enum<E>, Pg> for EnumLabel<E> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<diesel_types::Text, Pg>>::from_sql(value)?;
        EnumLabel::read(&text, true)
    }
}

impl ToSql<sql_types::Json, Pg> for serde_json::Value {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        readable(self)?;
        <Self as ToSql<diesel_types::Jsonb, Pg>>::to_sql(self, out)
    }
}

impl FromSql<sql_types::Json, Pg> for serde_json::Value {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <Self as FromSql<diesel_types::Jsonb, Pg>>::from_sql(value)
    }
}

impl ToSql<sql_types::Json, Pg> for Document {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <serde_json::Value as ToSql<sql_types::Json, Pg>>::to_sql(self.get()?, out)
    }
}

impl FromSql<sql_types::Json, Pg> for Document {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <serde_json::Value as FromSql<sql_types::Json, Pg>>::from_sql(value).map(Document::new)
    }
}
