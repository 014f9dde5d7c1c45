//! What SQLite keeps in the text of CREATE statements alone: checks, names of constraints,
//! collations, expressions.

use super::lexer::{Token, tokens};
use crate::snapshot::{Check, Deferred};

/// What a CREATE TABLE says that no pragma does.
#[derive(Debug, Default)]
pub(super) struct TableText {
    pub(super) columns: Vec<ColumnText>,
    pub(super) checks: Vec<Check>,
    /// Foreign keys, in the order of the text.
    pub(super) foreign_keys: Vec<KeyText>,
    /// Uniques, in the order of the text.
    pub(super) uniques: Vec<KeyText>,
    pub(super) primary_key: Option<String>,
}

/// A constraint: its name, its columns, when it is checked.
#[derive(Debug)]
pub(super) struct KeyText {
    pub(super) name: Option<String>,
    pub(super) columns: Vec<String>,
    pub(super) deferred: Deferred,
}

#[derive(Debug, Default)]
pub(super) struct ColumnText {
    pub(super) name: String,
    pub(super) collation: Option<String>,
    pub(super) computed: Option<String>,
    pub(super) autoincrement: bool,
}

/// What a CREATE INDEX says that no pragma does.
#[derive(Debug, Default, PartialEq)]
pub(super) struct IndexText {
    /// Each part, without its direction.
    pub(super) parts: Vec<String>,
    pub(super) predicate: Option<String>,
}

/// Reads a CREATE TABLE.
pub(super) fn table(text: &str) -> TableText {
    let tokens = tokens(text);
    let mut read = TableText::default();
    for definition in inside(&tokens, 0) {
        let Some(first) = definition.first() else {
            continue;
        };
        let of_table = ["constraint", "primary", "unique", "check", "foreign"];
        if of_table.iter().any(|word| first.is(word)) {
            read.constraints(text, definition, None);
        } else {
            let mut column = ColumnText {
                name: first.name(),
                ..ColumnText::default()
            };
            read.constraints(text, &definition[1..], Some(&mut column));
            read.columns.push(column);
        }
    }
    read
}

impl TableText {
    /// The constraints of a column, or one of the table.
    fn constraints(
        &mut self,
        text: &str,
        definition: &[Token<'_>],
        mut column: Option<&mut ColumnText>,
    ) {
        let Some(depth) = definition.first().map(|token| token.depth) else {
            return;
        };
        let mut name = None;
        let own =
            |column: &Option<&mut ColumnText>| column.iter().map(|c| c.name.clone()).collect();
        for (at, token) in definition.iter().enumerate() {
            if token.depth != depth {
                continue;
            }
            let after = |count: usize| definition.get(at + count);
            let names_behind = || {
                let list = inside(&definition[at..], 0);
                let names = list
                    .into_iter()
                    .filter_map(|part| Some(part.first()?.name()));
                names.collect::<Vec<_>>()
            };
            let before = at.checked_sub(1).map(|at| definition[at]);
            if token.is("constraint") {
                name = after(1).map(Token::name);
            } else if token.is("check") {
                self.checks.push(Check {
                    name: name.take(),
                    expression: bracket(text, &definition[at..]),
                });
            } else if token.is("unique") {
                self.uniques.push(KeyText {
                    name: name.take(),
                    columns: match &column {
                        Some(_) => own(&column),
                        None => names_behind(),
                    },
                    deferred: Deferred::Not,
                });
            } else if token.is("primary") {
                self.primary_key = name.take();
            } else if token.is("foreign") || (token.is("references") && column.is_some()) {
                self.foreign_keys.push(KeyText {
                    name: name.take(),
                    columns: match &column {
                        Some(_) => own(&column),
                        None => names_behind(),
                    },
                    deferred: Deferred::Not,
                });
            } else if token.is("deferrable") && !before.is_some_and(|token| token.is("not")) {
                let late = after(1).is_some_and(|token| token.is("initially"))
                    && after(2).is_some_and(|token| token.is("deferred"));
                if let Some(key) = self.foreign_keys.last_mut() {
                    key.deferred = match late {
                        true => Deferred::InitiallyDeferred,
                        false => Deferred::InitiallyImmediate,
                    };
                }
            } else if let Some(column) = column.as_deref_mut() {
                if token.is("collate") {
                    column.collation = after(1).map(Token::name);
                } else if token.is("autoincrement") {
                    column.autoincrement = true;
                } else if token.is("as") {
                    column.computed = Some(bracket(text, &definition[at..]));
                }
            }
        }
    }
}

/// Reads a CREATE INDEX.
pub(super) fn index(text: &str) -> IndexText {
    let tokens = tokens(text);
    let parts = inside(&tokens, 0).into_iter().map(|part| {
        let directions = ["asc", "desc"];
        let last = part.len().saturating_sub(1);
        let keep = match part.last() {
            Some(token) if directions.iter().any(|word| token.is(word)) => &part[..last],
            _ => part,
        };
        match (keep.first(), keep.last()) {
            (Some(first), Some(last)) => text[first.start..last.end()].to_owned(),
            _ => String::new(),
        }
    });
    let condition = tokens
        .iter()
        .find(|token| token.depth == 0 && token.is("where"));
    IndexText {
        parts: parts.collect(),
        predicate: condition.map(|token| text[token.end()..].trim().to_owned()),
    }
}

/// What stands between the first brackets, at its commas.
fn inside<'t, 's>(tokens: &'t [Token<'s>], least: usize) -> Vec<&'t [Token<'s>]> {
    let Some(open) = tokens
        .iter()
        .position(|token| token.text == "(" && token.depth >= least)
    else {
        return Vec::new();
    };
    let depth = tokens[open].depth;
    let rest = &tokens[open + 1..];
    let close = rest
        .iter()
        .position(|token| token.text == ")" && token.depth == depth);
    let body = &rest[..close.unwrap_or(rest.len())];
    body.split(|token| token.text == "," && token.depth == depth + 1)
        .collect()
}

/// The text between the first brackets.
fn bracket(text: &str, tokens: &[Token<'_>]) -> String {
    let Some(open) = tokens.iter().find(|token| token.text == "(") else {
        return String::new();
    };
    let mut behind = tokens.iter();
    let close = behind
        .find(|token| token.text == ")" && token.depth == open.depth && token.start > open.start);
    let end = close.map_or(text.len(), |token| token.start);
    text[open.end()..end].trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read() {
        let read = table(
            "CREATE TABLE \"a (b\" ( -- a, comment
                [Id] INTEGER PRIMARY KEY AUTOINCREMENT,
                name VARCHAR(20) COLLATE nocase CONSTRAINT \"short, or\" CHECK (length(name) < 9 AND name <> ','),
                \"check\" TEXT UNIQUE,
                total INTEGER GENERATED ALWAYS AS (a * (b + 1)) STORED,
                p INTEGER REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED,
                CONSTRAINT two UNIQUE (name, \"check\"),
                CONSTRAINT fk FOREIGN KEY (p, name) REFERENCES q (x, y) ON DELETE CASCADE NOT DEFERRABLE,
                CHECK (total > 0)
            )",
        );
        let names: Vec<&str> = read
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        assert_eq!(names, ["Id", "name", "check", "total", "p"]);
        assert!(read.columns[0].autoincrement);
        assert_eq!(read.columns[1].collation.as_deref(), Some("nocase"));
        assert_eq!(read.columns[3].computed.as_deref(), Some("a * (b + 1)"));
        assert_eq!(read.checks[0].name.as_deref(), Some("short, or"));
        assert_eq!(
            read.checks[0].expression,
            "length(name) < 9 AND name <> ','"
        );
        assert_eq!(read.checks[1].expression, "total > 0");
        assert_eq!(read.uniques[0].columns, ["check"]);
        assert_eq!(read.uniques[1].name.as_deref(), Some("two"));
        assert_eq!(read.foreign_keys[0].deferred, Deferred::InitiallyDeferred);
        assert_eq!(read.foreign_keys[1].name.as_deref(), Some("fk"));
        assert_eq!(read.foreign_keys[1].columns, ["p", "name"]);
        assert_eq!(read.foreign_keys[1].deferred, Deferred::Not);
    }

    #[test]
    fn an_index_is_read() {
        let read =
            index("CREATE UNIQUE INDEX i ON t (lower(a, 'x'), \"b\" DESC) WHERE b > 0 AND (c)");
        assert_eq!(read.parts, ["lower(a, 'x')", "\"b\""]);
        assert_eq!(read.predicate.as_deref(), Some("b > 0 AND (c)"));
        assert_eq!(index("CREATE INDEX i ON t (a)").predicate, None);
    }
}
