//! What can be told of the text of a migration: whether it says anything, and whether it is one
//! transaction of its own.

/// Whether a text has nothing but blanks, semicolons and comments.
pub(super) fn is_blank(sql: &str) -> bool {
    without_comments(sql).is_empty()
}

/// The text behind blanks, semicolons and comments at its beginning.
fn without_comments(sql: &str) -> &str {
    let mut rest = sql;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ';');
        // What stands in `/*! … */` is run by MariaDB and MySQL.
        let mariadb = ["/*!", "/*M!"].iter().any(|begin| rest.starts_with(begin));
        rest = if rest.starts_with("--") {
            rest.split_once('\n').map_or("", |(_, rest)| rest)
        } else if rest.starts_with("/*") && !mariadb {
            rest.split_once("*/").map_or("", |(_, rest)| rest)
        } else {
            return rest;
        };
    }
}

/// A text that is one transaction of its own, and perhaps switches foreign keys off around it, as
/// a table is made anew on SQLite: the runner opens that transaction itself, with its note in it. In
/// another transaction such a text would end that one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Framed<'s> {
    /// Whether foreign keys are switched off before.
    pub(super) without_keys: bool,
    /// The statements between BEGIN and COMMIT.
    pub(super) body: &'s str,
}

/// Takes the frame off; `None` if there is none, or if it is not sure to be one.
pub(super) fn framed(sql: &str) -> Option<Framed<'_>> {
    let (mut first, mut rest) = statement(sql)?;
    let without_keys = is_pragma(&first, &["OFF", "0", "FALSE", "NO"]);
    if without_keys {
        (first, rest) = statement(rest)?;
    }
    if !matches!(
        first.as_str(),
        "BEGIN"
            | "START TRANSACTION"
            | "BEGIN TRANSACTION"
            | "BEGIN IMMEDIATE"
            | "BEGIN IMMEDIATE TRANSACTION"
            | "BEGIN EXCLUSIVE"
            | "BEGIN EXCLUSIVE TRANSACTION"
    ) {
        return None;
    }
    let (mut body, mut last) = last_statement(rest)?;
    if is_pragma(&last, &["ON", "1", "TRUE", "YES"]) {
        (body, last) = last_statement(body)?;
    }
    // Not END, which ends a trigger too.
    let ends = matches!(last.as_str(), "COMMIT" | "COMMIT TRANSACTION");
    // Inside, nothing may end the transaction; a word in a text or a name is taken for one that
    // does.
    let mut words = body.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    let whole = !words.any(|word| {
        ["COMMIT", "ROLLBACK"]
            .iter()
            .any(|end| word.eq_ignore_ascii_case(end))
    });
    (ends && whole).then_some(Framed { without_keys, body })
}

/// Whether a text begins by switching the checks of foreign keys of SQLite.
pub(super) fn switches_keys(sql: &str) -> bool {
    statement(sql).is_some_and(|(first, _)| first.starts_with("PRAGMA FOREIGN_KEYS ="))
}

/// Whether a text has rows alone, for sure: no word of it ends a transaction on MariaDB or MySQL. A
/// word in a text or a name is taken for one that does.
pub(super) fn has_rows_alone(sql: &str) -> bool {
    const ENDS: [&str; 26] = [
        "ALTER",
        "ANALYZE",
        "BEGIN",
        "CALL",
        "CHANGE",
        "CHECK",
        "COMMIT",
        "CREATE",
        "DROP",
        "EXECUTE",
        "FLUSH",
        "GRANT",
        "INSTALL",
        "LOAD",
        "LOCK",
        "OPTIMIZE",
        "RENAME",
        "REPAIR",
        "RESET",
        "REVOKE",
        "ROLLBACK",
        "START",
        "TRUNCATE",
        "UNINSTALL",
        "UNLOCK",
        "AUTOCOMMIT",
    ];
    let mut words = sql.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    !words.any(|word| ENDS.iter().any(|end| word.eq_ignore_ascii_case(end)))
}

/// The first statement, in capitals with single blanks, and what is behind it.
fn statement(sql: &str) -> Option<(String, &str)> {
    let (first, rest) = without_comments(sql).split_once(';')?;
    Some((words(first), rest))
}

/// What is before the last statement, with its semicolon, and the last statement.
fn last_statement(sql: &str) -> Option<(&str, String)> {
    let sql = sql.trim_end_matches(|c: char| c.is_whitespace() || c == ';');
    let at = sql.rfind(';')? + 1;
    Some((&sql[..at], words(without_comments(&sql[at..]))))
}

fn words(statement: &str) -> String {
    let words: Vec<String> = statement
        .replace('=', " = ")
        .split_whitespace()
        .map(str::to_ascii_uppercase)
        .collect();
    words.join(" ")
}

fn is_pragma(statement: &str, values: &[&str]) -> bool {
    let value = statement.strip_prefix("PRAGMA FOREIGN_KEYS = ");
    value.is_some_and(|value| values.contains(&value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_say_nothing() {
        for text in ["", " ;\n", "-- x", "/* a; */ -- b\n;", "/* open"] {
            assert!(is_blank(text), "{text}");
        }
        for text in ["SELECT 1", "-- x\nDROP TABLE a;", "/*!80017 SELECT 1 */"] {
            assert!(!is_blank(text), "{text}");
        }
    }

    #[test]
    fn a_transaction_of_its_own_is_known() {
        let sql = "-- made anew\nPRAGMA foreign_keys=off;\nbegin immediate;\n\
                   DROP TABLE a;\nALTER TABLE b RENAME TO a;\nCOMMIT;\nPRAGMA foreign_keys = ON;\n";
        let framed = framed(sql).unwrap();
        assert!(framed.without_keys);
        assert_eq!(
            framed.body.trim(),
            "DROP TABLE a;\nALTER TABLE b RENAME TO a;"
        );
        let plain = super::framed("BEGIN; SELECT 1; COMMIT").unwrap();
        assert_eq!((plain.without_keys, plain.body), (false, " SELECT 1;"));
    }

    #[test]
    fn rows_alone_are_known() {
        assert!(has_rows_alone(
            "UPDATE apples SET n = 1; INSERT INTO created_at VALUES (1);"
        ));
        for sql in [
            "alter table a add b int",
            "DELETE FROM a; COMMIT",
            "INSERT INTO a SELECT 'drop'",
        ] {
            assert!(!has_rows_alone(sql), "{sql}");
        }
    }

    #[test]
    fn keys_are_switched_at_the_beginning() {
        assert!(switches_keys(
            "-- off\nPRAGMA foreign_keys=OFF;\nDROP TABLE a;"
        ));
        assert!(!switches_keys("DROP TABLE a; PRAGMA foreign_keys = ON;"));
    }

    #[test]
    fn what_is_not_sure_is_none() {
        for sql in [
            "VACUUM;",
            "BEGIN; SELECT 1;",
            "BEGIN; SELECT 1; END;",
            "SELECT 1; COMMIT;",
            "BEGIN; SELECT 1; COMMIT; BEGIN; SELECT 2; COMMIT;",
            "BEGIN; SELECT 1; ROLLBACK; SELECT 2; COMMIT;",
            "BEGIN; SELECT 1; COMMIT; PRAGMA foreign_keys = ON; VACUUM;",
            "PRAGMA foreign_keys = OFF; DROP TABLE a; PRAGMA foreign_keys = ON;",
        ] {
            assert_eq!(framed(sql), None, "{sql}");
        }
    }
}
