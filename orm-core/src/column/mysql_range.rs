//! What MariaDB and MySQL would change without a word, or cannot hold: refused
//! when it is bound.
//!
//! The SQL types here are those of forms, keys and lists. A plain value in a
//! filter is bound as Diesel's type of the same name, which checks nothing.

use std::io::Write;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use diesel::mysql::Mysql;
use diesel::mysql::sql_types::Datetime;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types;

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
                if !self.is_finite() {
                    return Err(format!("MariaDB and MySQL have no floating-point {self}").into());
                }
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

/// The years that DATE and DATETIME hold.
fn date(value: &NaiveDate) -> Result<(), String> {
    if (1..=9999).contains(&value.year()) {
        return Ok(());
    }
    Err(format!(
        "{value} is out of the range of MariaDB and MySQL: the years 1 to 9999"
    ))
}

/// No leap seconds: the server would carry them into the next minute, or refuse.
fn time(value: &NaiveTime) -> Result<(), String> {
    if value.nanosecond() < 1_000_000_000 {
        return Ok(());
    }
    Err(format!(
        "{value} is in a leap second, which MariaDB and MySQL do not hold"
    ))
}
