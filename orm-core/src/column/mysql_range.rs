//! What MariaDB and MySQL would change without a word, or cannot hold: refused
//! when it is bound.
//!
//! The SQL types here are those of forms, keys and lists. A plain value in a
//! filter is bound as Diesel's type of the same name, which checks nothing: it
//! is looked at once it is bound.

use std::any::TypeId;
use std::io::Write;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use diesel::deserialize::{self, FromSql};
use diesel::mysql::data_types::MysqlTime;
use diesel::mysql::sql_types::Datetime;
use diesel::mysql::{Mysql, MysqlType, MysqlValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{self, Nullable};

use super::years;

/// FLOAT, finite.
#[derive(Debug, Clone, Copy, sql_types::SqlType)]
#[diesel(mysql_type(name = "Float"))]
pub(crate) struct Float;

/// DOUBLE, finite.
#[derive(Debug, Clone, Copy, sql_types::SqlType)]
#[diesel(mysql_type(name = "Double"))]
pub(crate) struct Double;

/// DATE of the years that it holds.
#[derive(Debug, Clone, Copy, sql_types::SqlType)]
#[diesel(mysql_type(name = "Date"))]
pub(crate) struct Date;

/// TIME without leap seconds.
#[derive(Debug, Clone, Copy, sql_types::SqlType)]
#[diesel(mysql_type(name = "Time"))]
pub(crate) struct Time;

/// DATETIME. Bound as Diesel's TIMESTAMP, MariaDB makes NULL of what is before
/// 1970 or after 2038.
#[derive(Debug, Clone, Copy, sql_types::SqlType)]
#[diesel(mysql_type(name = "DateTime"))]
pub(crate) struct Timestamp;

macro_rules! finite {
    ($($rust:ty, $sql:ty;)*) => {$(
        impl ToSql<$sql, Mysql> for $rust {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Mysql>) -> serialize::Result {
                finite(f64::from(*self))?;
                out.write_all(&self.to_ne_bytes())?;
                Ok(IsNull::No)
            }
        }
    )*};
}
finite! { f32, Float; f64, Double; }

impl ToSql<Date, Mysql> for NaiveDate {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Mysql>) -> serialize::Result {
        date(self)?;
        <Self as ToSql<sql_types::Date, Mysql>>::to_sql(self, out)
    }
}

impl ToSql<Time, Mysql> for NaiveTime {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Mysql>) -> serialize::Result {
        time(self)?;
        <Self as ToSql<sql_types::Time, Mysql>>::to_sql(self, out)
    }
}

impl ToSql<Timestamp, Mysql> for NaiveDateTime {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Mysql>) -> serialize::Result {
        date(&self.date())?;
        time(&self.time())?;
        <Self as ToSql<Datetime, Mysql>>::to_sql(self, out)
    }
}

/// Whether the database holds less of an SQL type than Rust does.
pub(crate) fn is_narrower(ty: TypeId) -> bool {
    macro_rules! one_of {
        ($($sql:ident),*) => {
            [$(TypeId::of::<sql_types::$sql>(), TypeId::of::<Nullable<sql_types::$sql>>()),*]
                .contains(&ty)
        };
    }
    one_of!(Float, Double, Date, Time, Timestamp)
}

/// Looks at a value as Diesel bound it.
pub(crate) fn check(value: MysqlValue<'_>) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    match value.value_type() {
        MysqlType::Float => finite(read::<sql_types::Float, f32>(value)?.into())?,
        MysqlType::Double => finite(read::<sql_types::Double, f64>(value)?)?,
        MysqlType::Date => date(&read::<sql_types::Date, NaiveDate>(value)?)?,
        ty @ (MysqlType::Time | MysqlType::DateTime | MysqlType::Timestamp) => {
            let bound: MysqlTime = read::<sql_types::Time, _>(value.clone())?;
            if bound.second_part >= 1_000_000 {
                return Err(LEAP_SECOND.into());
            }
            if ty != MysqlType::Time {
                date(&read::<Datetime, NaiveDateTime>(value)?.date())?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn read<ST, T: FromSql<ST, Mysql>>(value: MysqlValue<'_>) -> deserialize::Result<T> {
    T::from_sql(value)
}

fn finite(value: f64) -> Result<(), String> {
    if value.is_finite() {
        return Ok(());
    }
    Err(format!("MariaDB and MySQL have no floating-point {value}"))
}

/// The years that DATE and DATETIME hold.
fn date(value: &NaiveDate) -> Result<(), String> {
    years::within(value, 1..=9999, "MariaDB and MySQL")
}

/// The server would carry it into the next minute, or refuse.
const LEAP_SECOND: &str = "a leap second, which MariaDB and MySQL do not hold";

fn time(value: &NaiveTime) -> Result<(), String> {
    if value.nanosecond() < 1_000_000_000 {
        return Ok(());
    }
    Err(format!("{value} is {LEAP_SECOND}"))
}
