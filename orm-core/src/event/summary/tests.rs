//! Summaries of texts as people and programs write them.

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
