//! What only MariaDB has, or does without a word.

use orm_core::prelude::*;
use orm_core::snapshot::{Generator, TableName};

use super::case::{Case, column, rename, rename_column, table};
use super::pairs::Inspects;

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

/// Checks as they are written behind a column: MariaDB gives them no name that can be dropped.
const CHECKED: &str = "
    CREATE TABLE o (id int PRIMARY KEY, n int CHECK (n > 0), m bigint,
        code varchar(9) NOT NULL DEFAULT 'x' COMMENT 'short' CHECK (code <> '' OR n < 5),
        CONSTRAINT m CHECK (m < 9), doc JSON);
    INSERT INTO o VALUES (1, 1, 1, 'a', '{}')";

const LEVELS: &str = "SELECT CONCAT_WS(' ', CONSTRAINT_NAME, LEVEL, CHECK_CLAUSE) \
    FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() ORDER BY 1";

const AS_WRITTEN: [&str; 4] = [
    "code Column `code` <> '' or `n` < 5",
    "doc Column json_valid(`doc`)",
    "m Table `m` < 9",
    "n Column `n` > 0",
];

case!(
    checks_of_columns_go_and_come_back,
    CHECKED,
    |wanted| table(wanted, "o").checks.clear(),
    |mut case| {
        case.assert_finds(LEVELS, &AS_WRITTEN);
        case.up();
        case.run("INSERT INTO o VALUES (2, -1, 10, '', '{}'), (3, 7, 1, '', '{}')");
        case.assert_finds(LEVELS, &AS_WRITTEN[1..2]);
        case.run("DELETE FROM o WHERE id > 1");
        case.down();
        case.assert_finds(LEVELS, &AS_WRITTEN);
        case.assert_finds("SELECT DEFAULT(code) FROM o", &["x"]);
    }
);

case!(
    a_check_of_a_column_stays_while_the_column_changes,
    CHECKED,
    |wanted| {
        column(wanted, "o", "n").ty = "bigint".to_owned();
        column(wanted, "o", "n").nullable = false;
        column(wanted, "o", "code").ty = "varchar(20)".to_owned();
        rename_column(wanted, "o", "n", "number");
        for check in &mut table(wanted, "o").checks {
            check.expression = check.expression.replace("`n`", "`number`");
        }
    },
    |mut case| {
        assert!(case.plan.fill(&TableName::new(None, "o"), "number", "1"));
        case.up();
        // The server keeps the name that the column had when it was defined.
        let levels = "SELECT CONCAT_WS(' ', LEVEL, CHECK_CLAUSE) \
            FROM information_schema.CHECK_CONSTRAINTS \
            WHERE CONSTRAINT_SCHEMA = DATABASE() ORDER BY 1";
        let expected = |name: &str| {
            [
                format!("Column `code` <> '' or `{name}` < 5"),
                format!("Column `{name}` > 0"),
                "Column json_valid(`doc`)".to_owned(),
                "Table `m` < 9".to_owned(),
            ]
        };
        let texts = |list: &[String; 4]| {
            let mut list = list.to_vec();
            list.sort();
            list
        };
        let found = |case: &mut Case<'_, Session<MysqlConnection>>| {
            let mut found: Vec<String> = case.ask(levels).into_iter().flatten().collect();
            found.sort();
            found
        };
        assert_eq!(found(&mut case), texts(&expected("number")));
        case.down();
        assert_eq!(found(&mut case), texts(&expected("n")));
        // A column of the old name has nothing to do with it.
        case.run("ALTER TABLE o RENAME COLUMN n TO k; ALTER TABLE o ADD n int CHECK (n < 7)");
        let again = case.session.found();
        let names: Vec<_> = again.tables[0].checks.iter().map(|one| &one.name).collect();
        let named = |name: &str| {
            names
                .iter()
                .filter(|one| one.as_deref() == Some(name))
                .count()
        };
        assert_eq!([named("code"), named("k"), named("m"), named("n")], [1; 4]);
    }
);

case!(
    a_check_of_a_column_is_another_one,
    CHECKED,
    |wanted| {
        let table = table(wanted, "o");
        let check = table
            .checks
            .iter_mut()
            .find(|one| one.expression == "`n` > 0");
        check.expect("the check").expression = "`n` > 5".to_owned();
        column(wanted, "o", "n").ty = "bigint".to_owned();
    },
    |mut case| {
        case.up();
        case.run("UPDATE o SET n = 6");
        case.down();
        case.assert_finds(LEVELS, &AS_WRITTEN);
    }
);

case!(
    a_column_goes_with_its_check_and_both_come_back,
    CHECKED,
    |wanted| {
        let table = table(wanted, "o");
        table.columns.retain(|one| one.name != "n");
        table.checks.retain(|one| !one.expression.contains("`n`"));
    },
    |mut case| {
        case.up();
        case.assert_finds(LEVELS, &AS_WRITTEN[1..3]);
        case.down();
        case.assert_finds(LEVELS, &AS_WRITTEN);
    }
);

#[test]
fn a_table_comes_back_with_the_checks_of_its_columns() {
    let Some(server) = orm_tests::shared_mariadb() else {
        return;
    };
    let url = server.fresh_database("case");
    let engine = Engine::<MysqlConnection>::open(&url).expect("an engine");
    let mut session = engine.session().expect("a session");
    let mut case = Case::new(&mut session, CHECKED, &["o"], |wanted| {
        wanted.tables.clear()
    });
    case.up();
    case.down();
    case.assert_finds(LEVELS, &AS_WRITTEN);
}
