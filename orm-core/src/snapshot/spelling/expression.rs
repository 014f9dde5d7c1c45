//! Expressions as trees, and the trees as text.

use std::fmt;

use super::parser::Parser;
use super::tokens::{Token, tokens};
use crate::backend::Database;

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tree {
    Name(String),
    Text(String),
    Number(String),
    /// An operator or a function, and what it is applied to.
    Node(String, Vec<Tree>),
}

/// The one spelling of an expression: two that mean the same in the same words have the same.
pub(crate) fn canonical_expression(database: Database, text: &str) -> String {
    let Some(tokens) = tokens(database, text) else {
        return text.trim().to_owned();
    };
    match Parser::parse(database, tokens.clone()) {
        Some(tree) => tree.to_string(),
        None => by_words(&tokens),
    }
}

/// The one spelling of a statement: its words, however they are set.
pub(crate) fn canonical_statement(database: Database, text: &str) -> String {
    match tokens(database, text.trim().trim_end_matches(';')) {
        Some(tokens) => by_words(&tokens),
        None => text.trim().to_owned(),
    }
}

/// What cannot be read, by its words. Brackets around all of it say nothing.
fn by_words(mut tokens: &[Token]) -> String {
    while let [first, inside @ .., last] = tokens
        && is_sign(first, "(")
        && is_sign(last, ")")
        && is_balanced(inside)
    {
        tokens = inside;
    }
    let words = tokens.iter().map(|token| match token {
        Token::Word(text) | Token::Name(text) | Token::Number(text) | Token::Sign(text) => {
            text.clone()
        }
        Token::Text(text) => format!("'{}'", text.replace('\'', "''")),
    });
    words.collect::<Vec<_>>().join(" ")
}

fn is_sign(token: &Token, sign: &str) -> bool {
    matches!(token, Token::Sign(other) if other == sign)
}

/// Whether each bracket closes one that was opened before.
fn is_balanced(tokens: &[Token]) -> bool {
    let mut depth = 0_i32;
    tokens.iter().all(|token| {
        depth += i32::from(is_sign(token, "(")) - i32::from(is_sign(token, ")"));
        depth >= 0
    })
}

impl Tree {
    pub(super) fn node(name: &str, parts: Vec<Tree>) -> Self {
        Tree::Node(name.to_owned(), parts)
    }

    /// `a AND b AND c` as one node, however it was bracketed.
    pub(super) fn chain(name: &str, left: Tree, right: Tree) -> Self {
        let mut parts = Vec::new();
        for side in [left, right] {
            match side {
                Tree::Node(inner, more) if inner == name => parts.extend(more),
                other => parts.push(other),
            }
        }
        Tree::node(name, parts)
    }

    pub(super) fn not(tree: Tree) -> Self {
        match tree {
            Tree::Node(name, mut parts) if name == "not" && parts.len() == 1 => parts.remove(0),
            other => Tree::node("not", vec![other]),
        }
    }
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Tree::Name(text) | Tree::Number(text) => f.write_str(text),
            Tree::Text(text) => write!(f, "'{}'", text.replace('\'', "''")),
            Tree::Node(name, parts) => {
                write!(f, "{name}(")?;
                for (nth, part) in parts.iter().enumerate() {
                    let comma = if nth == 0 { "" } else { ", " };
                    write!(f, "{comma}{part}")?;
                }
                f.write_str(")")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn same(database: Database, one: &str, two: &str) {
        let (one, two) = (
            canonical_expression(database, one),
            canonical_expression(database, two),
        );
        assert_eq!(one, two);
    }

    #[test]
    fn what_postgres_says_is_what_was_written() {
        for (written, said) in [
            ("length(name) <= 120", "(length((name)::text) <= 120)"),
            (
                "a >= 1 AND a <= 5 AND b <> 2",
                "((a >= 1) AND (a <= 5) AND (b <> 2))",
            ),
            ("x BETWEEN 0 AND 255", "((x >= 0) AND (x <= 255))"),
            ("email LIKE '_%@_%'", "((email)::text ~~ '_%@_%'::text)"),
            ("name ~ '\\S'", "((name)::text ~ '\\S'::text)"),
            (
                "starts_on > '2000-01-01'",
                "(starts_on > '2000-01-01'::date)",
            ),
            ("NOT done", "(NOT done)"),
            ("done = FALSE", "(done = false)"),
            ("-1", "'-1'::integer"),
            ("price >= 0", "(price >= (0)::numeric)"),
            ("price > -5", "(price > ('-5'::integer)::numeric)"),
            (
                "(now() AT TIME ZONE 'utc')::date",
                "((now() AT TIME ZONE 'utc'::text))::date",
            ),
            ("now() AT TIME ZONE 'utc'", "timezone('utc'::text, now())"),
            ("'{}'::jsonb", "'{}'::jsonb"),
            (
                "s IN ('a', 'b')",
                "((s)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
            ),
            (
                "s NOT IN ('a', 'b')",
                "(s <> ALL (ARRAY['a'::text, 'b'::text]))",
            ),
            (
                "lower(\"Name\") IS NOT NULL",
                "(lower((\"Name\")::text) IS NOT NULL)",
            ),
            (
                "CASE WHEN a = 1 THEN 'x' ELSE NULL END",
                "CASE WHEN (a = 1) THEN 'x'::text ELSE NULL::text END",
            ),
            ("a OR b AND c", "(a OR (b AND c))"),
            ("quantity * price + 1", "((quantity * price) + 1)"),
            ("date '2000-01-01'", "'2000-01-01'::date"),
            ("trim(name) <> ''", "(TRIM(BOTH FROM name) <> ''::text)"),
            (
                "extract(year from d) > 2000",
                "(EXTRACT(year FROM d) > (2000)::numeric)",
            ),
            (
                "lower(a || ' ' || b)",
                "lower((((a)::text || ' '::text) || (b)::text))",
            ),
        ] {
            same(Database::Postgres, written, said);
        }
    }

    #[test]
    fn what_mariadb_says_is_what_was_written() {
        for (written, said) in [
            ("`x` BETWEEN 0 AND 255", "`x` between 0 and 255"),
            (
                "`name` REGEXP '[^[:space:]]'",
                "`name` regexp '[^[:space:]]'",
            ),
            (
                "UNHEX(REPLACE(UUID(), '-', ''))",
                "unhex(replace(uuid(),'-',''))",
            ),
            ("CURRENT_TIMESTAMP", "current_timestamp()"),
            ("TRUE", "1"),
            ("lower('M')", "lcase('M')"),
            ("1.5", "1.500000000000000000000000000000"),
            (
                "(CONVERT(0x5C27 USING utf8mb4))",
                "convert(0x5C27 using utf8mb4)",
            ),
        ] {
            same(Database::Mysql, written, said);
        }
    }

    #[test]
    fn what_differs_stays_apart() {
        let of = |text| canonical_expression(Database::Postgres, text);
        assert_ne!(of("a OR b AND c"), of("(a OR b) AND c"));
        assert_ne!(of("a > 1"), of("a >= 1"));
        assert_ne!(of("'1'"), of("1"));
        assert_ne!(of("\"A\" = 1"), of("a = 1"));
        assert_ne!(of("a - 1"), of("a"));
        // What is not understood keeps its brackets.
        assert_ne!(of("(a OR b) AND c ?# d ?"), of("a OR (b AND c ?# d ?)"));
    }
}
