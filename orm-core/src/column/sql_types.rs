//! SQL types that Diesel does not have on every database.
//!
//! Being ours, they take plain Rust values on each backend: no newtype is
//! needed around a `Uuid` or a `DateTime<Utc>`.

use diesel::query_builder::QueryId;
use diesel::sql_types::SqlType;

/// `i8`: SMALLINT on PostgreSQL, INTEGER on SQLite, TINYINT on MariaDB and MySQL.
#[derive(Debug, Clone, Copy, Default, QueryId, SqlType)]
#[diesel(postgres_type(oid = 21, array_oid = 1005))]
#[diesel(sqlite_type(name = "SmallInt"))]
#[diesel(mysql_type(name = "Tiny"))]
pub struct TinyInt;

/// `u8`: SMALLINT, INTEGER on SQLite.
#[derive(Debug, Clone, Copy, Default, QueryId, SqlType)]
#[diesel(postgres_type(oid = 21, array_oid = 1005))]
#[diesel(sqlite_type(name = "SmallInt"))]
#[diesel(mysql_type(name = "Short"))]
pub struct UnsignedTinyInt;

/// `u16`: INTEGER.
#[derive(Debug, Clone, Copy, Default, QueryId, SqlType)]
#[diesel(postgres_type(oid = 23, array_oid = 1007))]
#[diesel(sqlite_type(name = "Integer"))]
#[diesel(mysql_type(name = "Long"))]
pub struct UnsignedSmallInt;

/// `u32`: BIGINT, INTEGER on SQLite.
#[derive(Debug, Clone, Copy, Default, QueryId, SqlType)]
#[diesel(postgres_type(oid = 20, array_oid = 1016))]
#[diesel(sqlite_type(name = "Long"))]
#[diesel(mysql_type(name = "LongLong"))]
pub struct UnsignedInteger;

/// `u64`: BIGINT on PostgreSQL, INTEGER on SQLite, where values beyond `i64::MAX` are
/// refused; BIGINT UNSIGNED on MariaDB and MySQL.
#[derive(Debug, Clone, Copy, Default, QueryId, SqlType)]
#[diesel(postgres_type(oid = 20, array_oid = 1016))]
#[diesel(sqlite_type(name = "Long"))]
#[diesel(mysql_type(name = "UnsignedLongLong"))]
pub struct UnsignedBigInt;

/// `DateTime<Utc>`: TIMESTAMPTZ on PostgreSQL, text in UTC on SQLite, DATETIME(6) in UTC
/// on MariaDB and MySQL.
#[derive(Debug, Clone, Copy, Default, QueryId, SqlType)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185))]
#[diesel(sqlite_type(name = "Text"))]
#[diesel(mysql_type(name = "DateTime"))]
pub struct Timestamptz;

/// `uuid::Uuid`: UUID on PostgreSQL, a BLOB of 16 bytes on SQLite, BINARY(16) on
/// MariaDB and MySQL.
#[derive(Debug, Clone, Copy, Default, QueryId, SqlType)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Binary"))]
#[diesel(mysql_type(name = "Blob"))]
pub struct Uuid;

/// `serde_json::Value`: JSONB on PostgreSQL, text on SQLite, JSON on MariaDB and MySQL.
#[derive(Debug, Clone, Copy, Default, QueryId, SqlType)]
#[diesel(postgres_type(oid = 3802, array_oid = 3807))]
#[diesel(sqlite_type(name = "Text"))]
#[diesel(mysql_type(name = "String"))]
pub struct Json;

/// `Decimal`: NUMERIC on PostgreSQL; on SQLite text in the collation
/// `orm_decimal`, which the session registers: exact, and ordered by value;
/// DECIMAL(65,30) on MariaDB and MySQL.
#[derive(Debug, Clone, Copy, Default, QueryId, SqlType)]
#[diesel(postgres_type(oid = 1700, array_oid = 1231))]
#[diesel(sqlite_type(name = "Text"))]
#[diesel(mysql_type(name = "Numeric"))]
pub struct Decimal;

macro_rules! ordered {
    ($($ty:ty),*) => {$(
        impl diesel::sql_types::SqlOrd for $ty {}
    )*};
}
// `SqlOrd` on Diesel's side of `max` and `min`; for `Decimal` only this
// crate's own functions know the collation, so it is left out on purpose.
ordered!(
    TinyInt,
    UnsignedTinyInt,
    UnsignedSmallInt,
    UnsignedInteger,
    UnsignedBigInt,
    Timestamptz,
    Uuid
);

// As for Diesel's own type: PostgreSQL adds and subtracts intervals.
impl diesel::sql_types::ops::Add for Timestamptz {
    type Rhs = diesel::sql_types::Interval;
    type Output = Timestamptz;
}
impl diesel::sql_types::ops::Sub for Timestamptz {
    type Rhs = diesel::sql_types::Interval;
    type Output = Timestamptz;
}
