//! The built-in types on SQLite, where Diesel has no mapping of its own.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use diesel::deserialize::{self, FromSql};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types as diesel_types;
use diesel::sqlite::{Sqlite, SqliteValue};

use super::json::readable;
use super::{Document, EnumLabel, PostgresEnum, sql_types};
use crate::value::{Label, decimal_from_text, decimal_to_text};

macro_rules! narrow_integers {
    ($($rust:ty, $sql:ty, $wide:ty, $column:ty;)*) => {$(
        impl ToSql<$sql, Sqlite> for $rust {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value(<$wide>::try_from(*self)?);
                Ok(IsNull::No)
            }
        }

        impl FromSql<$sql, Sqlite> for $rust {
            fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
                let wide = <i64 as FromSql<diesel_types::BigInt, Sqlite>>::from_sql(value)?;
                <$rust>::try_from(wide)
                    .map_err(|_| format!("{wide} is out of range for {}", stringify!($rust)).into())
            }
        }
    )*};
}

narrow_integers! {
    i8, sql_types::TinyInt, i32, diesel_types::SmallInt;
    u8, sql_types::UnsignedTinyInt, i32, diesel_types::SmallInt;
    u16, sql_types::UnsignedSmallInt, i32, diesel_types::Integer;
    u32, sql_types::UnsignedInteger, i64, diesel_types::BigInt;
    u64, sql_types::UnsignedBigInt, i64, diesel_types::BigInt;
}

impl FromSql<sql_types::Timestamptz, Sqlite> for DateTime<Utc> {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        <Self as FromSql<diesel_types::TimestamptzSqlite, Sqlite>>::from_sql(value)
    }
}

impl ToSql<sql_types::Uuid, Sqlite> for uuid::Uuid {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.as_bytes().as_slice());
        Ok(IsNull::No)
    }
}

impl FromSql<sql_types::Uuid, Sqlite> for uuid::Uuid {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let bytes = <Vec<u8> as FromSql<diesel_types::Binary, Sqlite>>::from_sql(value)?;
        // Sixteen bytes are ours; a text is what other tools write.
        match bytes.len() {
            16 => Ok(uuid::Uuid::from_slice(&bytes)?),
            _ => Ok(uuid::Uuid::try_parse_ascii(&bytes)?),
        }
    }
}

impl ToSql<sql_types::Json, Sqlite> for serde_json::Value {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        readable(self)?;
        <Self as ToSql<diesel_types::Json, Sqlite>>::to_sql(self, out)
    }
}

impl FromSql<sql_types::Json, Sqlite> for serde_json::Value {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        <Self as FromSql<diesel_types::Json, Sqlite>>::from_sql(value)
    }
}

impl ToSql<sql_types::Decimal, Sqlite> for BigDecimal {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(decimal_to_text(self)?);
        Ok(IsNull::No)
    }
}

impl FromSql<sql_types::Decimal, Sqlite> for BigDecimal {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        // SQLite gives the text of an integer or real column too: the shortest
        // text that reads back as the same number.
        let text = <String as FromSql<diesel_types::Text, Sqlite>>::from_sql(value)?;
        Ok(decimal_from_text(&text)?)
    }
}

impl ToSql<sql_types::Enum<()>, Sqlite> for Label {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        <str as ToSql<diesel_types::Text, Sqlite>>::to_sql(self.text(), out)
    }
}

impl<E: PostgresEnum> ToSql<sql_types::Enum<E>, Sqlite> for EnumLabel<E> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        <str as ToSql<diesel_types::Text, Sqlite>>::to_sql(self.text(), out)
    }
}

impl<E: PostgresEnum> FromSql<sql_types::Enum<E>, Sqlite> for EnumLabel<E> {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<diesel_types::Text, Sqlite>>::from_sql(value)?;
        EnumLabel::read(&text, false)
    }
}

impl ToSql<sql_types::Json, Sqlite> for Document {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        <serde_json::Value as ToSql<sql_types::Json, Sqlite>>::to_sql(self.get()?, out)
    }
}

impl FromSql<sql_types::Json, Sqlite> for Document {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        <serde_json::Value as FromSql<sql_types::Json, Sqlite>>::from_sql(value).map(Document::new)
    }
}
