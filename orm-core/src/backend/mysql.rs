//! MariaDB (10.6 and later) and MySQL (8.0.17 and later), which are one dialect.
//!
//! Where the two differ, a versioned comment says so to each: `/*M!100203 … */`
//! is read by MariaDB only, `/*!80017 … */` by MySQL only (MariaDB passes over
//! the versions from 50700 to 99999).

use std::any::TypeId;

use diesel::mysql::{Mysql, MysqlValue};
use diesel::query_builder::QueryFragment;
use diesel::query_builder::bind_collector::RawBytesBindCollector;
use diesel::result::{Error, QueryResult};

use super::{Database, Dialect};
use crate::column::mysql_range;

impl Dialect for Mysql {
    const DATABASE: Database = Database::Mysql;
    // MySQL compares its JSON type with a text as with a JSON string; MariaDB's JSON is text.
    const JSON_VALUE: (&'static str, &'static str) = ("/*!80017 CAST( */", "/*!80017 AS JSON) */");
    // Bound as a TIMESTAMP, MariaDB makes NULL of what is before 1970 or after 2038.
    const TIMESTAMP_CAST: Option<(&'static str, &'static str)> =
        Some(("CAST(", " AS DATETIME(6))"));
    // The async driver sends it as a text, which a list, a BETWEEN and a HAVING make a double of.
    const DECIMAL_CAST: Option<(&'static str, &'static str)> =
        Some(("CAST(", " AS DECIMAL(65,30))"));

    fn check_binds<Q: QueryFragment<Self>>(expression: &Q, ty: TypeId) -> QueryResult<()> {
        if !mysql_range::is_narrower(ty) {
            return Ok(());
        }
        let mut bound = RawBytesBindCollector::new();
        expression.collect_binds(&mut bound, &mut (), &Mysql)?;
        let binds = bound.metadata.iter().zip(&bound.binds);
        binds
            .filter_map(|(ty, bytes)| Some(MysqlValue::new(bytes.as_deref()?, *ty)))
            .try_for_each(mysql_range::check)
            .map_err(Error::SerializationError)
    }

    super::push_value!(mysql_range);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;
    use chrono::{NaiveDate, NaiveTime};
    use diesel::query_builder::AstPass;

    struct Bound(Value);

    impl QueryFragment<Mysql> for Bound {
        fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Mysql>) -> QueryResult<()> {
            Mysql::push_value(&mut out, &self.0)
        }
    }

    fn bound(value: Value) -> QueryResult<usize> {
        let mut binds = RawBytesBindCollector::new();
        let bound = Bound(value);
        bound.collect_binds(&mut binds, &mut (), &Mysql)?;
        // What is refused can be shown all the same.
        assert!(["?", "CAST(? AS DECIMAL(65,30))"].contains(&Mysql::render(&bound)?.as_str()));
        Ok(binds.binds.len())
    }

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
            (Value::Decimal(Box::new("1e35".parse().unwrap())), "35"),
        ] {
            let error = bound(value).unwrap_err();
            assert!(matches!(error, Error::SerializationError(_)));
            assert!(error.to_string().contains(part), "{error}");
        }
        for value in [
            Value::F64(-0.0),
            Value::Date(day(1)),
            Value::Date(day(9999)),
        ] {
            assert_eq!(bound(value).unwrap(), 1);
        }
    }
}
