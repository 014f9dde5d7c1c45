//! The first statement of a unit of work, whose connection may have died since it was last used:
//! whether it may be sent again on a fresh one.
//!
//! It may if nothing can have been done twice then: it changes nothing, or was not sent. Neighbours:
//! the sessions, which send; `pool`, which has the fresh connection.

use diesel::query_builder::{QueryBuilder, QueryFragment};
use diesel::result::{Error as DieselError, QueryResult};

use crate::backend::{Database, Dialect};
use crate::error::{is_closed, is_unsent};

/// What a first statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// It changes nothing, or opens a transaction.
    Harmless,
    /// Perhaps it changes something.
    Unknown,
}

impl Opening {
    /// By the text of a statement.
    pub fn of<DB: Dialect, Q: QueryFragment<DB>>(statement: &Q) -> Self {
        match is_read(&text_of::<DB, _>(statement)) {
            true => Opening::Harmless,
            false => Opening::Unknown,
        }
    }
}

/// The text of a statement; nothing of one that cannot be written.
pub(crate) fn text_of<DB: Dialect, Q: QueryFragment<DB>>(statement: &Q) -> String {
    let mut text = DB::QueryBuilder::default();
    match statement.to_sql(&mut text, &DB::default()) {
        Ok(()) => text.finish(),
        Err(_) => String::new(),
    }
}

/// Whether the connection has to be asked before. The drivers of MariaDB and MySQL do not tell that a
/// server ended a connection, and a statement that may change something would not be sent again.
pub fn is_asked_before(database: Database, first: impl FnOnce() -> Opening) -> bool {
    database == Database::Mysql && first() == Opening::Unknown
}

/// Whether a first statement may be sent again after what came of it.
pub fn may_repeat<T>(result: &QueryResult<T>, first: impl FnOnce() -> Opening) -> bool {
    let Err(error @ DieselError::DatabaseError(..)) = result else {
        return false;
    };
    is_closed(error) && (is_unsent(error) || first() == Opening::Harmless)
}

/// What stands before a parenthesis in a SELECT that changes nothing.
const HARMLESS: &[&str] = &[
    "abs",
    "all",
    "and",
    "any",
    "array",
    "array_agg",
    "as",
    "avg",
    "between",
    "by",
    "cast",
    "ceil",
    "char_length",
    "coalesce",
    "concat",
    "convert",
    "count",
    "date",
    "dense_rank",
    "distinct",
    "else",
    "except",
    "exists",
    "extract",
    "filter",
    "first_value",
    "floor",
    "from",
    "greatest",
    "having",
    "if",
    "ifnull",
    "in",
    "intersect",
    "join",
    "json_agg",
    "lag",
    "last_value",
    "lateral",
    "lead",
    "least",
    "left",
    "length",
    "like",
    "limit",
    "lower",
    "ltrim",
    "max",
    "min",
    "mod",
    "not",
    "nullif",
    "octet_length",
    "offset",
    "on",
    "or",
    "order",
    "over",
    "partition",
    "position",
    "rank",
    "replace",
    "right",
    "round",
    "row",
    "row_number",
    "rtrim",
    "select",
    "sign",
    "some",
    "string_agg",
    "substr",
    "substring",
    "sum",
    "then",
    "trim",
    "union",
    "upper",
    "using",
    "values",
    "when",
    "where",
    "within",
];

/// Whether a statement is one SELECT that writes nowhere and calls only what is known to change
/// nothing. What is in doubt is no read. What the text does not show is not seen: a function that a view
/// calls, and on PostgreSQL one that is written as a column of its table.
fn is_read(sql: &str) -> bool {
    let mut words = Words { rest: sql };
    if !matches!(words.next(), Some(Word::Name(first)) if first.eq_ignore_ascii_case("select")) {
        return false;
    }
    let mut before = Some("select");
    let mut harmless = true;
    let mut qualified = false;
    for word in words {
        // A function of a schema is not the one that is known by the name.
        let is_qualified = std::mem::replace(&mut qualified, matches!(word, Word::Other('.')));
        match word {
            Word::Name(name) => {
                let is = |known: &str| name.eq_ignore_ascii_case(known);
                let next = before.is_some_and(|before| before.eq_ignore_ascii_case("next"));
                harmless &= !(is("into") || next && is("value"));
                // PostgreSQL quotes by dollars, too.
                let mut dollar = name.strip_prefix('$').into_iter();
                harmless &= dollar.all(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
                before = Some(if is_qualified { "?" } else { name });
            }
            Word::Open => {
                let is_harmless = |name: &str| {
                    HARMLESS
                        .iter()
                        .any(|known| known.eq_ignore_ascii_case(name))
                };
                harmless &= before.is_none_or(is_harmless);
                before = None;
            }
            Word::Quoted => before = Some("?"),
            Word::Other(';' | '\\') => harmless = false,
            Word::Other(_) => before = None,
        }
    }
    harmless
}

enum Word<'t> {
    Name(&'t str),
    Quoted,
    Open,
    Other(char),
}

struct Words<'t> {
    rest: &'t str,
}

impl<'t> Iterator for Words<'t> {
    type Item = Word<'t>;

    fn next(&mut self) -> Option<Word<'t>> {
        let text = self.rest.trim_start();
        let first = text.chars().next()?;
        let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '$' || c == '@';
        let (word, length) = match first {
            _ if is_name(first) => {
                let length = text.find(|c| !is_name(c)).unwrap_or(text.len());
                (Word::Name(&text[..length]), length)
            }
            '\'' | '"' | '`' => {
                let inside = &text[1..];
                // One that is not closed, or escapes, is left to doubt.
                let end = inside
                    .find(first)
                    .filter(|end| !inside[..*end].contains('\\'));
                match end {
                    Some(end) => (Word::Quoted, end + 2),
                    None => (Word::Other('\\'), text.len()),
                }
            }
            '(' => (Word::Open, 1),
            // A comment hides what follows from one reader or the other.
            '-' if text.starts_with("--") => (Word::Other('\\'), text.len()),
            '/' if text.starts_with("/*") => (Word::Other('\\'), text.len()),
            '#' => (Word::Other('\\'), text.len()),
            other => (Word::Other(other), other.len_utf8()),
        };
        self.rest = &text[length..];
        Some(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_nothing_is_a_read() {
        for sql in [
            "SELECT 1",
            "select a, count(*) from t where a in ($1, $2) and (b = 'x' or not (c))",
            "SELECT `t`.`a` FROM `t` WHERE (`t`.`a` = ?) LIMIT ?",
            "SELECT \"t\".\"a\" FROM \"t\" WHERE EXISTS (SELECT 1 FROM (SELECT 2) AS \"u\")",
            "SELECT a FROM t FOR UPDATE",
            "SELECT sum(a) OVER (PARTITION BY b) FROM t",
            "SELECT 'nextval('",
            "SELECT a FROM t WHERE t.a IN (1) AND b = $12",
        ] {
            assert!(is_read(sql), "{sql}");
        }
    }

    #[test]
    fn what_may_change_something_is_none() {
        for sql in [
            "",
            "INSERT INTO t VALUES (1) RETURNING a",
            "UPDATE t SET a = 1",
            "WITH x AS (DELETE FROM t RETURNING a) SELECT a FROM x",
            "SELECT nextval('s')",
            "SELECT \"nextval\"('s')",
            "SELECT pg_catalog.nextval ('s')",
            "SELECT a FROM pay(7)",
            "SELECT a INTO b FROM t",
            "SELECT 1; DELETE FROM t",
            "SELECT 'a\\' , nextval('s') , ''",
            "SELECT 'open, nextval(s)",
            "SELECT 1 -- '\n , nextval('s') -- '",
            "SELECT /* ' */ nextval('s') /* ' */",
            "SELECT E'\\'' || nextval('s')",
            "SELECT $$ ' $$, nextval('s'), $$ ' $$",
            "SELECT $a$ ' $a$, nextval('s'), $a$ ' $a$",
            "SELECT NEXT VALUE FOR s",
            "SELECT app.replace(1)",
            "SELECT \"app\".replace(1)",
        ] {
            assert!(!is_read(sql), "{sql}");
        }
    }
}
