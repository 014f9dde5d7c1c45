//! Rust source as words: what the other rules look at.
//!
//! Contract: pure. Comments, strings and characters are gone, and so is what compiles for tests
//! only; every word keeps its line. Good enough for formatted code that compiles, and no parser.
//! Neighbours: [`super::imports`] and [`super::rooms`].

use std::ops::RangeInclusive;

/// A name, `::`, or one sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As written.
    pub text: String,
    /// Counted from 1.
    pub line: usize,
}

/// A file without what is for tests only.
#[derive(Debug, Default)]
pub struct Source {
    /// The words of the code.
    pub words: Vec<Word>,
    /// The lines of items under `#[cfg(test)]`.
    pub test_lines: Vec<RangeInclusive<usize>>,
    /// The modules declared as `#[cfg(test)] mod name;`: their files are for tests only.
    pub test_modules: Vec<String>,
}

impl Source {
    /// Reads a file.
    pub fn read(text: &str) -> Self {
        let all = words(text);
        let mut source = Self::default();
        let mut at = 0;
        while at < all.len() {
            let Some(item) = test_attribute(&all[at..]) else {
                source.words.push(all[at].clone());
                at += 1;
                continue;
            };
            let end = at + item + item_length(&all[at + item..]);
            if let Some(name) = declared_module(&all[at + item..end]) {
                source.test_modules.push(name);
            }
            source.test_lines.push(all[at].line..=all[end - 1].line);
            at = end;
        }
        source
    }

    /// Whether a line is part of an item for tests.
    pub fn is_test_line(&self, line: usize) -> bool {
        self.test_lines.iter().any(|lines| lines.contains(&line))
    }
}

fn is(words: &[Word], texts: &[&str]) -> bool {
    words.len() >= texts.len()
        && words
            .iter()
            .zip(texts)
            .all(|(word, text)| word.text == *text)
}

/// The number of words of `#[cfg(test)]` (or `#[cfg(all(test, …))]`), if it stands here.
fn test_attribute(words: &[Word]) -> Option<usize> {
    let plain = is(words, &["#", "[", "cfg", "(", "test", ")", "]"]);
    let all = is(words, &["#", "[", "cfg", "(", "all", "(", "test"]);
    if plain || all {
        Some(1 + group_length(&words[1..]))
    } else {
        None
    }
}

/// The number of words of the item that begins here: to its `;` or the end of its block.
fn item_length(words: &[Word]) -> usize {
    let mut at = 0;
    while at < words.len() {
        match words[at].text.as_str() {
            ";" => return at + 1,
            "{" => return at + group_length(&words[at..]),
            "(" | "[" => at += group_length(&words[at..]),
            // The end of what surrounds it: a field or a variant without a comma.
            "}" | ")" | "]" => return at,
            _ => at += 1,
        }
    }
    at
}

/// The number of words from an opening bracket to its closing one.
fn group_length(words: &[Word]) -> usize {
    let mut depth = 0;
    for (at, word) in words.iter().enumerate() {
        match word.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    words.len()
}

/// `name` of `mod name;`.
fn declared_module(item: &[Word]) -> Option<String> {
    match item {
        [.., word, name, end] if word.text == "mod" && end.text == ";" => Some(name.text.clone()),
        _ => None,
    }
}

fn words(text: &str) -> Vec<Word> {
    let chars: Vec<char> = text.chars().collect();
    let mut words = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < chars.len() {
        let rest = &chars[at..];
        let (length, keep) = match rest {
            ['/', '/', ..] => (rest.iter().take_while(|c| **c != '\n').count(), false),
            ['/', '*', ..] => (block_comment(rest), false),
            ['"', ..] => (string(rest), false),
            ['\'', ..] => (character_or_lifetime(rest), false),
            [':', ':', ..] => (2, true),
            [first, ..] if first.is_alphanumeric() || *first == '_' => name_or_literal(rest),
            [first, ..] => (1, !first.is_whitespace()),
            [] => unreachable!("there is a rest"),
        };
        if keep {
            let text: String = rest[..length].iter().collect();
            words.push(Word {
                text: text.trim_start_matches("r#").to_owned(),
                line,
            });
        }
        line += rest[..length].iter().filter(|c| **c == '\n').count();
        at += length;
    }
    words
}

fn block_comment(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        match &rest[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn string(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != '"' {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(rest.len())
}

fn character_or_lifetime(rest: &[char]) -> usize {
    match rest {
        // The sign after the backslash may itself be a quote.
        ['\'', '\\', _, after @ ..] => {
            (3 + after.iter().take_while(|c| **c != '\'').count() + 1).min(rest.len())
        }
        ['\'', _, '\'', ..] => 3,
        _ => 1,
    }
}

/// A name or a number; or a string with a prefix (`r#"…"#`, `b"…"`), which is not kept.
fn name_or_literal(rest: &[char]) -> (usize, bool) {
    let letter = |c: &&char| c.is_alphanumeric() || **c == '_';
    let length = rest.iter().take_while(letter).count();
    let prefix: String = rest[..length].iter().collect();
    let hashes = rest[length..].iter().take_while(|c| **c == '#').count();
    let raw = matches!(prefix.as_str(), "r" | "br" | "cr");
    match rest.get(length + hashes) {
        Some('"') if raw => {
            let mut close = vec!['#'; hashes + 1];
            close[0] = '"';
            let body = length + hashes + 1;
            let end = rest[body..]
                .windows(hashes + 1)
                .position(|part| part == close);
            (end.map_or(rest.len(), |end| body + end + hashes + 1), false)
        }
        Some('"') if hashes == 0 && matches!(prefix.as_str(), "b" | "c") => {
            (length + string(&rest[length..]), false)
        }
        Some('\'') if hashes == 0 && prefix == "b" => {
            (length + character_or_lifetime(&rest[length..]), false)
        }
        Some(c) if prefix == "r" && hashes == 1 && letter(&c) => {
            (2 + rest[2..].iter().take_while(letter).count(), true)
        }
        _ => (length, true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(source: &str) -> String {
        let words: Vec<String> = words(source).into_iter().map(|word| word.text).collect();
        words.join(" ")
    }

    #[test]
    fn comments_and_literals_are_no_words() {
        assert_eq!(text("a // b\n/* c /* d */ e */ f /// g"), "a f");
        assert_eq!(text(r##"a "b \" c" r#"d " e"# b"f" r"g\" h"##), "a h");
        assert_eq!(text(r"a '\'' '\u{1F}' 'x' '{' b'}' &'life b"), "a & life b");
        assert_eq!(text("r#type::of r#\"x\"#"), "type :: of");
    }

    #[test]
    fn words_keep_their_lines() {
        let lines: Vec<usize> = words("a\n/* \n */ b \"\n\" c\nd")
            .into_iter()
            .map(|word| word.line)
            .collect();
        assert_eq!(lines, [1, 3, 4, 5]);
    }

    #[test]
    fn what_is_for_tests_only_is_gone() {
        let source = Source::read(
            "a;\n#[cfg(test)]\n#[allow(x)]\nmod tests {\n fn f() { }\n}\nb;\n\
             #[cfg(all(test, unix))]\nfn g(c: [u8; 2]) -> d {}\n#[cfg(test)] mod e;\n\
             #[cfg(feature = \"x\")] h",
        );
        let left: Vec<&str> = source.words.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(left.join(" "), "a ; b ; # [ cfg ( feature = ) ] h");
        assert_eq!(source.test_lines, [2..=6, 8..=9, 10..=10]);
        assert_eq!(source.test_modules, ["e"]);
    }

    #[test]
    fn a_field_for_tests_does_not_swallow_what_follows_its_struct() {
        let source = Source::read("struct A {\n#[cfg(test)]\nb: c }\nd");
        assert_eq!(
            source.words.last().map(|word| word.text.as_str()),
            Some("d")
        );
    }
}
