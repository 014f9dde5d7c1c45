//! MariaDB: which statements it takes with ALGORITHM=INPLACE, LOCK=NONE.

use orm_core::diesel::connection::SimpleConnection;
use orm_core::diff::{Plan, diff, sql};
use orm_core::prelude::*;
use orm_core::snapshot::TableName;

use super::super::case::table;
use super::super::pairs::Inspects;
use super::rules;

const SETUP: &str = "
    DROP TABLE IF EXISTS orders, keyless, words, sums, customers;
    CREATE TABLE customers (id int PRIMARY KEY);
    INSERT INTO customers VALUES (1);
    CREATE TABLE orders (
        id bigint PRIMARY KEY AUTO_INCREMENT, customer_id int, name varchar(40), n int,
        code varchar(9) NOT NULL, total decimal(10,2), mood enum('glad', 'sad'), at datetime,
        note text, stamp timestamp NULL, fixed char(5), bin varbinary(20), latin varchar(40)
        CHARACTER SET latin1, short varchar(20), made int AS (n + 1) VIRTUAL,
        held int, KEY code_idx (code), CONSTRAINT n_check CHECK (n > 0),
        CONSTRAINT held_fk FOREIGN KEY (held) REFERENCES customers (id));
    INSERT INTO orders (customer_id, name, n, code, stamp) VALUES (1, 'a', 1, 'b', now());
    CREATE TABLE words (id int NOT NULL, a int, word text, FULLTEXT KEY (word));
    CREATE TABLE sums (id int NOT NULL, a int, b int AS (a + 1) VIRTUAL, KEY (b));
    CREATE TABLE keyless (id int NOT NULL, other int NOT NULL)";

/// What is done, and what the linter finds in it.
const CASES: &[(&str, &[&str])] = &[
    ("ADD x int", &[]),
    ("ADD x int AFTER made", &[]),
    ("ADD x int AFTER name", &["rewriting-column"]),
    ("ADD x int NOT NULL DEFAULT 5", &[]),
    ("ADD x datetime NOT NULL DEFAULT current_timestamp()", &[]),
    (
        "ADD x char(36) NOT NULL DEFAULT uuid()",
        &["rewriting-column"],
    ),
    ("ADD x int AS (n * 2) STORED", &["rewriting-column"]),
    ("ADD x int AS (n * 2) VIRTUAL", &[]),
    ("DROP COLUMN at", &["drop-column"]),
    // Types.
    ("MODIFY name varchar(63)", &[]),
    ("MODIFY name varchar(64)", &["change-type"]),
    ("MODIFY name varchar(20)", &["change-type"]),
    ("MODIFY short varchar(300)", &[]),
    ("MODIFY name text", &["change-type"]),
    ("MODIFY latin varchar(255) CHARACTER SET latin1", &[]),
    ("MODIFY latin varchar(40)", &["change-type"]),
    ("MODIFY bin varbinary(300)", &[]),
    ("MODIFY n bigint", &["change-type"]),
    ("MODIFY n int unsigned", &["change-type"]),
    ("MODIFY total decimal(12,2)", &["change-type"]),
    ("MODIFY at datetime(6)", &["change-type"]),
    ("MODIFY note longtext", &["change-type"]),
    ("MODIFY fixed char(9)", &["change-type"]),
    ("MODIFY mood enum('glad', 'sad', 'calm')", &[]),
    ("MODIFY mood enum('calm', 'glad', 'sad')", &["change-type"]),
    ("MODIFY name varchar(40) COLLATE utf8mb4_bin", &[]),
    ("MODIFY code varchar(9) COLLATE utf8mb4_bin NOT NULL", &[]),
    // Beside the type.
    ("MODIFY n int NOT NULL", &[]),
    ("MODIFY name varchar(40) NOT NULL", &[]),
    (
        "MODIFY stamp timestamp NOT NULL DEFAULT current_timestamp()",
        &["change-type"],
    ),
    ("MODIFY code varchar(9) NULL", &[]),
    ("MODIFY n int DEFAULT 7", &[]),
    ("MODIFY n int COMMENT 'x'", &[]),
    ("MODIFY id bigint NOT NULL", &[]),
    // Keys.
    ("ADD INDEX i (n)", &[]),
    ("ADD UNIQUE i (n)", &[]),
    ("ADD UNIQUE i (note)", &["add-unique"]),
    ("ADD FULLTEXT i (note)", &["add-index"]),
    ("DROP INDEX code_idx", &[]),
    (
        "ADD CONSTRAINT c FOREIGN KEY (customer_id) REFERENCES customers (id)",
        &["add-foreign-key"],
    ),
    ("DROP FOREIGN KEY held_fk", &[]),
    ("ADD CONSTRAINT c CHECK (n < 50)", &["add-check"]),
    ("DROP CONSTRAINT n_check", &[]),
    ("COMMENT 'x'", &[]),
    (
        "MODIFY id bigint NOT NULL, DROP PRIMARY KEY",
        &["drop-primary-key"],
    ),
];

/// Findings that are about no work of the database.
const SHORT: [&str; 1] = ["drop-column"];

/// Follows a plan; the statements that it takes in no other way than by stopping writers.
fn refused(session: &mut Session<MysqlConnection>, plan: &Plan) -> Vec<String> {
    let mut refused = Vec::new();
    for statement in sql(plan).statements {
        let online = format!("{statement}, ALGORITHM=INPLACE, LOCK=NONE");
        let alters = statement.starts_with("ALTER TABLE");
        if alters && session.batch_execute(&online).is_ok() {
            continue;
        }
        let done = session.batch_execute(&statement);
        done.unwrap_or_else(|error| panic!("{error}: {statement}"));
        if alters {
            refused.push(statement);
        }
    }
    refused
}

fn shop(then: impl FnOnce(&mut Session<MysqlConnection>)) {
    let Some(server) = orm_tests::shared_mariadb() else {
        return;
    };
    let url = server.fresh_database("lint");
    let engine = Engine::<MysqlConnection>::open(&url).expect("an engine");
    let mut session = engine.session().expect("a session");
    session.batch_execute(SETUP).expect("the setup");
    then(&mut session);
}

#[test]
fn a_table_is_locked_where_and_only_where_something_is_found() {
    shop(|session| {
        let first = session.found();
        let mut wrong = Vec::new();
        let of_orders = CASES
            .iter()
            .map(|(change, expected)| ("orders", *change, *expected));
        let others: [(&str, &str, &[&str]); 13] = [
            ("words", "ADD x int", &["locked-rebuild"]),
            ("words", "DROP COLUMN a", &["drop-column", "locked-rebuild"]),
            ("words", "MODIFY a int NOT NULL", &["locked-rebuild"]),
            ("words", "ADD PRIMARY KEY (id)", &["locked-rebuild"]),
            ("words", "ALTER a SET DEFAULT 5", &[]),
            ("words", "ADD INDEX (a)", &[]),
            ("sums", "ADD x int", &["locked-rebuild"]),
            ("sums", "MODIFY id int NULL", &["locked-rebuild"]),
            ("sums", "ADD INDEX (a)", &[]),
            ("keyless", "MODIFY id bigint NOT NULL", &["change-type"]),
            ("keyless", "MODIFY other int NULL", &[]),
            ("keyless", "ADD PRIMARY KEY (id)", &[]),
            (
                "keyless",
                "ADD x int AUTO_INCREMENT PRIMARY KEY",
                &["rewriting-column"],
            ),
        ];
        for (table, change, expected) in of_orders.chain(others) {
            let change = format!("ALTER TABLE {table} {change}");
            session
                .batch_execute(&change)
                .unwrap_or_else(|error| panic!("{error}: {change}"));
            let wanted = session.found();
            session.batch_execute(SETUP).expect("the setup");
            let plan = diff(&first, &wanted, &[]);
            assert!(!plan.is_empty(), "{change}");
            let (found, refused) = (rules(&plan), refused(session, &plan));
            session.batch_execute(SETUP).expect("the setup");
            let is_work = found.iter().any(|rule| !SHORT.contains(rule));
            if found != expected || is_work == refused.is_empty() {
                wrong.push(format!("{change}: found {found:?}, refused {refused:?}"));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    });
}

#[test]
fn rows_that_are_filled_are_a_finding() {
    shop(|session| {
        let first = session.found();
        let mut wanted = first.clone();
        let orders = table(&mut wanted, "orders");
        orders.columns[3].nullable = false;
        let mut plan = diff(&first, &wanted, &[]);
        assert!(rules(&plan).is_empty());
        assert!(plan.fill(&TableName::new(None, "orders"), "n", "7"));
        assert_eq!(rules(&plan), ["fill"]);
    });
}
