//! [`holds`]: whether a row is among those of an index that has a filter.
//!
//! Read are filters of the usual kinds: columns, `NOT`, `AND`, `OR`, `IS NULL`, comparisons with
//! constants. Of any other it is not known what they hold.

use std::cmp::Ordering;

use crate::metadata::TableMeta;
use crate::value::Value;

/// A condition, as SQL has it, or not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Truth {
    True,
    False,
    Null,
    Unknown,
}

impl Truth {
    fn of(is: bool) -> Self {
        if is { Truth::True } else { Truth::False }
    }

    fn not(self) -> Self {
        match self {
            Truth::True => Truth::False,
            Truth::False => Truth::True,
            other => other,
        }
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Truth::False, _) | (_, Truth::False) => Truth::False,
            (Truth::Unknown, _) | (_, Truth::Unknown) => Truth::Unknown,
            (Truth::Null, _) | (_, Truth::Null) => Truth::Null,
            (Truth::True, Truth::True) => Truth::True,
        }
    }
}

/// Whether a filter holds for a row, of which a value may not be known; `None` if that is not known.
pub(super) fn holds<'v>(
    table: &TableMeta,
    filter: &str,
    value: &dyn Fn(usize) -> Option<&'v Value>,
) -> Option<bool> {
    let mut reading = Reading {
        tokens: tokens(filter)?,
        at: 0,
        table,
        value,
    };
    let truth = reading.any()?;
    match truth {
        _ if reading.at < reading.tokens.len() => None,
        Truth::True => Some(true),
        Truth::False | Truth::Null => Some(false),
        Truth::Unknown => None,
    }
}

#[derive(Debug, PartialEq)]
enum Token {
    Word(String),
    Quoted(String),
    Text(String),
    Sign(String),
}

/// The words and signs of a filter, if all of them are understood.
fn tokens(sql: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = sql.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '"' | '`' | '\'' => {
                let inside = &rest[1..];
                let end = inside.find(first)?;
                let (text, behind) = (inside[..end].to_owned(), &inside[end + 1..]);
                if behind.starts_with(first) {
                    return None; // a quote in a text
                }
                let token = match first {
                    '\'' => Token::Text(text),
                    _ => Token::Quoted(text),
                };
                (token, end + 2)
            }
            _ if first.is_alphanumeric() || "_-".contains(first) => {
                let is_inside = |c: char| c.is_alphanumeric() || "_-.".contains(c);
                let length = rest.find(|c| !is_inside(c)).unwrap_or(rest.len());
                (Token::Word(rest[..length].to_owned()), length)
            }
            '(' | ')' => (Token::Sign(first.into()), 1),
            _ => {
                let length = rest.find(|c| !"=<>!".contains(c)).unwrap_or(rest.len());
                if length == 0 {
                    return None;
                }
                (Token::Sign(rest[..length].to_owned()), length)
            }
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    Some(tokens)
}

struct Reading<'t, 'v> {
    tokens: Vec<Token>,
    at: usize,
    table: &'t TableMeta,
    value: &'t dyn Fn(usize) -> Option<&'v Value>,
}

impl Reading<'_, '_> {
    /// `… OR …`
    fn any(&mut self) -> Option<Truth> {
        let mut truth = self.all()?;
        while self.takes("OR") {
            truth = truth.not().and(self.all()?.not()).not();
        }
        Some(truth)
    }

    /// `… AND …`
    fn all(&mut self) -> Option<Truth> {
        let mut truth = self.one()?;
        while self.takes("AND") {
            truth = truth.and(self.one()?);
        }
        Some(truth)
    }

    /// `NOT …`, `(…)`, or what is said of a column.
    fn one(&mut self) -> Option<Truth> {
        if self.takes("NOT") {
            return Some(self.one()?.not());
        }
        if self.takes("(") {
            let truth = self.any()?;
            return self.takes(")").then_some(truth);
        }
        let mut columns = self.table.columns.iter();
        let column = match self.next()? {
            Token::Word(name) | Token::Quoted(name) => columns.position(|one| one.name == name)?,
            _ => return None,
        };
        let value = (self.value)(column);
        if self.takes("IS") {
            let negated = self.takes("NOT");
            let is = |truth: Truth| if negated { truth.not() } else { truth };
            return Some(is(match (self.word()?.as_str(), value) {
                ("NULL" | "TRUE" | "FALSE", None) => Truth::Unknown,
                ("NULL", Some(value)) => Truth::of(value.is_null()),
                ("TRUE", Some(Value::Bool(value))) => Truth::of(*value),
                ("FALSE", Some(Value::Bool(value))) => Truth::of(!value),
                ("TRUE" | "FALSE", Some(value)) if value.is_null() => Truth::False,
                _ => return None,
            }));
        }
        let sign = match self.tokens.get(self.at) {
            Some(Token::Sign(sign)) if sign != "(" && sign != ")" => sign.clone(),
            _ => {
                return Some(match value {
                    Some(Value::Bool(value)) => Truth::of(*value),
                    Some(value) if value.is_null() => Truth::Null,
                    _ => Truth::Unknown,
                });
            }
        };
        self.at += 1;
        let constant = self.next()?;
        let Some(value) = value else {
            return Some(Truth::Unknown);
        };
        if value.is_null() {
            return Some(Truth::Null);
        }
        Some(match (sign.as_str(), order(value, constant)?) {
            ("=", order) => Truth::of(order.is_eq()),
            ("<>" | "!=", order) => Truth::of(order.is_ne()),
            // How texts are sorted, the database says.
            _ if matches!(value, Value::Text(_)) => return None,
            ("<", order) => Truth::of(order.is_lt()),
            ("<=", order) => Truth::of(order.is_le()),
            (">", order) => Truth::of(order.is_gt()),
            (">=", order) => Truth::of(order.is_ge()),
            _ => return None,
        })
    }

    fn next(&mut self) -> Option<&Token> {
        self.at += 1;
        self.tokens.get(self.at - 1)
    }

    fn word(&mut self) -> Option<String> {
        match self.next()? {
            Token::Word(word) => Some(word.to_uppercase()),
            _ => None,
        }
    }

    fn takes(&mut self, word: &str) -> bool {
        let is = match self.tokens.get(self.at) {
            Some(Token::Word(next)) => next.eq_ignore_ascii_case(word),
            Some(Token::Sign(next)) => next == word,
            _ => false,
        };
        self.at += usize::from(is);
        is
    }
}

/// How a value compares with a constant.
fn order(value: &Value, constant: &Token) -> Option<Ordering> {
    match (value, constant) {
        (Value::Bool(value), Token::Word(word)) => {
            let constant = match word.to_uppercase().as_str() {
                "TRUE" | "1" => true,
                "FALSE" | "0" => false,
                _ => return None,
            };
            Some(value.cmp(&constant))
        }
        (Value::Text(value), Token::Text(text)) => Some(value.as_str().cmp(text)),
        (value, Token::Word(word)) => Some(value.to_i64()?.cmp(&word.parse().ok()?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::holds;
    use crate::metadata::{ColumnMeta, TableMeta};
    use crate::value::{Kind, Value};

    const COLUMNS: &[ColumnMeta] = &[
        ColumnMeta::of::<bool>("main", "main"),
        ColumnMeta::of::<Option<i64>>("ended", "ended"),
        ColumnMeta::of::<String>("state", "state"),
        ColumnMeta::of::<i64>("order", "order"),
    ];
    const TABLE: &TableMeta = &TableMeta::new("Row", "rows", COLUMNS, &[3]);

    fn of(filter: &str) -> Option<bool> {
        let values = [
            Some(Value::Bool(true)),
            Some(Value::Null(Kind::I64)),
            Some(Value::Text("open".into())),
            None,
        ];
        holds(TABLE, filter, &|column| values[column].as_ref())
    }

    #[test]
    fn what_is_usual_is_understood() {
        for yes in [
            "main",
            "(main)",
            "ended IS NULL",
            "main = TRUE and ended is null",
            "\"main\" = 1 AND (state = 'open')",
            "NOT main OR state <> 'closed'",
            "`state` != 'closed' AND main IS TRUE",
            "main OR \"order\" = 7",
            "NOT (ended IS NOT NULL)",
        ] {
            assert_eq!(of(yes), Some(true), "{yes}");
        }
        for no in [
            "NOT main",
            "ended IS NOT NULL",
            "ended = 3",
            "ended > 3",
            "NOT ended = 3",
            "state = 'Open'",
            "\"order\" = 7 AND NOT main",
            "main = false",
        ] {
            assert_eq!(of(no), Some(false), "{no}");
        }
    }

    #[test]
    fn what_is_not_understood_is_not_known() {
        for unknown in [
            "",
            "main AND",
            "\"order\" = 7",
            "lower(state) = 'open'",
            "state = 'it''s'",
            "state::text = 'open'",
            "state > 'a'",
            "state IN ('open')",
            "other",
            "main main",
            "(main",
            "main = 'x'",
            "ended IS 3",
        ] {
            assert_eq!(of(unknown), None, "{unknown}");
        }
    }
}
