//! What SHOW CREATE TABLE says. `information_schema` knows no temporary tables.

use diesel::dsl::sql;
use diesel::mysql::Mysql;
use diesel::sql_types::Text;

use crate::backend::Database;
use crate::error::Result;
use crate::inspect::lexer::{Token, bracket, inside, tokens};
use crate::operation::Link;

/// What a CREATE TABLE says in words of the database's own.
#[derive(Debug, Default)]
pub(super) struct TableText {
    pub(super) columns: Vec<ColumnText>,
    /// Names and expressions.
    pub(super) checks: Vec<(String, String)>,
    pub(super) foreign_keys: Vec<KeyText>,
}

/// A foreign key, and what it does at a delete and at an update.
#[derive(Debug, PartialEq)]
pub(super) struct KeyText {
    pub(super) name: String,
    pub(super) on_delete: String,
    pub(super) on_update: String,
}

#[derive(Debug, Default)]
pub(super) struct ColumnText {
    pub(super) name: String,
    pub(super) default: Option<String>,
    pub(super) computed: Option<String>,
    /// The check in its definition.
    pub(super) check: Option<String>,
}

/// What the database says of a table, whose name is quoted.
pub(super) async fn shown<L>(link: &mut L, table: &str) -> Result<Option<TableText>>
where
    L: Link<Backend = Mysql>,
{
    let statement = sql::<(Text, Text)>(&format!("SHOW CREATE TABLE {table}"));
    let shown = link.load_one::<(String, String), _>(statement).await;
    let shown = shown.map_err(|error| link.error(error))?;
    Ok(shown.map(|(_, text)| self::table(&text)))
}

/// Reads a CREATE TABLE as the database writes it: names in backticks, a constraint a line.
pub(super) fn table(text: &str) -> TableText {
    let tokens = tokens(Database::Mysql, text);
    let mut read = TableText::default();
    for definition in inside(&tokens) {
        let [first, rest @ ..] = definition else {
            continue;
        };
        let word = |word: &str| rest.iter().position(|token| is(token, first, word));
        if first.is("constraint") {
            if let (Some(at), Some(name)) = (word("check"), rest.first()) {
                read.checks.push((name.name(), bracket(text, &rest[at..])));
            } else if let (Some(_), Some(name)) = (word("foreign"), rest.first()) {
                read.foreign_keys.push(KeyText {
                    name: name.name(),
                    on_delete: rule(rest, "delete"),
                    on_update: rule(rest, "update"),
                });
            }
        } else if first.text.starts_with('`') {
            read.columns.push(ColumnText {
                name: first.name(),
                default: word("default").and_then(|at| default(text, &rest[at + 1..])),
                computed: word("as").map(|at| bracket(text, &rest[at..])),
                check: word("check").map(|at| bracket(text, &rest[at..])),
            });
        }
    }
    read
}

/// The words behind ON DELETE or ON UPDATE; what is not said is RESTRICT.
fn rule(tokens: &[Token<'_>], event: &str) -> String {
    let mut pairs = tokens.windows(2);
    let at = pairs.position(|pair| pair[0].is("on") && pair[1].is(event));
    let behind = at.map_or(&[][..], |at| &tokens[at + 2..]);
    let words = behind.iter().take_while(|token| !token.is("on"));
    let words: Vec<String> = words.map(|token| token.text.to_uppercase()).collect();
    match words.is_empty() {
        true => "RESTRICT".to_owned(),
        false => words.join(" "),
    }
}

/// Whether a token is a word outside of brackets.
fn is(token: &Token<'_>, first: &Token<'_>, word: &str) -> bool {
    token.depth == first.depth && token.is(word)
}

/// The default, up to what may stand behind it.
fn default(text: &str, tokens: &[Token<'_>]) -> Option<String> {
    let first = tokens.first()?;
    const BEHIND: [&str; 4] = ["comment", "on", "check", "invisible"];
    let end = tokens
        .iter()
        .position(|token| BEHIND.iter().any(|word| is(token, first, word)));
    let last = tokens[..end.unwrap_or(tokens.len())].last()?;
    Some(text[first.start..last.end()].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read() {
        let read = table(
            "CREATE TEMPORARY TABLE `t (` (\n  `a` varchar(9) DEFAULT concat('it\\'s',',)') COMMENT 'x',\n  \
             `b` int(11) GENERATED ALWAYS AS (`a` + 1) STORED,\n  `c` int(11) NOT NULL DEFAULT -1 COMMENT 'check (' CHECK (`c` < (1)),\n  \
             CONSTRAINT `fk` FOREIGN KEY (`b`) REFERENCES `p` (`id`) ON DELETE SET NULL,\n  \
             CONSTRAINT `orm_0` CHECK (`a` <> 'check (' and (`b`) > 1)\n) ENGINE=InnoDB",
        );
        let names: Vec<&str> = read
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        assert_eq!(names, ["a", "b", "c"]);
        assert_eq!(
            read.columns[0].default.as_deref(),
            Some("concat('it\\'s',',)')")
        );
        assert_eq!(read.columns[1].computed.as_deref(), Some("`a` + 1"));
        assert_eq!(read.columns[2].default.as_deref(), Some("-1"));
        assert_eq!(read.columns[2].check.as_deref(), Some("`c` < (1)"));
        assert_eq!(read.columns[1].check, None);
        let expression = "`a` <> 'check (' and (`b`) > 1".to_owned();
        let [name, on_delete, on_update] = ["fk", "SET NULL", "RESTRICT"].map(str::to_owned);
        let key = KeyText {
            name,
            on_delete,
            on_update,
        };
        assert_eq!(read.foreign_keys, [key]);
        assert_eq!(read.checks, [("orm_0".to_owned(), expression)]);
    }
}
