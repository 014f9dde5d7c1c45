//! Dates that SQLite would sort and compare wrongly: refused when they are bound.
//!
//! A date is a text there. One beyond the year 9999 begins with `+` and one before
//! the year 0 with `-`, and both stand before all others. As in `mysql_range`, the SQL
//! types here are those of forms, keys and lists; a plain value in a filter is looked
//! at once Diesel has bound it.

use std::any::TypeId;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{self, Nullable};
pub(crate) use diesel::sql_types::{Double, Float, Time};
use diesel::sqlite::Sqlite;

use super::years;

/// DATE of the years that sort.
#[derive(Debug, Clone, Copy, sql_types::SqlType)]
#[diesel(sqlite_type(name = "Text"))]
pub(crate) struct Date;

/// TIMESTAMP of the years that sort.
#[derive(Debug, Clone, Copy, sql_types::SqlType)]
#[diesel(sqlite_type(name = "Text"))]
pub(crate) struct Timestamp;

impl ToSql<Date, Sqlite> for NaiveDate {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        date(self)?;
        <Self as ToSql<sql_types::Date, Sqlite>>::to_sql(self, out)
    }
}

impl ToSql<Timestamp, Sqlite> for NaiveDateTime {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        date(&self.date())?;
        <Self as ToSql<sql_types::Timestamp, Sqlite>>::to_sql(self, out)
    }
}

impl ToSql<super::sql_types::Timestamptz, Sqlite> for DateTime<Utc> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        date(&self.date_naive())?;
        <Self as ToSql<sql_types::TimestamptzSqlite, Sqlite>>::to_sql(self, out)
    }
}

fn date(value: &NaiveDate) -> Result<(), String> {
    years::within(value, 0..=9999, "SQLite")
}

/// Whether the database sorts less of an SQL type than Rust holds.
pub(crate) fn is_narrower(ty: TypeId) -> bool {
    macro_rules! one_of {
        ($($sql:ident),*) => {
            [$(TypeId::of::<sql_types::$sql>(), TypeId::of::<Nullable<sql_types::$sql>>()),*]
                .contains(&ty)
        };
    }
    one_of!(Date, Timestamp)
}

/// Looks at a value as Diesel bound it: it can be shown, and not be taken out.
pub(crate) fn check(shown: &str) -> Result<(), &'static str> {
    if shown.contains("(\"+") || shown.contains("(\"-") {
        return Err("a date out of the range of SQLite: the years 0 to 9999");
    }
    Ok(())
}
