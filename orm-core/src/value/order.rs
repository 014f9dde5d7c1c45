//! The order in which merged rows stand: the one that the databases use.
//!
//! Text by its bytes (`COLLATE "C"`, SQLite's BINARY), floats with NaN last
//! and -0 equal to 0, `false` before `true`, enums of PostgreSQL by their
//! declaration. NULLs are placed by the caller.

use std::cmp::Ordering;

use super::Value;

/// Compares two values of one column. NULLs compare equal to each other and
/// below everything else; callers that place NULLs otherwise look first.
#[must_use]
pub fn compare(a: &Value, b: &Value) -> Ordering {
    use Value as V;
    match (a, b) {
        (V::Null(_), V::Null(_)) => Ordering::Equal,
        (V::Null(_), _) => Ordering::Less,
        (_, V::Null(_)) => Ordering::Greater,
        (V::Bool(a), V::Bool(b)) => a.cmp(b),
        (V::F32(a), V::F32(b)) => float(f64::from(*a), f64::from(*b)),
        (V::F64(a), V::F64(b)) => float(*a, *b),
        (V::Text(a), V::Text(b)) => a.as_bytes().cmp(b.as_bytes()),
        (V::Binary(a), V::Binary(b)) => a.cmp(b),
        (V::Date(a), V::Date(b)) => a.cmp(b),
        (V::Time(a), V::Time(b)) => a.cmp(b),
        (V::Timestamp(a), V::Timestamp(b)) => a.cmp(b),
        (V::TimestampTz(a), V::TimestampTz(b)) => a.cmp(b),
        (V::Uuid(a), V::Uuid(b)) => a.as_bytes().cmp(b.as_bytes()),
        (V::Decimal(a), V::Decimal(b)) => a.cmp(b),
        (V::Enum(a), V::Enum(b)) => a.cmp(b),
        (V::Array(a), V::Array(b)) => a.compare(b),
        (V::Unstorable(a), V::Unstorable(b)) => a.cmp(b),
        (V::Json(a), V::Json(b)) => a.to_string().cmp(&b.to_string()),
        (a, b) => match (a.as_i128(), b.as_i128()) {
            (Some(a), Some(b)) => a.cmp(&b),
            // One column has one kind: this is not reached by typed queries.
            _ => rank(a).cmp(&rank(b)),
        },
    }
}

fn float(a: f64, b: f64) -> Ordering {
    match (a.is_nan(), b.is_nan()) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => a.partial_cmp(&b).unwrap_or(Ordering::Equal),
    }
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Null(_) => 0,
        Value::Bool(_) => 1,
        Value::I16(_) | Value::I32(_) | Value::I64(_) | Value::U64(_) => 2,
        Value::F32(_) | Value::F64(_) => 3,
        Value::Text(_) => 4,
        Value::Binary(_) => 5,
        Value::Date(_) => 6,
        Value::Time(_) => 7,
        Value::Timestamp(_) => 8,
        Value::TimestampTz(_) => 9,
        Value::Uuid(_) => 10,
        Value::Json(_) => 11,
        Value::Decimal(_) => 12,
        Value::Enum(_) => 13,
        Value::Array(_) => 14,
        Value::Unstorable(_) => 15,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Kind;

    #[test]
    fn floats_put_nan_last_and_know_one_zero() {
        let nan = Value::F64(f64::NAN);
        assert_eq!(compare(&nan, &nan), Ordering::Equal);
        assert_eq!(compare(&Value::F64(f64::INFINITY), &nan), Ordering::Less);
        assert_eq!(
            compare(&Value::F64(-0.0), &Value::F64(0.0)),
            Ordering::Equal
        );
    }

    #[test]
    fn text_goes_by_bytes_and_null_comes_first() {
        let (upper, lower) = (Value::Text("Z".into()), Value::Text("a".into()));
        assert_eq!(compare(&upper, &lower), Ordering::Less);
        assert_eq!(compare(&Value::Null(Kind::Text), &upper), Ordering::Less);
    }
}
