//! A CREATE statement in tokens that know where they stand, so that its parts can be quoted.

/// A token: its place in the text, and how deep in brackets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'s> {
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
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
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
            '\'' | '"' | '`' => quoted(rest, c),
            '[' => rest.find(']').map_or(rest.len(), |end| end + 1),
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

/// The length of what stands in quotes; a doubled quote is one of it.
fn quoted(text: &str, quote: char) -> usize {
    let mut at = 1;
    while let Some(end) = text[at..].find(quote) {
        at += end + 1;
        if !text[at..].starts_with(quote) {
            return at;
        }
        at += 1;
    }
    text.len()
}
