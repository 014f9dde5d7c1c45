//! [`ValueKey`]: a value as the key of a map.

use std::hash::{Hash, Hasher};

use super::{Value, compare};

/// A value that can be looked up: equal where the databases find it equal.
#[derive(Debug, Clone)]
pub struct ValueKey(pub Value);

impl PartialEq for ValueKey {
    fn eq(&self, other: &Self) -> bool {
        compare(&self.0, &other.0).is_eq()
    }
}
impl Eq for ValueKey {}

impl Hash for ValueKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash(&self.0, state);
    }
}

fn hash<H: Hasher>(value: &Value, state: &mut H) {
    match value {
        Value::Null(_) => 0_u8.hash(state),
        Value::Bool(v) => v.hash(state),
        // -0 equals 0, and every NaN the other.
        Value::F32(v) => float(f64::from(*v)).hash(state),
        Value::F64(v) => float(*v).hash(state),
        Value::Text(v) => v.hash(state),
        Value::Binary(v) => v.hash(state),
        Value::Date(v) => v.hash(state),
        Value::Time(v) => v.hash(state),
        Value::Timestamp(v) => v.hash(state),
        Value::TimestampTz(v) => v.hash(state),
        Value::Uuid(v) => v.hash(state),
        Value::Json(v) => v.to_string().hash(state),
        Value::Decimal(v) => v.normalized().hash(state),
        Value::Enum(v) => v.text().hash(state),
        Value::Array(v) => {
            v.items().len().hash(state);
            for item in v.items() {
                hash(item, state);
            }
        }
        Value::Unstorable(reason) => reason.hash(state),
        whole => whole.as_i128().hash(state),
    }
}

fn float(value: f64) -> u64 {
    if value.is_nan() {
        f64::NAN.to_bits()
    } else if value == 0.0 {
        0
    } else {
        value.to_bits()
    }
}
