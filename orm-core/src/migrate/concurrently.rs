//! Indexes that PostgreSQL did not finish. `CREATE INDEX CONCURRENTLY` that fails leaves one that no
//! query uses and every write keeps; run again it meets the name, and with `IF NOT EXISTS` passes
//! over it without a word.

use super::Migration;
use super::tables::{batch, json};
use crate::backend::{Database, Dialect};
use crate::error::{Error, ErrorKind, Result};
use crate::operation::Link;

/// An index that is not valid, and that nobody is known to be making now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Invalid {
    /// As a statement names it.
    path: String,
    name: String,
    schema: String,
    table: String,
    /// Whether the name of its table alone finds that.
    visible: bool,
    /// Somebody whose work is hidden from us makes an index of its table: this one, maybe.
    busy: bool,
}

/// All that are there; none on other databases.
pub(super) async fn invalid<L: Link>(link: &mut L) -> Result<Vec<Invalid>> {
    let mut all = suspects(link).await?;
    all.retain(|index| !index.busy);
    Ok(all)
}

/// Those too that may be made now. Who has no rights on the role that makes an index is not told
/// which one it is, but that it makes one, and which tables it has locked.
async fn suspects<L: Link>(link: &mut L) -> Result<Vec<Invalid>> {
    if L::Backend::DATABASE != Database::Postgres {
        return Ok(Vec::new());
    }
    // That of a partitioned table is invalid until its parts have one each.
    let sql = "SELECT json_build_array(quote_ident(nspname) || '.' || quote_ident(c.relname), \
               c.relname, nspname, t.relname, pg_catalog.pg_table_is_visible(t.oid), EXISTS (\
               SELECT FROM pg_catalog.pg_stat_progress_create_index p \
               JOIN pg_catalog.pg_locks l ON l.pid = p.pid AND l.relation = i.indrelid \
               AND l.locktype = 'relation' AND l.mode = 'ShareUpdateExclusiveLock' \
               JOIN pg_catalog.pg_database d ON d.oid = l.database \
               WHERE p.index_relid IS NULL AND d.datname = pg_catalog.current_database()))::text \
               FROM pg_catalog.pg_index i \
               JOIN pg_catalog.pg_class t ON t.oid = i.indrelid \
               JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
               JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
               WHERE NOT indisvalid AND c.relkind = 'i' AND NOT EXISTS (\
               SELECT FROM pg_catalog.pg_stat_progress_create_index p \
               WHERE p.index_relid = c.oid) ORDER BY 1";
    let rows = json::<L, (String, String, String, String, bool, bool)>(link, sql).await?;
    let read = |(path, name, schema, table, visible, busy)| Invalid {
        path,
        name,
        schema,
        table,
        visible,
        busy,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Drops those that a text makes, as one that failed left them. One that somebody else may be making
/// now is left to him, and the text is not run: with `IF NOT EXISTS` it would pass over it.
pub(super) async fn drop_invalid<L: Link>(link: &mut L, sql: &str) -> Result<()> {
    let made = made(sql);
    if made.is_empty() {
        return Ok(());
    }
    for index in suspects(link).await? {
        if index.is_of(&made) {
            if index.busy {
                let message = format!(
                    "the index {} is not valid, and somebody is making an index of its table now: wait \
                     until that is done",
                    index.path
                );
                return Err(Error::new(ErrorKind::Migration, message).on(link.name()));
            }
            batch(
                link,
                &format!("DROP INDEX CONCURRENTLY IF EXISTS {}", index.path),
            )
            .await?;
        }
    }
    Ok(())
}

impl Invalid {
    /// Whether it is one of those that a text makes.
    fn is_of(&self, made: &[Made]) -> bool {
        made.iter().any(|one| {
            let here = match &one.schema {
                Some(schema) => *schema == self.schema,
                None => self.visible,
            };
            here && one.name == self.name && one.table == self.table
        })
    }
}

/// The invalid ones of those that a migration makes, up or down, as statements name them.
pub(super) fn of(migration: &Migration, invalid: &[Invalid]) -> Vec<String> {
    let mut made = made(&migration.up);
    made.extend(self::made(migration.down.as_deref().unwrap_or_default()));
    let of = invalid.iter().filter(|index| index.is_of(&made));
    of.map(|index| index.path.clone()).collect()
}

/// What to do about them; `None` if there are none.
pub(super) fn told(paths: &[String]) -> Option<String> {
    let names = paths.join(", ");
    (!paths.is_empty()).then(|| {
        format!(
            "indexes are left that are invalid, so that no query uses them: {names}; the text that makes \
             them drops them first when it is run again"
        )
    })
}

/// An index that a text makes `CONCURRENTLY`, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Made {
    name: String,
    table: String,
    /// Of its table, if the text says so.
    schema: Option<String>,
}

/// The indexes that a text makes `CONCURRENTLY`, but those that PostgreSQL names itself.
fn made(sql: &str) -> Vec<Made> {
    let words = words(sql);
    let is = |at: usize, word: &str| {
        words
            .get(at)
            .is_some_and(|one| *one == Word::Bare(word.into()))
    };
    let mut found = Vec::new();
    for at in 0..words.len() {
        if !(is(at, "index") && is(at + 1, "concurrently")) {
            continue;
        }
        let makes = at > 0 && (is(at - 1, "create") || is(at - 1, "unique"));
        let mut name = at + 2;
        if is(name, "if") && is(name + 1, "not") && is(name + 2, "exists") {
            name += 3;
        }
        // Without a name, ON follows at once.
        if !makes || is(name, "on") || !is(name + 1, "on") {
            continue;
        }
        let table = name + 2 + usize::from(is(name + 2, "only"));
        let (table, schema) = match words.get(table + 1) {
            Some(Word::Sign('.')) => (table + 2, words[table].name()),
            _ => (table, None),
        };
        let table = words.get(table).and_then(Word::name);
        if let (Some(name), Some(table)) = (words[name].name(), table) {
            found.push(Made {
                name,
                table,
                schema,
            });
        }
    }
    found
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    /// As PostgreSQL folds it.
    Bare(String),
    Quoted(String),
    Sign(char),
}

impl Word {
    fn name(&self) -> Option<String> {
        match self {
            Word::Bare(name) | Word::Quoted(name) => Some(name.clone()),
            Word::Sign(_) => None,
        }
    }
}

/// The words of a text, without its comments.
fn words(sql: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let skipped = |end: Option<usize>, length: usize| end.map_or(rest.len(), |at| at + length);
        let end = if rest.starts_with("--") {
            skipped(rest.find('\n'), 1)
        } else if rest.starts_with("/*") {
            skipped(rest.find("*/"), 2)
        } else if first == '"' || first == '\'' {
            let end = 1 + skipped(rest[1..].find(first), 0).min(rest.len() - 1);
            if first == '"' {
                words.push(Word::Quoted(rest[1..end].to_owned()));
            }
            (end + 1).min(rest.len())
        } else if is_word(first) {
            let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            words.push(Word::Bare(rest[..end].to_lowercase()));
            end
        } else {
            if !first.is_whitespace() {
                words.push(Word::Sign(first));
            }
            first.len_utf8()
        };
        rest = &rest[end..];
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexes_made_concurrently_are_known() {
        let sql = "-- CREATE INDEX CONCURRENTLY a ON b (c);\n\
                   CREATE INDEX CONCURRENTLY By_Name ON people (name);\n\
                   create unique index concurrently if not exists \"By Mail\" on only \"My\".people (mail);\n\
                   CREATE INDEX CONCURRENTLY ON people (x); CREATE INDEX plain ON people (y);\n\
                   DROP INDEX CONCURRENTLY gone; REINDEX INDEX CONCURRENTLY other;\n\
                   SELECT 'CREATE INDEX CONCURRENTLY no ON b'; /* open";
        let one = |name: &str, schema: Option<&str>| Made {
            name: name.into(),
            table: "people".into(),
            schema: schema.map(Into::into),
        };
        let expected = [one("by_name", None), one("By Mail", Some("My"))];
        assert_eq!(made(sql), expected);
        for sql in [
            "CREATE INDEX CONCURRENTLY",
            "index concurrently a on",
            "'",
            "\"",
        ] {
            assert!(made(sql).is_empty(), "{sql}");
        }
    }
}
