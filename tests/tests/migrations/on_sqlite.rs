//! What a rebuild of a table must not lose.

use orm_core::prelude::*;
use orm_core::snapshot::Index;

use super::case::{Case, column, rename, rename_column, table};

macro_rules! case {
    ($name:ident, $setup:expr, $edit:expr, $then:expr) => {
        #[test]
        fn $name() {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let file = folder.path().join("case.db");
            let engine = Engine::<SqliteConnection>::open(&file.display().to_string());
            let mut session = engine.expect("an engine").session().expect("a session");
            let case = Case::new(&mut session, $setup, &[], $edit);
            let then: fn(Case<'_, Session<SqliteConnection>>) = $then;
            then(case);
        }
    };
}

case!(
    triggers_know_the_new_names,
    "CREATE TABLE log (title TEXT);
     CREATE TABLE posts (id INTEGER PRIMARY KEY, title TEXT, n INTEGER);
     CREATE TRIGGER noted AFTER INSERT ON posts WHEN new.title <> 'title' BEGIN
         INSERT INTO log (title) VALUES (new.title); END;
     CREATE TRIGGER changed AFTER UPDATE OF title ON posts BEGIN
         INSERT INTO log (title) VALUES (old.title || new.\"title\"); END",
    |wanted| {
        rename(wanted, "posts", "articles");
        rename_column(wanted, "articles", "title", "heading");
        let n = column(wanted, "articles", "n");
        (n.nullable, n.default) = (false, Some("1".to_owned()));
    },
    |mut case| {
        case.plan.fill_neutrally();
        case.up();
        case.run("INSERT INTO articles (heading) VALUES ('a'); UPDATE articles SET heading = 'b'");
        case.assert_finds("SELECT title FROM log ORDER BY rowid", &["a", "ab"]);
        case.down();
        case.run("INSERT INTO posts (title) VALUES ('c')");
        case.assert_finds("SELECT max(title) FROM log", &["c"]);
    }
);

case!(
    indexes_keep_their_collations,
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INTEGER);
     CREATE UNIQUE INDEX t_a ON t (a COLLATE NOCASE) WHERE b > 0; INSERT INTO t VALUES (1, 'x', 1)",
    |wanted| column(wanted, "t", "b").nullable = false,
    |mut case| {
        case.plan.fill_neutrally();
        case.up();
        let twice =
            "SELECT CAST(count(*) AS TEXT) FROM pragma_index_xinfo('t_a') WHERE coll = 'NOCASE'";
        case.assert_finds(twice, &["1"]);
        case.down();
        case.assert_finds(twice, &["1"]);
    }
);

case!(
    a_key_of_one_number_becomes_one_of_two_columns,
    "CREATE TABLE t (id INTEGER PRIMARY KEY, tenant INTEGER NOT NULL, n TEXT);
     INSERT INTO t VALUES (1, 2, 'x')",
    |wanted| {
        let key = table(wanted, "t").primary_key.as_mut().expect("a key");
        key.columns.push("tenant".to_owned());
        column(wanted, "t", "id").generator = None;
    },
    |mut case| {
        case.up();
        case.run("INSERT INTO t VALUES (1, 3, 'y')");
        case.run("DELETE FROM t WHERE tenant = 3");
        case.down();
        case.assert_finds("SELECT n FROM t", &["x"]);
    }
);

case!(
    a_default_that_is_calculated_is_no_constant,
    "CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)",
    |wanted| {
        let mut new = column(wanted, "t", "id").clone();
        (new.name, new.ty, new.generator) = ("n".to_owned(), "TEXT".to_owned(), None);
        (new.nullable, new.default) = (true, Some("'a' || 'b'".to_owned()));
        table(wanted, "t").columns.push(new);
    },
    |mut case| {
        case.up();
        case.run("INSERT INTO t (id) VALUES (2)");
        case.assert_finds("SELECT n FROM t WHERE id = 2", &["ab"]);
        case.down();
    }
);

case!(
    a_key_that_was_broken_before_stops_no_other_table,
    "PRAGMA foreign_keys = OFF; CREATE TABLE p (id INTEGER PRIMARY KEY);
     CREATE TABLE c (p INTEGER REFERENCES p (id)); INSERT INTO c VALUES (9);
     CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER); PRAGMA foreign_keys = ON",
    |wanted| {
        column(wanted, "t", "n").nullable = false;
        let indexes: &mut Vec<Index> = &mut table(wanted, "t").indexes;
        assert!(indexes.is_empty());
    },
    |mut case| {
        case.plan.fill_neutrally();
        case.up();
        case.down();
    }
);

case!(
    a_view_of_another_query_keeps_its_triggers,
    "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER);
     CREATE VIEW v AS SELECT id FROM t;
     CREATE TRIGGER put INSTEAD OF INSERT ON v BEGIN INSERT INTO t (id) VALUES (new.id); END",
    |wanted| wanted.views[0].definition = Some("SELECT id, n FROM t".to_owned()),
    |mut case| {
        case.up();
        case.run("INSERT INTO v (id) VALUES (7)");
        case.assert_finds("SELECT CAST(id AS TEXT) FROM t", &["7"]);
        case.down();
        case.run("INSERT INTO v (id) VALUES (8)");
        case.assert_finds("SELECT CAST(max(id) AS TEXT) FROM t", &["8"]);
    }
);
