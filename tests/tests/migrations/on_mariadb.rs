//! What only MariaDB has, or does without a word.

use orm_core::prelude::*;
use orm_core::snapshot::{Generator, TableName};

use super::case::{Case, column, rename, rename_column, table};

macro_rules! case {
    ($name:ident, $setup:expr, $edit:expr, $then:expr) => {
        #[test]
        fn $name() {
            let Some(server) = orm_tests::shared_mariadb() else {
                return;
            };
            let url = server.fresh_database("case");
            let engine = Engine::<MysqlConnection>::open(&url).expect("an engine");
            let mut session = engine.session().expect("a session");
            let case = Case::new(&mut session, $setup, &[], $edit);
            let then: fn(Case<'_, Session<MysqlConnection>>) = $then;
            then(case);
        }
    };
}

case!(
    what_changes_with_each_update_does_not_change_with_a_migration,
    "CREATE TABLE o (id int PRIMARY KEY, c varchar(2),
        u timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp());
     INSERT INTO o VALUES (1, NULL, '2001-02-03 04:05:06')",
    |wanted| column(wanted, "o", "c").nullable = false,
    |mut case| {
        assert!(case.plan.fill(&TableName::new(None, "o"), "c", "'BE'"));
        case.up();
        case.assert_finds("SELECT CAST(u AS CHAR) FROM o", &["2001-02-03 04:05:06"]);
        case.assert_finds("SELECT c FROM o", &["BE"]);
        case.down();
    }
);

case!(
    the_server_finds_no_value_for_rows_that_are_there,
    "CREATE TABLE o (id int PRIMARY KEY); INSERT INTO o VALUES (1)",
    |wanted| {
        let mut new = column(wanted, "o", "id").clone();
        new.name = "n".to_owned();
        table(wanted, "o").columns.push(new);
    },
    |mut case| {
        assert_eq!(case.plan.unfilled().len(), 1);
        case.refused();
        case.assert_finds("SELECT CAST(n AS CHAR) FROM o", &["NULL"]);
    }
);

case!(
    a_key_that_is_zero_stays_zero,
    "CREATE TABLE o (id bigint PRIMARY KEY); INSERT INTO o VALUES (0), (5)",
    |wanted| column(wanted, "o", "id").generator = Some(Generator::Default),
    |mut case| {
        case.up();
        case.run("INSERT INTO o VALUES ()");
        case.assert_finds(
            "SELECT CAST(id AS CHAR) FROM o ORDER BY id",
            &["0", "5", "6"],
        );
        case.down();
    }
);

case!(
    a_counted_key_comes_while_another_column_is_filled,
    "CREATE TABLE o (code varchar(9) NOT NULL PRIMARY KEY, note text);
     INSERT INTO o VALUES ('a', NULL), ('b', 'x')",
    |wanted| {
        let table = table(wanted, "o");
        let mut id = table.columns[0].clone();
        (id.name, id.ty, id.collation) = ("id".to_owned(), "bigint".to_owned(), None);
        id.generator = Some(Generator::Default);
        table.columns.insert(0, id);
        table.primary_key.as_mut().expect("a key").columns = vec!["id".to_owned()];
        column(wanted, "o", "note").nullable = false;
    },
    |mut case| {
        assert!(case.plan.fill(&TableName::new(None, "o"), "note", "''"));
        case.up();
        case.assert_finds("SELECT CAST(id AS CHAR) FROM o ORDER BY id", &["1", "2"]);
        case.down();
    }
);

case!(
    what_the_server_named_is_known_by_its_new_name,
    "CREATE TABLE p (id int PRIMARY KEY);
     CREATE TABLE c (id int PRIMARY KEY, nm int, p int, FOREIGN KEY (p) REFERENCES p (id));
     CREATE VIEW v AS SELECT nm FROM c; INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1, 1)",
    |wanted| {
        rename(wanted, "c", "children");
        rename_column(wanted, "children", "nm", "note");
        let children = table(wanted, "children");
        children.foreign_keys.clear();
        wanted.views.clear(); // somebody else's
    },
    |mut case| {
        case.up();
        case.assert_finds("SELECT CAST(nm AS CHAR) FROM v", &["1"]);
        case.down();
        case.assert_finds("SELECT CAST(nm AS CHAR) FROM v", &["1"]);
    }
);

case!(
    a_view_comes_back_with_its_words,
    "CREATE TABLE t (id int PRIMARY KEY, nm int); INSERT INTO t VALUES (1, 1);
     CREATE DEFINER = `some``body`@localhost SQL SECURITY INVOKER VIEW v AS SELECT id, nm FROM t WHERE nm > 0
         WITH CASCADED CHECK OPTION",
    |wanted| {
        rename_column(wanted, "t", "nm", "note");
        wanted.views.clear(); // somebody else's
    },
    |mut case| {
        let had = "SELECT CONCAT_WS(' ', SECURITY_TYPE, CHECK_OPTION, DEFINER) \
            FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE()";
        let before = case.ask(had);
        assert!(
            before[0]
                .as_ref()
                .is_some_and(|said| said == "INVOKER CASCADED some`body@localhost")
        );
        case.up();
        assert_eq!(case.ask(had), before);
        case.assert_finds("SELECT CAST(nm AS CHAR) FROM v", &["1"]);
        case.down();
        assert_eq!(case.ask(had), before);
    }
);
