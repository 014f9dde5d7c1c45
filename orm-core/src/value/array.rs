//! [`ArrayValue`]: the values of an array.

use std::cmp::Ordering;
use std::fmt;

use super::{Kind, Value, compare};

/// An array of PostgreSQL: values of one kind, some of which may be NULL.
#[derive(Debug, Clone, PartialEq)]
pub struct ArrayValue {
    element: Kind,
    items: Vec<Value>,
}

impl ArrayValue {
    /// An array of values of a kind.
    #[must_use]
    pub fn new(element: Kind, items: Vec<Value>) -> Self {
        ArrayValue { element, items }
    }

    /// The kind of the values.
    #[must_use]
    pub fn element(&self) -> Kind {
        self.element
    }

    /// The values.
    #[must_use]
    pub fn items(&self) -> &[Value] {
        &self.items
    }

    /// The values.
    #[must_use]
    pub fn into_items(self) -> Vec<Value> {
        self.items
    }

    /// As PostgreSQL compares arrays: value by value, NULL last, then by length.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let pairs = self.items.iter().zip(&other.items);
        let orders = pairs.map(|(a, b)| match (a.is_null(), b.is_null()) {
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            _ => compare(a, b),
        });
        let first = orders.into_iter().find(|order| order.is_ne());
        first.unwrap_or_else(|| self.items.len().cmp(&other.items.len()))
    }
}

impl fmt::Display for ArrayValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (nth, item) in self.items.iter().enumerate() {
            let comma = if nth > 0 { ", " } else { "" };
            write!(f, "{comma}{item}")?;
        }
        f.write_str("}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_compare_item_by_item_with_null_last() {
        let array = |items: Vec<Value>| ArrayValue::new(Kind::I32, items);
        let (one, two, null) = (Value::I32(1), Value::I32(2), Value::Null(Kind::I32));
        let sorted = [
            array(vec![]),
            array(vec![one.clone()]),
            array(vec![one.clone(), two.clone()]),
            array(vec![one, null.clone()]),
            array(vec![two]),
            array(vec![null]),
        ];
        for pair in sorted.windows(2) {
            assert_eq!(pair[0].compare(&pair[1]), Ordering::Less, "{pair:?}");
        }
        assert_eq!(sorted[3].to_string(), "{1, NULL}");
    }
}
