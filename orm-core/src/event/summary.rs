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
        self.words.iter().find_map(|word| match word {
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
        } else if is(&BEHIND_TABLES) {
            self.frame.list = false;
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
    fn a_statement_is_read_as_its_database_does() {
        use Database::{Mysql, Postgres, Sqlite};
        for (database, sql, summary, table) in [
            (
                Mysql,
                r"SELECT 'it\'s FROM secret' FROM t # FROM u",
                "SELECT t",
                Some("t"),
            ),
            (
                Postgres,
                r"SELECT E'it\'s FROM secret' FROM t",
                "SELECT t",
                Some("t"),
            ),
            (Sqlite, r"SELECT '\' FROM t", "SELECT t", Some("t")),
            (
                Postgres,
                "DO $x$ DECLARE said text; BEGIN EXECUTE 'a'; END $x$",
                "DO",
                None,
            ),
            (
                Postgres,
                "SELECT $$don't$$ FROM t WHERE a = $1",
                "SELECT t",
                Some("t"),
            ),
            (
                Postgres,
                "/* a /* b */ FROM c */ SELECT 1 FROM t",
                "SELECT t",
                Some("t"),
            ),
            (
                Sqlite,
                "SELECT $a FROM t WHERE b = $a",
                "SELECT t",
                Some("t"),
            ),
            (
                Sqlite,
                "SELECT a, b FROM t x, u WHERE c IN (1, 2) ORDER BY a, b",
                "SELECT t u",
                None,
            ),
            (Postgres, "DELETE FROM t USING u", "DELETE t u", None),
            (Mysql, "UPDATE t, u SET a = 1, b = 2", "UPDATE t u", None),
            (
                Mysql,
                "INSERT INTO t (a) VALUES (1), (2)",
                "INSERT t",
                Some("t"),
            ),
            (
                Mysql,
                "SELECT (REPLACE(a, 'b', INSERT(a, 1, 2, 'c'))) FROM t",
                "SELECT t",
                Some("t"),
            ),
            (
                Postgres,
                "SELECT a FROM t JOIN u USING (id)",
                "SELECT t u",
                None,
            ),
        ] {
            let found = Summary::on(database, sql);
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
        let words = "' \" \"\" ` ((( ))) . SELECT FROM from /* -- ẞ\" update $$ $ö$ E' \\' \"t\".";
        let words: Vec<&str> = words.split(' ').collect();
        for from in 0..words.len() {
            for to in from..=words.len() {
                let text = words[from..to].join(" ");
                let _ = Summary::of(&text).to_string();
                let _ = Summary::on(Database::Postgres, &text).to_string();
                let _ = Summary::on(Database::Mysql, &text).to_string();
            }
        }
    }
}
