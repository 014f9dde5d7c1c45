//! SQL in tokens.

use super::catalogue::catalogued;
use crate::backend::Database;

/// A word, a literal or a sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A name or a key word; in lower case, unless quotes keep its case.
    Word(String),
    /// A name in quotes, which is no key word.
    Name(String),
    Text(String),
    Number(String),
    /// An operator, a bracket, a comma.
    Sign(String),
}

/// The tokens of a text; `None` if a quote is left open.
pub(super) fn tokens(database: Database, text: &str) -> Option<Vec<Token>> {
    let chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    let mut found = Vec::new();
    while let Some(&c) = chars.get(at) {
        let next = chars.get(at + 1).copied();
        if c.is_whitespace() {
            at += 1;
        } else if c == '-' && next == Some('-') {
            at += chars[at..].iter().take_while(|c| **c != '\n').count();
        } else if c == '/' && next == Some('*') {
            at += 2;
            while chars.get(at).is_some() && chars[at..].get(..2) != Some(&['*', '/']) {
                at += 1;
            }
            at += 2;
        } else if c == '\'' || (c == '"' && database == Database::Mysql) {
            let escapes = database == Database::Mysql;
            let text = quoted(&chars, &mut at, c, escapes)?;
            found.push(Token::Text(catalogued(database, &text).into_owned()));
        } else if next == Some('\'') && matches!(c, 'N' | 'n' | 'E' | 'e') {
            at += 1;
            let escapes = matches!(c, 'E' | 'e') || database == Database::Mysql;
            found.push(Token::Text(quoted(&chars, &mut at, '\'', escapes)?));
        } else if matches!(c, '"' | '`') {
            let name = quoted(&chars, &mut at, c, false)?;
            found.push(Token::Name(match database {
                Database::Postgres => name,
                _ => name.to_lowercase(),
            }));
        } else if c == '[' && database == Database::Sqlite {
            found.push(Token::Name(
                quoted(&chars, &mut at, ']', false)?.to_lowercase(),
            ));
        } else if c.is_ascii_digit() || (c == '.' && next.is_some_and(|c| c.is_ascii_digit())) {
            found.push(Token::Number(number(&chars, &mut at)));
        } else if c.is_alphabetic() || c == '_' {
            let start = at;
            let is_word = |c: &char| c.is_alphanumeric() || matches!(c, '_' | '$');
            at += chars[at..].iter().take_while(|c| is_word(c)).count();
            let word: String = chars[start..at].iter().collect();
            found.push(Token::Word(word.to_lowercase()));
        } else {
            found.push(Token::Sign(sign(&chars, &mut at)));
        }
    }
    Some(found)
}

/// What stands in quotes; a doubled quote is one.
fn quoted(chars: &[char], at: &mut usize, close: char, escapes: bool) -> Option<String> {
    let mut out = String::new();
    *at += 1;
    loop {
        let c = *chars.get(*at)?;
        *at += 1;
        if c == close {
            if chars.get(*at) != Some(&close) {
                return Some(out);
            }
            *at += 1;
        } else if c == '\\' && escapes {
            let escaped = *chars.get(*at)?;
            *at += 1;
            out.push(match escaped {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                '0' => '\0',
                other => other,
            });
            continue;
        }
        out.push(c);
    }
}

/// A number, without zeros at the end of its fraction.
fn number(chars: &[char], at: &mut usize) -> String {
    let start = *at;
    let mut before = ' ';
    while let Some(&c) = chars.get(*at) {
        let exponent = matches!(c, '+' | '-') && matches!(before, 'e' | 'E');
        if !(c.is_ascii_alphanumeric() || c == '.' || exponent) {
            break;
        }
        before = c;
        *at += 1;
    }
    let mut text: String = chars[start..*at].iter().collect::<String>().to_lowercase();
    if text.starts_with('.') {
        text.insert(0, '0');
    }
    if text.contains('.') && !text.contains('e') {
        let text = text.trim_end_matches('0').trim_end_matches('.');
        return text.to_owned();
    }
    text
}

/// An operator, the longest; a bracket or a comma.
fn sign(chars: &[char], at: &mut usize) -> String {
    const MADE_OF: &str = "+-*/<>=~!@#%^&|?:";
    let start = *at;
    *at += 1;
    if MADE_OF.contains(chars[start]) {
        // A minus or a plus behind another operator is the sign of what follows.
        while let Some(c) = chars.get(*at)
            && MADE_OF.contains(*c)
            && (!matches!(c, '-' | '+') || matches!(chars[start], '-' | '<' | '@' | '#'))
        {
            *at += 1;
        }
    }
    chars[start..*at].iter().collect()
}
