//! What a text sets for its session and leaves set. The runner puts settings back behind each
//! migration; inside of one nobody does.

use std::collections::BTreeMap;

use crate::backend::Database;

/// A statement of a text that sets something which the text does not put back, without the texts and
/// quoted names in it. What `generate` writes puts back what it sets.
pub(super) fn left_set(database: Database, sql: &str) -> Option<String> {
    let mut left = BTreeMap::new();
    for statement in statements(database, sql) {
        let pragma = statement.strip_prefix("PRAGMA ");
        match pragma.filter(|_| database == Database::Sqlite) {
            Some(pragma) => {
                let (name, value) = pragma.split_once(['=', '(']).unwrap_or((pragma, ""));
                let name = name.trim().rsplit('.').next().unwrap_or_default();
                let value = value.trim_end_matches(')').trim();
                let rests = match name {
                    "FOREIGN_KEYS" => ["", "ON", "1", "TRUE", "YES"].contains(&value),
                    "LEGACY_ALTER_TABLE" => ["", "OFF", "0", "FALSE", "NO"].contains(&value),
                    // These ask, or are kept by the file.
                    "FOREIGN_KEY_CHECK" | "INTEGRITY_CHECK" | "QUICK_CHECK" | "USER_VERSION"
                    | "APPLICATION_ID" => true,
                    _ => false,
                };
                match rests {
                    true => left.remove(name),
                    false => left.insert(name.to_owned(), statement.clone()),
                };
            }
            None if sets(database, &statement) => {
                left.insert(statement.clone(), statement);
            }
            None => {}
        }
    }
    left.into_values().next()
}

/// Whether a statement, in capitals, is one that sets something.
fn sets(database: Database, statement: &str) -> bool {
    let mut words = statement.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    let first = words.next().unwrap_or_default();
    match database {
        // Constraints that are looked at earlier are no other constraints.
        Database::Postgres => {
            let constraints = words.any(|word| word == "CONSTRAINTS");
            (first == "SET" && !constraints)
                || ["RESET", "DISCARD"].contains(&first)
                || statement.contains("SET_CONFIG")
        }
        // That of a trigger's row, and the pairs that are generated, which put back what they set.
        Database::Mysql => {
            let own = statement.starts_with("SET NEW.") || statement.contains("@ORM_");
            (first == "SET" && !own) || ["USE", "LOCK"].contains(&first)
        }
        Database::Sqlite => false,
    }
}

/// The statements of a text in capitals with single blanks, without comments, texts and quoted names.
fn statements(database: Database, sql: &str) -> Vec<String> {
    let mut bare = String::new();
    let mut rest = sql;
    while let Some(c) = rest.chars().next() {
        let skipped = match c {
            // What stands in `/*! … */` is run by MariaDB and MySQL.
            '/' if rest.starts_with("/*!") || rest.starts_with("/*M!") => {
                let inside = rest.trim_start_matches(|c: char| "/*M!".contains(c));
                let inside = inside.trim_start_matches(|c: char| c.is_ascii_digit());
                rest.len() - inside.len()
            }
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '#' if database == Database::Mysql => rest.find('\n').unwrap_or(rest.len()),
            '\'' | '"' | '`' => quoted(database, rest, c),
            '$' if database == Database::Postgres => dollars(rest),
            _ => 0,
        };
        if skipped > 0 {
            bare.push(' ');
            rest = &rest[skipped..];
        } else {
            bare.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    let plain = |statement: &str| {
        let words: Vec<&str> = statement.split_whitespace().collect();
        words.join(" ").to_ascii_uppercase()
    };
    let statements = bare.split(';').map(plain);
    statements.filter(|one| !one.is_empty()).collect()
}

/// How long the quoted text at the beginning is. A doubled quote is the end of one and the beginning
/// of the next.
fn quoted(database: Database, rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' && database == Database::Mysql && quote != '`' {
            escaped = true;
        } else if c == quote {
            return at + 1;
        }
    }
    rest.len()
}

/// How long the text in `$tag$` at the beginning is; 0 if there is none.
fn dollars(rest: &str) -> usize {
    let tag = rest[1..].find(|c: char| !(c.is_alphanumeric() || c == '_'));
    let tag = tag
        .map(|end| &rest[..=end + 1])
        .filter(|tag| tag.ends_with('$') && !tag[1..].starts_with(|c: char| c.is_ascii_digit()));
    tag.map_or(0, |tag| {
        let body = &rest[tag.len()..];
        body.find(tag).map_or(rest.len(), |end| end + 2 * tag.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_set_is_found() {
        use Database::{Mysql, Postgres, Sqlite};
        for (database, sql, found) in [
            (
                Postgres,
                "CREATE TABLE a ();\nset search_path = x",
                "SET SEARCH_PATH = X",
            ),
            (Postgres, "/* a */ SET ROLE 'x;y';", "SET ROLE"),
            (
                Postgres,
                "SELECT pg_catalog.set_config('a', '', false);",
                "SELECT PG_CATALOG.SET_CONFIG( , , FALSE)",
            ),
            (Postgres, "RESET ALL", "RESET ALL"),
            (Mysql, "USE other;", "USE OTHER"),
            (Mysql, "/*!40101 SET NAMES utf8 */;", "SET NAMES UTF8 */"),
            (
                Mysql,
                "SELECT 'it\\'s'; SET sql_mode = ''",
                "SET SQL_MODE =",
            ),
            (
                Sqlite,
                "PRAGMA foreign_keys = OFF;",
                "PRAGMA FOREIGN_KEYS = OFF",
            ),
            (
                Sqlite,
                "PRAGMA recursive_triggers(1);",
                "PRAGMA RECURSIVE_TRIGGERS(1)",
            ),
        ] {
            assert_eq!(left_set(database, sql).as_deref(), Some(found), "{sql}");
        }
    }

    #[test]
    fn what_only_looks_so_is_none() {
        use Database::{Mysql, Postgres, Sqlite};
        for (database, sql) in [
            (
                Postgres,
                "UPDATE a SET b = 1; ALTER TABLE a ALTER b SET NOT NULL; SET CONSTRAINTS ALL IMMEDIATE",
            ),
            (
                Postgres,
                "CREATE FUNCTION f() RETURNS void AS $x$ BEGIN; SET a = 1; $x$ LANGUAGE sql",
            ),
            (Postgres, "-- SET a = 1;\nSELECT ';SET a = 1', $1"),
            (Mysql, "# a; SET b = 1\nSELECT 1"),
            (
                Mysql,
                "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET x = 1; SET NEW.b = 1; END",
            ),
            (
                Mysql,
                "SET @orm_mode = @@sql_mode, sql_mode = ''; SET sql_mode = @orm_mode",
            ),
            (
                Sqlite,
                "PRAGMA foreign_keys = OFF; BEGIN; COMMIT; PRAGMA foreign_keys = ON; PRAGMA foreign_key_check",
            ),
        ] {
            assert_eq!(left_set(database, sql), None, "{sql}");
        }
    }
}
