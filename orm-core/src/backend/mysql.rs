//! MariaDB (10.6 and later) and MySQL (8.0.17 and later), which are one dialect.
//!
//! Where the two differ, a versioned comment says so to each: `/*M!100203 … */`
//! is read by MariaDB only, `/*!80017 … */` by MySQL only (MariaDB passes over
//! the versions from 50700 to 99999).

use diesel::mysql::Mysql;
use diesel::result::{Error, QueryResult};

use super::{Database, Dialect};
use crate::column::mysql_range::{date, finite, time};
use crate::value::Value;

impl Dialect for Mysql {
    const DATABASE: Database = Database::Mysql;
    // MySQL compares its JSON type with a text as with a JSON string; MariaDB's JSON is text.
    const JSON_VALUE: (&'static str, &'static str) = ("/*!80017 CAST( */", "/*!80017 AS JSON) */");
    // Bound as a TIMESTAMP, MariaDB makes NULL of what is before 1970 or after 2038.
    super::push_value!(checked: checked, timestamp: diesel::mysql::sql_types::Datetime);
}

/// Refuses what the server would change without a word, or cannot hold.
fn checked(value: &Value) -> QueryResult<()> {
    match value {
        Value::F32(v) => finite(f64::from(*v)),
        Value::F64(v) => finite(*v),
        Value::Date(v) => date(v),
        Value::Time(v) => time(v),
        Value::Timestamp(v) => date(&v.date()).and_then(|()| time(&v.time())),
        Value::TimestampTz(v) => {
            let v = v.naive_utc();
            date(&v.date()).and_then(|()| time(&v.time()))
        }
        _ => Ok(()),
    }
    .map_err(|message| Error::SerializationError(message.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{NaiveDate, NaiveTime};

    #[test]
    fn what_cannot_be_held_is_refused_with_its_reason() {
        let day = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
        let leap = NaiveTime::from_hms_nano_opt(23, 59, 59, 1_500_000_000).unwrap();
        for (value, part) in [
            (Value::F64(f64::NAN), "NaN"),
            (Value::F32(f32::NEG_INFINITY), "-inf"),
            (Value::Date(day(10_000)), "9999"),
            (Value::Date(day(0)), "9999"),
            (Value::Time(leap), "leap"),
            (Value::Timestamp(day(2016).and_time(leap)), "leap"),
            (Value::TimestampTz(day(-1).and_time(leap).and_utc()), "9999"),
        ] {
            let error = checked(&value).unwrap_err();
            assert!(matches!(error, Error::SerializationError(_)));
            assert!(error.to_string().contains(part), "{error}");
        }
        for value in [
            Value::F64(-0.0),
            Value::Date(day(1)),
            Value::Date(day(9999)),
        ] {
            checked(&value).unwrap();
        }
    }
}
