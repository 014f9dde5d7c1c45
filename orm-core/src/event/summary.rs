//! [`Summary`]: what a statement does, in few words, read from its text.
//!
//! Words are told from literals, quoted names and comments, and no more is understood of the
//! language than where names of tables stand: the summary groups statements, and decides nothing.

use std::fmt;

/// Longer summaries are cut, between two words.
const MOST_BYTES: usize = 255;

/// What a statement does: the verbs and the tables in the order in which they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary<'s> {
    words: Vec<Word<'s>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word<'s> {
    Verb(&'s str),
    Table(&'s str),
}

impl<'s> Summary<'s> {
    /// Reads a statement.
    ///
    /// ```
    /// use orm_core::event::Summary;
    ///
    /// let summary = Summary::of("INSERT INTO \"orders\" (\"id\") SELECT 1 FROM \"carts\"");
    /// assert_eq!(summary.to_string(), "INSERT orders SELECT carts");
    /// assert_eq!(summary.operation(), Some("INSERT"));
    /// assert_eq!(summary.collection(), None);
    /// ```
    #[must_use]
    pub fn of(sql: &'s str) -> Self {
        Reader::default().read(sql)
    }

    /// The first verb, as it is written: `SELECT`.
    #[must_use]
    pub fn operation(&self) -> Option<&'s str> {
        self.operations().next()
    }

    /// All verbs: several of a batch, or of a query with others inside.
    pub(crate) fn operations(&self) -> impl Iterator<Item = &'s str> {
        self.words.iter().filter_map(|word| match word {
            Word::Verb(verb) => Some(*verb),
            Word::Table(_) => None,
        })
    }

    /// The table, if it is one: of a join there is none.
    #[must_use]
    pub fn collection(&self) -> Option<&'s str> {
        let mut tables = self.words.iter().filter_map(|word| match word {
            Word::Table(table) => Some(*table),
            Word::Verb(_) => None,
        });
        let first = tables.next()?;
        tables.all(|table| table == first).then_some(first)
    }
}

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut written = 0;
        for word in &self.words {
            let (Word::Verb(text) | Word::Table(text)) = word;
            if written + text.len() + 1 > MOST_BYTES {
                break;
            }
            if written > 0 {
                f.write_str(" ")?;
            }
            f.write_str(text)?;
            written += text.len() + 1;
        }
        Ok(())
    }
}

/// What a bracket encloses, or the whole.
#[derive(Debug, Clone, Copy, Default)]
struct Frame {
    /// A query or a write, behind whose FROM tables stand.
    statement: bool,
}

/// What was read before a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Before {
    /// A statement may begin.
    #[default]
    Begin,
    /// A table comes.
    Table,
    /// DISTINCT, as in IS DISTINCT FROM.
    Distinct,
    /// Whatever else.
    Other,
}

#[derive(Debug, Default)]
struct Reader<'s> {
    words: Vec<Word<'s>>,
    frames: Vec<Frame>,
    frame: Frame,
    before: Before,
    /// A WITH was read, whose statement comes behind its brackets.
    with: bool,
    /// The statement defines something: its first name is all there is to say.
    defines: bool,
}

impl<'s> Reader<'s> {
    fn read(mut self, sql: &'s str) -> Summary<'s> {
        let mut rest = sql;
        while let Some(token) = next_token(&mut rest) {
            match token {
                Token::Word(word) => self.word(word, rest),
                Token::Name(name) => self.name(name, &mut rest),
                Token::Open => {
                    self.frames.push(std::mem::take(&mut self.frame));
                    self.before = Before::Begin;
                }
                Token::Close => {
                    self.frame = self.frames.pop().unwrap_or_default();
                    self.before = Before::Other;
                }
                Token::End => {
                    self.frame = Frame::default();
                    self.defines = false;
                    self.before = Before::Begin;
                }
                Token::Other => self.before = Before::Other,
            }
        }
        Summary { words: self.words }
    }

    fn word(&mut self, word: &'s str, rest: &'s str) {
        let is = |others: &[&str]| others.iter().any(|other| word.eq_ignore_ascii_case(other));
        let at_begin = self.before == Before::Begin && !self.defines;
        let outside = self.frames.is_empty();
        let in_statement = self.frame.statement;
        let before = std::mem::replace(&mut self.before, Before::Other);
        if before == Before::Table {
            if is(&["only", "lateral", "if", "not", "exists"]) {
                self.before = Before::Table;
            } else {
                let mut rest = rest;
                self.table(word, &mut rest);
            }
            return;
        }
        let writes = (at_begin || self.with) && is(&["insert", "update", "delete", "replace"]);
        let from = is(&["from"]) && before != Before::Distinct;
        if writes || (is(&["select"]) && !self.defines) {
            self.verb(word);
            if is(&["update"]) {
                self.before = Before::Table;
            }
        } else if in_statement && (from || is(&["into", "join"])) {
            self.before = Before::Table;
        } else if is(&["distinct"]) {
            self.before = Before::Distinct;
        } else if at_begin && outside && is(&["with"]) {
            self.with = true;
        } else if at_begin && outside {
            self.words.push(Word::Verb(word));
            self.defines = true;
        } else if self.defines && outside && is(&["table", "view", "truncate"]) {
            let named = self.words.iter().any(|word| matches!(word, Word::Table(_)));
            self.before = if named { Before::Other } else { Before::Table };
        }
    }

    fn verb(&mut self, verb: &'s str) {
        self.words.push(Word::Verb(verb));
        self.frame.statement = true;
        self.with &= !self.frames.is_empty();
    }

    fn name(&mut self, name: &'s str, rest: &mut &'s str) {
        if std::mem::replace(&mut self.before, Before::Other) == Before::Table {
            self.table(name, rest);
        }
    }

    /// A table, of whose qualified name the last part counts.
    fn table(&mut self, name: &'s str, rest: &mut &'s str) {
        let mut name = name;
        while let Some(behind) = rest.strip_prefix('.') {
            *rest = behind;
            match next_token(rest) {
                Some(Token::Name(part) | Token::Word(part)) => name = part,
                _ => break,
            }
        }
        self.words.push(Word::Table(name));
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'s> {
    /// Without quotes.
    Word(&'s str),
    /// A quoted name.
    Name(&'s str),
    Open,
    Close,
    /// A semicolon.
    End,
    /// A literal, an operator, a placeholder.
    Other,
}

/// The next token; blanks and comments are passed over.
fn next_token<'s>(rest: &mut &'s str) -> Option<Token<'s>> {
    loop {
        *rest = rest.trim_start();
        if rest.starts_with("--") {
            *rest = rest.split_once('\n').map_or("", |(_, behind)| behind);
        } else if rest.starts_with("/*") {
            *rest = rest.split_once("*/").map_or("", |(_, behind)| behind);
        } else {
            break;
        }
    }
    let first = rest.chars().next()?;
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let (token, length) = match first {
        '(' => (Token::Open, 1),
        ')' => (Token::Close, 1),
        ';' => (Token::End, 1),
        '"' | '`' => {
            let end = quoted(rest, first);
            let name = rest[1..end].strip_suffix(first).unwrap_or(&rest[1..end]);
            (Token::Name(name), end)
        }
        '\'' => (Token::Other, quoted(rest, first)),
        c if c.is_alphabetic() || c == '_' => {
            let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            (Token::Word(&rest[..end]), end)
        }
        c if is_word(c) => {
            let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            (Token::Other, end)
        }
        c => (Token::Other, c.len_utf8()),
    };
    *rest = &rest[length..];
    Some(token)
}

/// Where what is quoted ends; a doubled quote is part of it.
fn quoted(text: &str, quote: char) -> usize {
    let mut at = 1;
    while let Some(found) = text[at..].find(quote) {
        at += found + 1;
        if !text[at..].starts_with(quote) {
            return at;
        }
        at += 1;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_summed_up() {
        for (sql, summary, table) in [
            (
                "SELECT \"a\" FROM \"customers\" WHERE \"id\" = $1",
                "SELECT customers",
                Some("customers"),
            ),
            (
                "SELECT `a` FROM `shop`.`customers`",
                "SELECT customers",
                Some("customers"),
            ),
            ("select 1", "select", None),
            (
                "SELECT 'FROM \"x\"' FROM t -- FROM u",
                "SELECT t",
                Some("t"),
            ),
            (
                "SELECT a FROM t INNER JOIN u ON (t.id = u.id)",
                "SELECT t u",
                None,
            ),
            ("SELECT EXTRACT(year FROM at) FROM t", "SELECT t", Some("t")),
            (
                "SELECT a FROM t WHERE a IS DISTINCT FROM b",
                "SELECT t",
                Some("t"),
            ),
            (
                "SELECT a FROM (SELECT b FROM u) s",
                "SELECT SELECT u",
                Some("u"),
            ),
            (
                "SELECT a FROM t WHERE id IN (SELECT id FROM t)",
                "SELECT t SELECT t",
                Some("t"),
            ),
            (
                "SELECT a FROM t FOR UPDATE SKIP LOCKED",
                "SELECT t",
                Some("t"),
            ),
            (
                "INSERT INTO t (a) VALUES (?) ON CONFLICT (a) DO UPDATE SET a = excluded.a RETURNING a",
                "INSERT t",
                Some("t"),
            ),
            (
                "INSERT INTO `t` (`a`) VALUES (?) ON DUPLICATE KEY UPDATE `a` = 1",
                "INSERT t",
                Some("t"),
            ),
            ("UPDATE \"t\" SET \"a\" = $1", "UPDATE t", Some("t")),
            ("DELETE FROM t WHERE id = 1", "DELETE t", Some("t")),
            (
                "WITH x AS (SELECT 1 FROM a) UPDATE t SET b = 1",
                "SELECT a UPDATE t",
                None,
            ),
            (
                "CREATE TABLE IF NOT EXISTS \"t\" (\"a\" INTEGER REFERENCES u ON DELETE CASCADE)",
                "CREATE t",
                Some("t"),
            ),
            ("DROP TABLE t", "DROP t", Some("t")),
            ("BEGIN", "BEGIN", None),
            (
                "SET a = 1; begin; SELECT 1 FROM t",
                "SET begin SELECT t",
                Some("t"),
            ),
            ("SAVEPOINT diesel_savepoint_1", "SAVEPOINT", None),
            ("PRAGMA defer_foreign_keys = ON", "PRAGMA", None),
            ("", "", None),
            (
                "SELECT 'it''s' FROM \"a\"\"b\"",
                "SELECT a\"\"b",
                Some("a\"\"b"),
            ),
            ("SELECT 'never closed", "SELECT", None),
            (
                "SELECT \"ö\" FROM größe WHERE x = 'ß",
                "SELECT größe",
                Some("größe"),
            ),
        ] {
            let found = Summary::of(sql);
            assert_eq!(found.to_string(), summary, "{sql}");
            assert_eq!(found.collection(), table, "{sql}");
        }
    }

    #[test]
    fn a_long_summary_is_cut_between_words() {
        let joins: String = (0..100)
            .map(|nth| format!(" JOIN table_{nth} ON true"))
            .collect();
        let sql = format!("SELECT 1 FROM t{joins}");
        let summary = Summary::of(&sql).to_string();
        assert!(summary.len() <= MOST_BYTES, "{summary}");
        assert!(
            summary.starts_with("SELECT t table_0 table_1 "),
            "{summary}"
        );
        let last = summary.rsplit(' ').next().unwrap();
        assert!(sql.contains(&format!(" {last} ON")), "{last}");
    }

    #[test]
    fn no_text_is_too_odd() {
        let words = "' \" \"\" ` ((( ))) . SELECT FROM from /* -- ẞ\" update $$ \"t\".";
        let words: Vec<&str> = words.split(' ').collect();
        for from in 0..words.len() {
            for to in from..=words.len() {
                let _ = Summary::of(&words[from..to].join(" ")).to_string();
            }
        }
    }
}
