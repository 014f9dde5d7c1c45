//! A CREATE statement in tokens that know where they stand, so that its parts can be quoted.

use crate::backend::Database;

/// A token: its place in the text, and how deep in brackets.
#[derive(Debug, Clone, Copy)]
pub(in crate::inspect) struct Token<'s> {
    pub(super) text: &'s str,
    pub(super) start: usize,
    /// Brackets around it; a bracket itself counts as outside.
    pub(super) depth: usize,
}

impl Token<'_> {
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Whether it is a key word. A name in quotes is none.
    pub(super) fn is(&self, word: &str) -> bool {
        self.text.eq_ignore_ascii_case(word)
    }

    /// The name that it is, without quotes.
    pub(super) fn name(&self) -> String {
        let text = self.text;
        let inside = |text: &str| text[1..text.len() - 1].to_owned();
        match text.chars().next() {
            Some(quote @ ('"' | '`' | '\'')) if text.len() > 1 => {
                inside(text).replace(&format!("{quote}{quote}"), &quote.to_string())
            }
            Some('[') if text.len() > 1 => inside(text),
            _ => text.to_owned(),
        }
    }
}

/// The tokens of a statement, comments left out.
pub(super) fn tokens(database: Database, text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let length = match c {
            _ if c.is_whitespace() => {
                at += c.len_utf8();
                continue;
            }
            '-' if rest.starts_with("--") => {
                at += rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            '/' if rest.starts_with("/*") => {
                at += rest.find("*/").map_or(rest.len(), |end| end + 2);
                continue;
            }
            '\'' | '"' | '`' => quoted(rest, c, database == Database::Mysql && c != '`'),
            '[' if database == Database::Sqlite => rest.find(']').map_or(rest.len(), |end| end + 1),
            _ if is_word(c) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            _ => c.len_utf8(),
        };
        if c == ')' {
            depth = depth.saturating_sub(1);
        }
        found.push(Token {
            text: &rest[..length],
            start: at,
            depth,
        });
        if c == '(' {
            depth += 1;
        }
        at += length;
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$')
}

/// The length of what stands in quotes; a doubled quote is one of it, and so is one that is
/// escaped.
fn quoted(text: &str, quote: char, escapes: bool) -> usize {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\\' && escapes {
            chars.next();
        } else if c == quote && chars.next_if(|(_, next)| *next == quote).is_none() {
            return at + c.len_utf8();
        }
    }
    text.len()
}

/// What stands between the first brackets, at its commas.
pub(super) fn inside<'t, 's>(tokens: &'t [Token<'s>]) -> Vec<&'t [Token<'s>]> {
    let Some(open) = tokens.iter().position(|token| token.text == "(") else {
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

/// The text between the first brackets. A comment at its end would swallow what is put behind it.
pub(super) fn bracket(text: &str, tokens: &[Token<'_>]) -> String {
    let Some(open) = tokens.iter().find(|token| token.text == "(") else {
        return String::new();
    };
    let inside = tokens.iter().filter(|token| token.start > open.start);
    let inside: Vec<_> = inside
        .take_while(|token| token.text != ")" || token.depth != open.depth)
        .collect();
    match (inside.first(), inside.last()) {
        (Some(first), Some(last)) => text[first.start..last.end()].to_owned(),
        _ => String::new(),
    }
}
