//! What SQLite keeps in the text of CREATE statements alone: checks, names of constraints,
//! collations, expressions.

use crate::backend::Database;
use crate::inspect::lexer::{Token, bracket, inside};
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
    /// `STRICT`, `WITHOUT ROWID`, and what the key does about a conflict.
    pub(super) options: Vec<String>,
}

/// A constraint: its name, its columns, when it is checked.
#[derive(Debug)]
pub(super) struct KeyText {
    pub(super) name: Option<String>,
    pub(super) columns: Vec<String>,
    pub(super) deferred: Deferred,
    /// `ON CONFLICT REPLACE`
    pub(super) options: Vec<String>,
}

#[derive(Debug, Default)]
pub(super) struct ColumnText {
    pub(super) name: String,
    pub(super) collation: Option<String>,
    pub(super) computed: Option<String>,
    pub(super) autoincrement: bool,
    /// `VIRTUAL`, and what NOT NULL does about a conflict.
    pub(super) options: Vec<String>,
}

/// What an ON CONFLICT belongs to.
#[derive(Clone, Copy)]
enum Last {
    Unique,
    Key,
    Column,
}

/// What a CREATE INDEX says that no pragma does.
#[derive(Debug, Default, PartialEq)]
pub(super) struct IndexText {
    /// Each part, without its direction.
    pub(super) parts: Vec<String>,
    pub(super) predicate: Option<String>,
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    crate::inspect::lexer::tokens(Database::Sqlite, text)
}

/// Reads a CREATE TABLE.
pub(super) fn table(text: &str) -> TableText {
    let tokens = tokens(text);
    let mut read = TableText::default();
    for definition in inside(&tokens) {
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
            if column.computed.is_some() && !definition.iter().any(|token| token.is("stored")) {
                column.options.push("VIRTUAL".to_owned());
            }
            read.columns.push(column);
        }
    }
    read.options.extend(options(&tokens));
    read
}

/// What stands behind the brackets of a table.
fn options(tokens: &[Token<'_>]) -> Vec<String> {
    let close = tokens
        .iter()
        .position(|token| token.text == ")" && token.depth == 0);
    let behind = close.map_or(&[][..], |close| &tokens[close + 1..]);
    let options = behind.split(|token| token.text == ",");
    let words = options.map(|option| {
        let words: Vec<String> = option
            .iter()
            .filter(|token| token.text != ";")
            .map(|token| token.text.to_uppercase())
            .collect();
        words.join(" ")
    });
    words.filter(|option| !option.is_empty()).collect()
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
        let mut last = Last::Column;
        let own =
            |column: &Option<&mut ColumnText>| column.iter().map(|c| c.name.clone()).collect();
        for (at, token) in definition.iter().enumerate() {
            if token.depth != depth {
                continue;
            }
            let after = |count: usize| definition.get(at + count);
            let names_behind = || {
                let list = inside(&definition[at..]);
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
                    options: Vec::new(),
                    of_column: false,
                });
            } else if token.is("unique") {
                last = Last::Unique;
                self.uniques.push(KeyText {
                    name: name.take(),
                    columns: match &column {
                        Some(_) => own(&column),
                        None => names_behind(),
                    },
                    deferred: Deferred::Not,
                    options: Vec::new(),
                });
            } else if token.is("null") {
                last = Last::Column;
            } else if token.is("on") && after(1).is_some_and(|token| token.is("conflict")) {
                let what = after(2).map_or("", |token| token.text).to_uppercase();
                if what == "ABORT" {
                    continue;
                }
                let option = format!("ON CONFLICT {what}");
                match (last, &mut column) {
                    (Last::Unique, _) => {
                        let unique = self.uniques.last_mut();
                        unique
                            .into_iter()
                            .for_each(|one| one.options.push(option.clone()));
                    }
                    (Last::Key, _) => self.options.push(format!("PRIMARY KEY {option}")),
                    (Last::Column, Some(column)) => {
                        column.options.push(format!("NOT NULL {option}"));
                    }
                    (Last::Column, None) => {}
                }
            } else if token.is("primary") {
                last = Last::Key;
                self.primary_key = name.take();
            } else if token.is("foreign") || (token.is("references") && column.is_some()) {
                self.foreign_keys.push(KeyText {
                    name: name.take(),
                    columns: match &column {
                        Some(_) => own(&column),
                        None => names_behind(),
                    },
                    deferred: Deferred::Not,
                    options: Vec::new(),
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
    let parts = inside(&tokens).into_iter().map(|part| {
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
    let end = tokens.last().map_or(0, Token::end);
    IndexText {
        parts: parts.collect(),
        predicate: condition.map(|token| text[token.end()..end].trim().to_owned()),
    }
}

/// The statement of a CREATE VIEW, with its list of columns if it has one.
pub(super) fn view(text: &str) -> String {
    let tokens = tokens(text);
    let mut outside = tokens.iter().filter(|token| token.depth == 0);
    let Some(name) = outside.find(|token| token.is("as") || token.text == "(") else {
        return text.to_owned();
    };
    let start = match name.text {
        "(" => name.start,
        _ => name.end(),
    };
    let end = tokens.last().map_or(text.len(), Token::end);
    text[start..end].trim().trim_end_matches(';').to_owned()
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
    fn what_no_model_says_is_read() {
        let read = table(
            "CREATE TABLE t (
                a INTEGER NOT NULL ON CONFLICT IGNORE, -- (
                b TEXT UNIQUE ON CONFLICT REPLACE CHECK (b > '' -- no blank
                ),
                c INTEGER AS (a + 1), d INTEGER AS (a + 2) STORED,
                PRIMARY KEY (a) ON CONFLICT FAIL
            ) STRICT, without rowid;",
        );
        assert_eq!(read.columns[0].options, ["NOT NULL ON CONFLICT IGNORE"]);
        assert_eq!(read.columns[2].options, ["VIRTUAL"]);
        assert!(read.columns[3].options.is_empty());
        assert_eq!(read.uniques[0].options, ["ON CONFLICT REPLACE"]);
        assert_eq!(read.checks[0].expression, "b > ''");
        let options = ["PRIMARY KEY ON CONFLICT FAIL", "STRICT", "WITHOUT ROWID"];
        assert_eq!(read.options, options);
    }

    #[test]
    fn a_view_is_read() {
        let of = |text| view(text);
        assert_eq!(
            of("CREATE VIEW \"as\" AS SELECT a AS b FROM t; "),
            "SELECT a AS b FROM t"
        );
        assert_eq!(of("CREATE VIEW v (x) AS SELECT 1"), "(x) AS SELECT 1");
    }

    #[test]
    fn an_index_is_read() {
        let read = index(
            "CREATE UNIQUE INDEX i ON t (lower(a, 'x'), \"b\" DESC) WHERE b > 0 AND (c) -- those",
        );
        assert_eq!(read.parts, ["lower(a, 'x')", "\"b\""]);
        assert_eq!(read.predicate.as_deref(), Some("b > 0 AND (c)"));
        assert_eq!(index("CREATE INDEX i ON t (a)").predicate, None);
    }
}
