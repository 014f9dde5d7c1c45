//! [`Limits`]: what the type that a column is declared with, and its rules, leave room for.

use crate::metadata::{ColumnMeta, Rule};

/// The room of a column; `None` is as much as its kind has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Limits {
    /// Of a text in characters, of bytes, of items.
    pub(super) min: usize,
    pub(super) max: Option<usize>,
    /// Digits of a decimal before the point, and behind it.
    pub(super) whole_digits: Option<u32>,
    pub(super) scale: Option<u32>,
}

impl Limits {
    pub(super) fn of(column: &ColumnMeta) -> Self {
        let mut limits = Limits::default();
        for rule in column.rules {
            if let Rule::Length { min, max } = rule {
                limits.min = limits.min.max(min.unwrap_or(0));
                limits.narrow(*max);
            }
        }
        let declared = column.sql_type.into_iter();
        let declared = declared.flat_map(|text| [text.sqlite, text.postgres, text.mysql]);
        declared.flatten().for_each(|text| limits.declared(text));
        limits
    }

    fn narrow(&mut self, max: Option<usize>) {
        self.max = match (self.max, max) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
    }

    /// `VARCHAR(20)`, `NUMERIC(10, 2)`: of other types the numbers say nothing.
    fn declared(&mut self, text: &str) {
        let Some((name, rest)) = text.split_once('(') else {
            return;
        };
        let Some((numbers, _)) = rest.split_once(')') else {
            return;
        };
        let numbers: Vec<usize> = numbers
            .split(',')
            .filter_map(|number| number.trim().parse().ok())
            .collect();
        let name = name.to_ascii_uppercase();
        let is = |words: &[&str]| words.iter().any(|word| name.contains(word));
        match numbers.as_slice() {
            [most] if is(&["CHAR", "BINARY"]) => self.narrow(Some(*most)),
            [digits] if is(&["NUMERIC", "DECIMAL"]) => self.decimal(*digits, 0),
            [digits, scale] if is(&["NUMERIC", "DECIMAL"]) => self.decimal(*digits, *scale),
            _ => {}
        }
    }

    fn decimal(&mut self, digits: usize, scale: usize) {
        let narrow = |before: Option<u32>, now: usize| {
            let now = u32::try_from(now).unwrap_or(u32::MAX);
            Some(before.map_or(now, |before| before.min(now)))
        };
        self.whole_digits = narrow(self.whole_digits, digits.saturating_sub(scale));
        self.scale = narrow(self.scale, scale);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::SqlText;

    fn declared(text: &'static str) -> Limits {
        Limits::of(&ColumnMeta::of::<String>("c", "c").sql_type(SqlText::all(text)))
    }

    #[test]
    fn a_declared_type_has_room() {
        assert_eq!(declared("varchar(20) COLLATE x").max, Some(20));
        assert_eq!(declared("CHARACTER VARYING (7)").max, Some(7));
        assert_eq!(declared("INT(11)"), Limits::default());
        let money = declared("NUMERIC(10, 2)");
        assert_eq!((money.whole_digits, money.scale), (Some(8), Some(2)));
        assert_eq!(declared("decimal(4)").whole_digits, Some(4));
        assert_eq!(declared("citext"), Limits::default());
    }
}
