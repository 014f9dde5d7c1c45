//! Literal defaults, in the form that values of their column are bound in.
//!
//! A text of a UUID in a column of bytes, or an instant without its zone in a column of
//! texts, would be in the table and not be found by its value.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use uuid::Uuid;

use super::quote_text;
use crate::backend::Database;
use crate::metadata::DefaultValue;
use crate::value::{Kind, decimal_from_text};

/// A literal of a kind, as SQL; `None` if it is none of the kind, or no literal.
pub(super) fn sql(database: Database, kind: Kind, default: DefaultValue) -> Option<String> {
    let spelled = match default {
        DefaultValue::Bool(value) => boolean(database, kind, value),
        DefaultValue::Number(text) => number(database, kind, text),
        DefaultValue::Text(text) => of_text(database, kind, text),
        DefaultValue::Now | DefaultValue::Sql(_) => return None,
    }?;
    let takes_expressions_only = database == Database::Mysql && spelled.starts_with(['\'', 'C']);
    // Long texts and JSON take expressions only there, and those are in parentheses.
    Some(if takes_expressions_only {
        format!("({spelled})")
    } else {
        spelled
    })
}

fn boolean(database: Database, kind: Kind, value: bool) -> Option<String> {
    match (kind, database) {
        (Kind::Bool, Database::Sqlite) => Some(u8::from(value).to_string()),
        (Kind::Bool, _) => Some(if value { "TRUE" } else { "FALSE" }.to_owned()),
        (Kind::Json, _) => Some(quote_text(database, &value.to_string())),
        _ => None,
    }
}

fn number(database: Database, kind: Kind, text: &str) -> Option<String> {
    match kind {
        kind if kind.is_integer() => text.parse::<i128>().ok().map(|_| text.to_owned()),
        Kind::F32 | Kind::F64 => text.parse::<f64>().ok().map(|_| text.to_owned()),
        Kind::Decimal if database != Database::Sqlite => {
            decimal_from_text(text).ok().map(|_| text.to_owned())
        }
        kind => of_text(database, kind, text),
    }
}

fn of_text(database: Database, kind: Kind, text: &str) -> Option<String> {
    let quoted = |text: &str| Some(quote_text(database, text));
    match kind {
        Kind::Text | Kind::Enum | Kind::Array(_) => quoted(text),
        Kind::Bool => None,
        Kind::F32 | Kind::F64 => text.parse::<f64>().ok().map(|_| text.to_owned()),
        Kind::Decimal => decimal_from_text(text).ok().and_then(|_| quoted(text)),
        Kind::Binary => Some(bytes(database, text.as_bytes())),
        Kind::Uuid => {
            let uuid = Uuid::parse_str(text).ok()?;
            match database {
                Database::Postgres => quoted(&uuid.to_string()),
                _ => Some(bytes(database, uuid.as_bytes())),
            }
        }
        Kind::Json => {
            let document: serde_json::Value = serde_json::from_str(text).ok()?;
            match database {
                // Whatever the spelling, it is one document there.
                Database::Postgres => quoted(text),
                _ => quoted(&document.to_string()),
            }
        }
        Kind::Date => quoted(&text.parse::<NaiveDate>().ok()?.to_string()),
        Kind::Time => quoted(&fraction(database, time(text)?.format("%T%.f").to_string())),
        Kind::Timestamp => quoted(&stamp(database, timestamp(text)?)),
        Kind::TimestampTz => {
            let stamp = stamp(database, instant(text)?.naive_utc());
            quoted(&match database {
                Database::Sqlite => format!("{stamp}+00:00"),
                Database::Postgres => format!("{stamp}+00"),
                Database::Mysql => stamp,
            })
        }
        _ => text.parse::<i128>().ok().map(|_| text.to_owned()),
    }
}

fn bytes(database: Database, bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    match database {
        Database::Sqlite => format!("X'{digits}'"),
        Database::Postgres => format!("'\\x{}'", digits.to_lowercase()),
        Database::Mysql => format!("(unhex('{digits}'))"),
    }
}

fn time(text: &str) -> Option<NaiveTime> {
    let forms = ["%T%.f", "%R"];
    let mut times = forms
        .iter()
        .map(|form| NaiveTime::parse_from_str(text, form));
    times.find_map(Result::ok)
}

fn timestamp(text: &str) -> Option<NaiveDateTime> {
    let forms = ["%F %T%.f", "%FT%T%.f", "%F %R", "%FT%R"];
    let mut stamps = forms
        .iter()
        .map(|form| NaiveDateTime::parse_from_str(text, form));
    stamps.find_map(Result::ok)
}

/// In UTC where the text has no zone.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    let with_zone = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%F %T%.f%#z"));
    match with_zone {
        Ok(instant) => Some(instant.to_utc()),
        Err(_) => timestamp(text).map(|stamp| stamp.and_utc()),
    }
}

fn stamp(database: Database, stamp: NaiveDateTime) -> String {
    fraction(database, stamp.format("%F %T%.f").to_string())
}

/// SQLite keeps the digits that are bound, PostgreSQL shows those that count, and MariaDB all that
/// the column has.
fn fraction(database: Database, mut stamp: String) -> String {
    match database {
        Database::Sqlite => {}
        Database::Postgres if stamp.contains('.') => {
            stamp.truncate(stamp.trim_end_matches('0').len());
        }
        Database::Postgres => {}
        Database::Mysql => {
            let digits = stamp.rsplit_once('.').map_or(0, |(_, digits)| digits.len());
            stamp.push_str(if digits == 0 { "." } else { "" });
            stamp.extend(std::iter::repeat_n('0', 6_usize.saturating_sub(digits)));
        }
    }
    stamp
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_has_the_form_that_is_bound() {
        let on = |database, kind, text| sql(database, kind, DefaultValue::Text(text));
        let sqlite = |kind, text| on(Database::Sqlite, kind, text);
        let zero = "00000000-0000-0000-0000-0000000000AB";
        assert_eq!(
            sqlite(Kind::Uuid, zero).unwrap(),
            format!("X'{}AB'", "0".repeat(30))
        );
        assert_eq!(
            on(Database::Postgres, Kind::Uuid, zero).unwrap(),
            format!("'{}'", zero.to_lowercase())
        );
        for (text, same) in [
            ("2024-05-06T07:08:09Z", "2024-05-06 07:08:09+00:00"),
            ("2024-05-06 07:08:09", "2024-05-06 07:08:09+00:00"),
            (
                "2024-05-06 09:08:09.5+02:00",
                "2024-05-06 07:08:09.500+00:00",
            ),
            ("2024-05-06 07:08", "2024-05-06 07:08:00+00:00"),
        ] {
            assert_eq!(sqlite(Kind::TimestampTz, text), Some(format!("'{same}'")));
        }
        assert_eq!(
            on(
                Database::Mysql,
                Kind::TimestampTz,
                "2024-05-06 09:08:09.5+02:00"
            )
            .unwrap(),
            "('2024-05-06 07:08:09.500000')"
        );
        assert_eq!(
            sqlite(Kind::Json, "{ \"a\": [1, 2] }").unwrap(),
            "'{\"a\":[1,2]}'"
        );
        assert_eq!(sqlite(Kind::Binary, "a'").unwrap(), "X'6127'");
        assert_eq!(
            on(Database::Postgres, Kind::Binary, "a").unwrap(),
            "'\\x61'"
        );
    }

    #[test]
    fn a_literal_of_another_kind_is_none() {
        for (kind, text) in [
            (Kind::Uuid, "none"),
            (Kind::Date, "2024-02-30"),
            (Kind::Time, "25:00:00"),
            (Kind::TimestampTz, "soon"),
            (Kind::Json, "{"),
            (Kind::Decimal, "1,5"),
            (Kind::Bool, "true"),
            (Kind::I32, "one"),
        ] {
            assert_eq!(sql(Database::Sqlite, kind, DefaultValue::Text(text)), None);
        }
        assert_eq!(
            sql(Database::Sqlite, Kind::I32, DefaultValue::Number("1.5")),
            None
        );
        assert_eq!(
            sql(Database::Sqlite, Kind::Text, DefaultValue::Bool(true)),
            None
        );
        let five = sql(Database::Sqlite, Kind::Text, DefaultValue::Number("5"));
        assert_eq!(five.unwrap(), "'5'");
    }
}
