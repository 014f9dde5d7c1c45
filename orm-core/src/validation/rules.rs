//! One rule against one value.

use std::cmp::Ordering;

use bigdecimal::BigDecimal;

use super::is_email;
use crate::error::FieldError;
use crate::metadata::{Bound, Rule};
use crate::value::Value;

/// The error of a rule that a value breaks. NULL breaks none: that a value is
/// needed is said by its type.
#[must_use]
pub fn broken(field: &str, rule: &Rule, value: &Value) -> Option<FieldError> {
    if value.is_null() {
        return None;
    }
    match rule {
        Rule::Length { min, max } => length(field, *min, *max, value),
        Rule::Range { min, max } => range(field, *min, *max, value),
        Rule::NotBlank => match value {
            Value::Text(text) if text.trim().is_empty() => {
                Some(FieldError::new(field, "not_blank", "must not be blank"))
            }
            _ => None,
        },
        Rule::Email => match value {
            Value::Text(text) if !is_email(text) => {
                Some(FieldError::new(field, "email", "is not an e-mail address"))
            }
            _ => None,
        },
    }
}

fn length(
    field: &str,
    min: Option<usize>,
    max: Option<usize>,
    value: &Value,
) -> Option<FieldError> {
    let (length, unit) = match value {
        // Characters, as the databases count them.
        Value::Text(text) => (text.chars().count(), "character"),
        Value::Binary(bytes) => (bytes.len(), "byte"),
        Value::Array(array) => (array.items().len(), "item"),
        _ => return None,
    };
    if min.is_none_or(|min| length >= min) && max.is_none_or(|max| length <= max) {
        return None;
    }
    let plural = |n: usize| {
        if n == 1 {
            unit.to_owned()
        } else {
            format!("{unit}s")
        }
    };
    let message = match (min, max) {
        (Some(min), Some(max)) if min == max => {
            format!("must have exactly {min} {}", plural(min))
        }
        (Some(min), Some(max)) => format!("must have {min} to {max} {}", plural(max)),
        (Some(min), None) => format!("must have at least {min} {}", plural(min)),
        (_, Some(max)) => format!("must have at most {max} {}", plural(max)),
        (None, None) => return None,
    };
    let mut error = FieldError::new(field, "length", message).with("actual", length);
    if let Some(min) = min {
        error = error.with("min", min);
    }
    if let Some(max) = max {
        error = error.with("max", max);
    }
    Some(error)
}

fn range(field: &str, min: Option<Bound>, max: Option<Bound>, value: &Value) -> Option<FieldError> {
    let low = min.is_none_or(|bound| match order(value, bound) {
        Some(Ordering::Greater) => true,
        Some(Ordering::Equal) => bound.included,
        _ => false,
    });
    let high = max.is_none_or(|bound| match order(value, bound) {
        Some(Ordering::Less) => true,
        Some(Ordering::Equal) => bound.included,
        _ => false,
    });
    if low && high {
        return None;
    }
    let from = |bound: Bound| {
        if bound.included {
            format!("at least {}", bound.text)
        } else {
            format!("more than {}", bound.text)
        }
    };
    let to = |bound: Bound| {
        if bound.included {
            format!("at most {}", bound.text)
        } else {
            format!("less than {}", bound.text)
        }
    };
    let message = match (min, max) {
        (Some(a), Some(b)) => format!("must be {} and {}", from(a), to(b)),
        (Some(a), None) => format!("must be {}", from(a)),
        (None, Some(b)) => format!("must be {}", to(b)),
        (None, None) => return None,
    };
    let mut error = FieldError::new(field, "range", message);
    if let Some(bound) = min {
        error = error.with("min", number(bound));
    }
    if let Some(bound) = max {
        error = error.with("max", number(bound));
    }
    Some(error)
}

/// How a value stands to a bound; `None` if they cannot be compared (NaN).
fn order(value: &Value, bound: Bound) -> Option<Ordering> {
    match value {
        Value::F32(v) => f64::from(*v).partial_cmp(&bound.text.parse().ok()?),
        Value::F64(v) => v.partial_cmp(&bound.text.parse().ok()?),
        Value::Decimal(v) => Some(v.as_ref().cmp(&bound.text.parse::<BigDecimal>().ok()?)),
        other => {
            let whole = other.as_i128()?;
            match bound.text.parse::<i128>() {
                Ok(bound) => Some(whole.cmp(&bound)),
                Err(_) => Some(BigDecimal::from(whole).cmp(&bound.text.parse().ok()?)),
            }
        }
    }
}

/// A bound as a JSON number where it fits, else as its text.
fn number(bound: Bound) -> serde_json::Value {
    serde_json::from_str(bound.text).unwrap_or_else(|_| bound.text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(rule: Rule, value: Value) -> Option<String> {
        broken("f", &rule, &value).map(|error| error.message)
    }

    #[test]
    fn length_counts_characters_not_bytes() {
        let rule = Rule::Length {
            min: Some(1),
            max: Some(3),
        };
        assert_eq!(message(rule, Value::Text("äöü".into())), None);
        assert_eq!(
            message(rule, Value::Text("four".into())).unwrap(),
            "must have 1 to 3 characters"
        );
        assert_eq!(
            message(rule, Value::Text(String::new())).unwrap(),
            "must have 1 to 3 characters"
        );
    }

    #[test]
    fn range_is_exact_for_decimals_and_open_at_an_excluded_end() {
        let rule = Rule::Range {
            min: Some(Bound::new("0.1", true)),
            max: Some(Bound::new("1", false)),
        };
        let decimal = |text: &str| Value::Decimal(Box::new(text.parse().unwrap()));
        assert_eq!(message(rule, decimal("0.10")), None);
        assert!(message(rule, decimal("0.0999999999999999999999")).is_some());
        assert_eq!(
            message(rule, Value::I32(1)).unwrap(),
            "must be at least 0.1 and less than 1"
        );
        assert!(message(rule, Value::F64(f64::NAN)).is_some());
    }

    #[test]
    fn null_breaks_no_rule() {
        let null = Value::Null(crate::value::Kind::Text);
        assert_eq!(broken("f", &Rule::NotBlank, &null), None);
        assert_eq!(
            broken(
                "f",
                &Rule::Length {
                    min: Some(1),
                    max: None
                },
                &null
            ),
            None
        );
    }
}
