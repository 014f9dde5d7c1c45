//! [`Summary`]: what a statement does, in few words, read from its text.
//!
//! Words are told from literals, quoted names and comments, and no more is understood of the
//! language than where names of tables stand: the summary groups statements, and decides nothing.

use std::fmt;

use super::token::{Token, Tokens};
use crate::backend::Database;

/// Longer summaries are cut, between two words.
const MOST_BYTES: usize = 255;

/// What ends a list of tables.
const BEHIND_TABLES: [&str; 14] = [
    "where",
    "group",
    "order",
    "set",
    "having",
    "limit",
    "offset",
    "fetch",
    "union",
    "intersect",
    "except",
    "returning",
    "window",
    "for",
];

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
        Reader::default().read(Tokens::of(sql, None))
    }

    /// Reads a statement as a database does: of what its quotes and comments enclose nothing is read.
    ///
    /// ```
    /// use orm_core::backend::Database;
    /// use orm_core::event::Summary;
    ///
    /// let sql = r"SELECT 'it\'s FROM secret' FROM t";
    /// assert_eq!(Summary::on(Database::Mysql, sql).to_string(), "SELECT t");
    /// ```
    #[must_use]
    pub fn on(database: Database, sql: &'s str) -> Self {
        Reader::default().read(Tokens::of(sql, Some(database)))
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
    /// A comma comes before another table.
    list: bool,
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
    fn read(mut self, mut tokens: Tokens<'s>) -> Summary<'s> {
        while let Some(token) = tokens.next() {
            match token {
                Token::Word(word) => self.word(word, tokens),
                Token::Name(name) => self.name(name, &mut tokens),
                Token::Comma if self.frame.list => self.before = Before::Table,
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
                Token::Comma | Token::Other => self.before = Before::Other,
            }
        }
        Summary { words: self.words }
    }

    fn word(&mut self, word: &'s str, mut rest: Tokens<'s>) {
        let is = |others: &[&str]| others.iter().any(|other| word.eq_ignore_ascii_case(other));
        let at_begin = self.before == Before::Begin && !self.defines;
        let outside = self.frames.is_empty();
        let in_statement = self.frame.statement;
        let before = std::mem::replace(&mut self.before, Before::Other);
        if before == Before::Table {
            if is(&["only", "lateral", "if", "not", "exists"]) {
                self.before = Before::Table;
            } else {
                self.table(word, &mut rest);
            }
            return;
        }
        self.frame.list &= !is(&BEHIND_TABLES);
        let writes = is(&["insert", "update", "delete", "replace"]);
        // Some are names of functions too.
        let writes = writes && (at_begin || self.with) && rest.next() != Some(Token::Open);
        let from = is(&["from"]) && before != Before::Distinct;
        if writes || (is(&["select"]) && !self.defines) {
            self.verb(word);
            self.frame.list = is(&["update"]);
            if self.frame.list {
                self.before = Before::Table;
            }
        } else if in_statement && (from || is(&["into", "join", "using"])) {
            self.before = Before::Table;
            self.frame.list = !is(&["into"]);
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

    fn name(&mut self, name: &'s str, rest: &mut Tokens<'s>) {
        if std::mem::replace(&mut self.before, Before::Other) == Before::Table {
            self.table(name, rest);
        }
    }

    /// A table, of whose qualified name the last part counts.
    fn table(&mut self, name: &'s str, rest: &mut Tokens<'s>) {
        let mut name = name;
        while rest.skip_dot() {
            match rest.next() {
                Some(Token::Name(part) | Token::Word(part)) => name = part,
                _ => break,
            }
        }
        self.words.push(Word::Table(name));
    }
}

#[cfg(test)]
mod tests;
