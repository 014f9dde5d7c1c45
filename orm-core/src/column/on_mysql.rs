//! The built-in types on MariaDB and MySQL, where Diesel has no mapping of its own.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::deserialize::{self, FromSql};
use diesel::mysql::{Mysql, MysqlValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types as diesel_types;
use std::io::Write;

use super::json::readable;
use super::{Document, EnumLabel, PostgresEnum, mysql_range, sql_types};
use crate::value::{Label, decimal_for_mysql, without_trailing_zeros};

macro_rules! narrow_integers {
    ($($rust:ty, $sql:ty, $wide:ty, $column:ty;)*) => {$(
        impl ToSql<$sql, Mysql> for $rust {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Mysql>) -> serialize::Result {
                out.write_all(&<$wide>::from(*self).to_ne_bytes())?;
                Ok(IsNull::No)
            }
        }

        impl FromSql<$sql, Mysql> for $rust {
            fn from_sql(value: MysqlValue<'_>) -> deserialize::Result<Self> {
                let wide = <$wide as FromSql<$column, Mysql>>::from_sql(value)?;
                <$rust>::try_from(wide)
                    .map_err(|_| format!("{wide} is out of range for {}", stringify!($rust)).into())
            }
        }
    )*};
}

narrow_integers! {
    u8, sql_types::UnsignedTinyInt, i16, diesel_types::SmallInt;
    u16, sql_types::UnsignedSmallInt, i32, diesel_types::Integer;
    u32, sql_types::UnsignedInteger, i64, diesel_types::BigInt;
}

macro_rules! as_diesel {
    ($($rust:ty, $sql:ty, $diesel:ty;)*) => {$(
        impl ToSql<$sql, Mysql> for $rust {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Mysql>) -> serialize::Result {
                <$rust as ToSql<$diesel, Mysql>>::to_sql(self, out)
            }
        }

        impl FromSql<$sql, Mysql> for $rust {
            fn from_sql(value: MysqlValue<'_>) -> deserialize::Result<Self> {
                <$rust as FromSql<$diesel, Mysql>>::from_sql(value)
            }
        }
    )*};
}

as_diesel! {
    i8, sql_types::TinyInt, diesel_types::TinyInt;
    u64, sql_types::UnsignedBigInt, diesel_types::Unsigned<diesel_types::BigInt>;
}

impl ToSql<sql_types::Timestamptz, Mysql> for DateTime<Utc> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Mysql>) -> serialize::Result {
        let utc = self.naive_utc();
        <NaiveDateTime as ToSql<mysql_range::Timestamp, Mysql>>::to_sql(&utc, &mut out.reborrow())
    }
}

impl FromSql<sql_types::Timestamptz, Mysql> for DateTime<Utc> {
    fn from_sql(value: MysqlValue<'_>) -> deserialize::Result<Self> {
        let utc = <NaiveDateTime as FromSql<diesel_types::Timestamp, Mysql>>::from_sql(value)?;
        Ok(utc.and_utc())
    }
}

impl ToSql<sql_types::Uuid, Mysql> for uuid::Uuid {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Mysql>) -> serialize::Result {
        out.write_all(self.as_bytes())?;
        Ok(IsNull::No)
    }
}

impl FromSql<sql_types::Uuid, Mysql> for uuid::Uuid {
    fn from_sql(value: MysqlValue<'_>) -> deserialize::Result<Self> {
        let bytes = value.as_bytes();
        // Sixteen bytes are ours; a text is what other tools write, and MariaDB's type.
        match bytes.len() {
            16 => Ok(uuid::Uuid::from_slice(bytes)?),
            _ => Ok(uuid::Uuid::try_parse_ascii(bytes)?),
        }
    }
}

impl ToSql<sql_types::Decimal, Mysql> for BigDecimal {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Mysql>) -> serialize::Result {
        // The server would round silently what has more digits.
        out.write_all(decimal_for_mysql(self)?.as_bytes())?;
        Ok(IsNull::No)
    }
}

impl FromSql<sql_types::Decimal, Mysql> for BigDecimal {
    fn from_sql(value: MysqlValue<'_>) -> deserialize::Result<Self> {
        let padded = <Self as FromSql<diesel_types::Numeric, Mysql>>::from_sql(value)?;
        Ok(without_trailing_zeros(&padded))
    }
}

impl ToSql<sql_types::Enum<()>, Mysql> for Label {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Mysql>) -> serialize::Result {
        <str as ToSql<diesel_types::Text, Mysql>>::to_sql(self.text(), out)
    }
}

impl<E: PostgresEnum> ToSql<sql_types::Enum<E>, Mysql> for EnumLabel<E> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Mysql>) -> serialize::Result {
        <str as ToSql<diesel_types::Text, Mysql>>::to_sql(self.text(), out)
    }
}

impl<E: PostgresEnum> FromSql<sql_types::Enum<E>, Mysql> for EnumLabel<E> {
    fn from_sql(value: MysqlValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<diesel_types::Text, Mysql>>::from_sql(value)?;
        EnumLabel::read(&text, false)
    }
}

impl ToSql<sql_types::Json, Mysql> for serde_json::Value {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Mysql>) -> serialize::Result {
        readable(self)?;
        <Self as ToSql<diesel_types::Json, Mysql>>::to_sql(self, out)
    }
}

impl FromSql<sql_types::Json, Mysql> for serde_json::Value {
    fn from_sql(value: MysqlValue<'_>) -> deserialize::Result<Self> {
        <Self as FromSql<diesel_types::Json, Mysql>>::from_sql(value)
    }
}

impl ToSql<sql_types::Json, Mysql> for Document {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Mysql>) -> serialize::Result {
        <serde_json::Value as ToSql<sql_types::Json, Mysql>>::to_sql(self.get()?, out)
    }
}

impl FromSql<sql_types::Json, Mysql> for Document {
    fn from_sql(value: MysqlValue<'_>) -> deserialize::Result<Self> {
        <serde_json::Value as FromSql<sql_types::Json, Mysql>>::from_sql(value).map(Document::new)
    }
}
