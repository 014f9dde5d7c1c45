//! The text of a statement in tokens: words and names told from literals and comments.

use crate::backend::Database;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'s> {
    /// Without quotes.
    Word(&'s str),
    /// A quoted name.
    Name(&'s str),
    Open,
    Close,
    Comma,
    /// A semicolon.
    End,
    /// A literal, an operator, a placeholder.
    Other,
}

/// What is left of a text. Of what the database is depends where its quotes and comments end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tokens<'s> {
    rest: &'s str,
    database: Option<Database>,
}

impl<'s> Tokens<'s> {
    pub(super) fn of(sql: &'s str, database: Option<Database>) -> Self {
        Tokens {
            rest: sql,
            database,
        }
    }

    /// Passes over a dot that comes at once; whether there was one.
    pub(super) fn skip_dot(&mut self) -> bool {
        let behind = self.rest.strip_prefix('.');
        self.rest = behind.unwrap_or(self.rest);
        behind.is_some()
    }

    fn is(&self, database: Database) -> bool {
        self.database == Some(database)
    }

    /// Passes over blanks and comments.
    fn skip(&mut self) {
        loop {
            self.rest = self.rest.trim_start();
            let hash = self.is(Database::Mysql) && self.rest.starts_with('#');
            if hash || self.rest.starts_with("--") {
                self.rest = self.rest.split_once('\n').map_or("", |(_, behind)| behind);
            } else if self.rest.starts_with("/*") {
                self.rest = behind_comment(self.rest, self.is(Database::Postgres));
            } else {
                break;
            }
        }
    }

    fn token(&self, first: char) -> (Token<'s>, usize) {
        let rest = self.rest;
        let backslash = self.is(Database::Mysql);
        match first {
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            ',' => (Token::Comma, 1),
            ';' => (Token::End, 1),
            '"' | '`' => {
                let end = quoted(rest, first, backslash && first == '"');
                let name = rest[1..end].strip_suffix(first).unwrap_or(&rest[1..end]);
                (Token::Name(name), end)
            }
            '\'' => (Token::Other, quoted(rest, first, backslash)),
            'e' | 'E' if rest[1..].starts_with('\'') => {
                (Token::Other, 1 + quoted(&rest[1..], '\'', true))
            }
            '$' if !backslash => (Token::Other, dollars(rest).unwrap_or_else(|| word(rest))),
            c if c.is_alphabetic() || c == '_' => {
                let end = word(rest);
                (Token::Word(&rest[..end]), end)
            }
            c if is_word(c) => (Token::Other, word(rest)),
            c => (Token::Other, c.len_utf8()),
        }
    }
}

impl<'s> Iterator for Tokens<'s> {
    type Item = Token<'s>;

    fn next(&mut self) -> Option<Token<'s>> {
        self.skip();
        let first = self.rest.chars().next()?;
        let (token, length) = self.token(first);
        self.rest = &self.rest[length..];
        Some(token)
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// Where a word or a number ends.
fn word(text: &str) -> usize {
    text.find(|c| !is_word(c)).unwrap_or(text.len())
}

/// What is behind the comment that a text begins with.
fn behind_comment(text: &str, nests: bool) -> &str {
    let mut depth = 1_u32;
    let mut rest = &text[2..];
    while depth > 0 {
        let end = rest.find("*/");
        let another = rest.find("/*").filter(|_| nests);
        match (end, another) {
            (Some(end), Some(another)) if another < end => {
                depth += 1;
                rest = &rest[another + 2..];
            }
            (Some(end), _) => {
                depth -= 1;
                rest = &rest[end + 2..];
            }
            (None, _) => return "",
        }
    }
    rest
}

/// Where what is quoted ends; a doubled quote is part of it, and what stands behind a backslash, if that
/// is one.
fn quoted(text: &str, quote: char, backslash: bool) -> usize {
    let mut inside = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = inside.next() {
        if c == '\\' && backslash {
            inside.next();
        } else if c == quote && inside.next_if(|(_, next)| *next == quote).is_none() {
            return at + 1;
        }
    }
    text.len()
}

/// Where what PostgreSQL has in dollars ends: `$tag$ .. $tag$`. `None` if the dollar is of a placeholder.
fn dollars(text: &str) -> Option<usize> {
    let end = 1 + text[1..].find('$')?;
    let tag = &text[..=end];
    let name = &tag[1..end];
    let is_tag = !name.starts_with(|c: char| c.is_ascii_digit()) && name.chars().all(is_word);
    let behind = text[tag.len()..].find(tag).filter(|_| is_tag)?;
    Some(behind + 2 * tag.len())
}
