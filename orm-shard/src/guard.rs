//! Subqueries: on a shard they would see that shard's rows only.
//!
//! A filter such as `id IN (SELECT … FROM orders)` runs on each shard by
//! itself, and would be silently wrong if `orders` is sharded. So the text of
//! a statement is read once before it goes to a cluster: a subquery is allowed
//! where the cluster knows its tables and all of them are on every shard.

use orm_core::backend::Dialect;
use orm_core::diesel::query_builder::QueryFragment;
use orm_core::error::{Error, ErrorKind, Result};
use orm_core::metadata::Sharding;
use orm_core::schema::Schema;

/// Refuses a statement with a subquery that one shard cannot answer; `schema`
/// is what the cluster knows of its tables.
///
/// # Errors
/// [`ErrorKind::Refused`], with the table.
pub(crate) fn check_subqueries<DB, S>(statement: &S, schema: Option<Schema>) -> Result<()>
where
    DB: Dialect,
    S: QueryFragment<DB>,
{
    let sql = DB::render(statement)?;
    match shard_bound_table(&sql, schema) {
        None => Ok(()),
        Some(table) => {
            let message = format!(
                "the query has a subquery over {table}, and a shard would see its own rows of it only: ask in two steps, or on one shard: `&mut cluster.shard(&key)?`; a subquery over broadcast tables is allowed once the cluster knows them: `Cluster::builder().schema(schema![..])`"
            );
            Err(Error::new(ErrorKind::Refused, message))
        }
    }
}

/// A table of a subquery that is not known to be on every shard.
fn shard_bound_table(sql: &str, schema: Option<Schema>) -> Option<String> {
    let words = words(sql);
    let second = words
        .iter()
        .enumerate()
        .filter(|(_, word)| word.is("SELECT"))
        .map(|(position, _)| position)
        .nth(1)?;
    let Some(schema) = schema else {
        return Some("a table that the cluster was not told of".into());
    };
    let everywhere = |name: &str| {
        let known = schema.tables().iter().find(|table| table.name == name);
        known.is_some_and(|table| table.sharding == Sharding::Broadcast)
    };
    // From the first subquery on, every table named counts: the tables of the
    // statement itself stand before it, joins and all.
    let mut after = words[second..].iter().peekable();
    while let Some(word) = after.next() {
        if !(word.is("FROM") || word.is("JOIN")) {
            continue;
        }
        let mut name = None;
        while let Some(next) = after.peek().filter(|next| next.quoted || next.text == ".") {
            if next.quoted {
                name = Some(next.text.clone());
            }
            after.next();
        }
        match name {
            Some(name) if everywhere(&name) => {}
            Some(name) => return Some(format!("`{name}`")),
            None => {}
        }
    }
    None
}

#[derive(Debug, Clone, PartialEq)]
struct Word {
    text: String,
    quoted: bool,
}

impl Word {
    fn is(&self, keyword: &str) -> bool {
        !self.quoted && self.text.eq_ignore_ascii_case(keyword)
    }
}

/// Words, quoted identifiers and other signs; text literals are passed over.
fn words(sql: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut chars = sql.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\'' => {
                while chars.next_if(|next| *next != '\'').is_some() {}
                chars.next();
            }
            '"' | '`' => {
                let mut text = String::new();
                while let Some(next) = chars.next() {
                    if next == c && chars.next_if_eq(&c).is_none() {
                        break;
                    }
                    text.push(next);
                }
                words.push(Word { text, quoted: true });
            }
            c if c.is_alphanumeric() || c == '_' => {
                let mut text = String::from(c);
                while let Some(next) = chars.next_if(|n| n.is_alphanumeric() || *n == '_') {
                    text.push(next);
                }
                words.push(Word {
                    text,
                    quoted: false,
                });
            }
            c if c.is_whitespace() => {}
            c => words.push(Word {
                text: c.to_string(),
                quoted: false,
            }),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subquery_is_seen_and_a_text_that_looks_like_one_is_not() {
        assert_eq!(
            shard_bound_table("SELECT `a`.`select` FROM `a` WHERE b = 'SELECT'", None),
            None
        );
        let nested = "SELECT * FROM \"a\" WHERE \"a\".\"id\" IN (select \"b\".\"id\" FROM \"b\")";
        assert!(shard_bound_table(nested, None).is_some());
    }

    #[test]
    fn quoted_names_may_hold_quotes() {
        let words = words("\"a\"\"b\".`c``d`");
        let texts: Vec<_> = words.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(texts, ["a\"b", ".", "c`d"]);
    }
}
