//! Expressions and queries in pieces: names, and what is between them.

use crate::backend::Database;

/// Whether an expression names a column.
pub(crate) fn names(database: Database, text: &str, column: &str) -> bool {
    pieces(database, text).any(
        |piece| matches!(piece, Piece::Name { text, name } if is(database, text, &name, column)),
    )
}

/// Whether a name that was written is that of a column: without quotes case does not count, and
/// with quotes only on PostgreSQL.
pub(super) fn is(database: Database, written: &str, name: &str, column: &str) -> bool {
    let quoted = written.starts_with(['"', '`', '[']);
    match database {
        Database::Postgres if quoted => name == column,
        Database::Postgres => name.to_lowercase() == column,
        _ => name.eq_ignore_ascii_case(column),
    }
}

/// A part of an expression.
pub(super) enum Piece<'t> {
    /// A name, as it was written and without its quotes.
    Name { text: &'t str, name: String },
    /// Signs, blanks, texts and numbers.
    Other(&'t str),
}

impl Piece<'_> {
    pub(super) fn text(&self) -> &str {
        match self {
            Piece::Name { text, .. } | Piece::Other(text) => text,
        }
    }

    /// Whether this is a name of PostgreSQL.
    pub(super) fn is_name(&self, wanted: &str) -> bool {
        matches!(self, Piece::Name { text, name } if is(Database::Postgres, text, name, wanted))
    }
}

pub(super) fn pieces(database: Database, text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let length = match first {
            '\'' => quoted(rest, '\'', database == Database::Mysql),
            '"' if database == Database::Mysql => quoted(rest, '"', true),
            '"' | '`' => quoted(rest, first, false),
            '[' if database == Database::Sqlite => quoted(rest, ']', false),
            first if first.is_alphanumeric() || first == '_' => rest
                .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$')))
                .unwrap_or(rest.len()),
            first => first.len_utf8(),
        };
        let (piece, others) = rest.split_at(length);
        rest = others;
        let is_text = first == '\'' || (first == '"' && database == Database::Mysql);
        let is_bracket = first == '[' && database != Database::Sqlite;
        if is_text || is_bracket || first.is_numeric() {
            return Some(Piece::Other(piece));
        }
        if matches!(first, '"' | '`' | '[') && piece.len() > 1 {
            let inner = &piece[1..piece.len() - 1];
            let name = match first {
                '[' => inner.to_owned(),
                quote => inner.replace(&format!("{quote}{quote}"), &quote.to_string()),
            };
            return Some(Piece::Name { text: piece, name });
        }
        if first.is_alphabetic() || first == '_' {
            let name = piece.to_owned();
            return Some(Piece::Name { text: piece, name });
        }
        Some(Piece::Other(piece))
    })
}

/// The bytes of what stands in quotes, both of them counted; all of it if the last is missing.
fn quoted(text: &str, close: char, escapes: bool) -> usize {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\\' && escapes {
            chars.next();
        } else if c == close {
            if chars.peek().is_some_and(|(_, next)| *next == close) {
                chars.next();
            } else {
                return at + c.len_utf8();
            }
        }
    }
    text.len()
}
