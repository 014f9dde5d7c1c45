//! PostgreSQL: which files are new, which tables were read, and what was locked meanwhile.

use std::collections::BTreeMap;

use orm_core::diesel::connection::SimpleConnection;
use orm_core::diff::{Plan, diff, sql};
use orm_core::prelude::*;
use orm_core::snapshot::TableName;

use super::super::case::{Asks, table};
use super::super::pairs::Inspects;
use super::rules;

const SETUP: &str = "
    CREATE TYPE mood AS ENUM ('glad', 'sad');
    CREATE DOMAIN small AS int CHECK (VALUE < 100);
    CREATE TABLE customers (id int PRIMARY KEY, code int);
    INSERT INTO customers SELECT n, n FROM generate_series(1, 3000) n;
    CREATE TABLE orders (
        id int PRIMARY KEY, customer_id int, name varchar(40), note text, bare text,
        total numeric(10,2), at timestamp(0), day date, mood mood, n int NOT NULL,
        address cidr, bits bit varying(3), span interval(0), tags varchar(10)[], fixed char(5),
        checked int CHECK (checked IS NOT NULL), made int GENERATED ALWAYS AS (n + 1) STORED,
        held int REFERENCES customers, code varchar(9) CONSTRAINT code_key UNIQUE,
        stamp timestamp(3) with time zone, CONSTRAINT n_check CHECK (n > 0));
    CREATE INDEX note_idx ON orders (note);
    CREATE INDEX name_idx ON orders (name);
    CREATE INDEX total_idx ON orders (total);
    INSERT INTO orders (id, customer_id, name, note, n, checked, code, mood)
        SELECT n, n, n, n, n, n, n, 'glad' FROM generate_series(1, 3000) n;
    CREATE TABLE keyless (id int NOT NULL);
    INSERT INTO keyless SELECT n FROM generate_series(1, 3000) n;
    CREATE TABLE labels (id int PRIMARY KEY, label varchar(20) CHECK (label <> ''), mark varchar(20),
        flag varchar(20), plain varchar(20));
    CREATE INDEX ON labels (lower(mark));
    CREATE INDEX ON labels (id) WHERE flag <> 'x';
    CREATE INDEX ON labels (plain);
    INSERT INTO labels SELECT n, n, n, n, n FROM generate_series(1, 3000) n;
    CREATE TABLE shown (id int PRIMARY KEY, seen varchar(20));
    INSERT INTO shown SELECT n, n FROM generate_series(1, 3000) n;
    CREATE MATERIALIZED VIEW all_seen AS SELECT id, seen FROM shown;
    ANALYZE";

/// What is done, and what the linter finds in it.
const CASES: &[(&str, &[&str])] = &[
    ("CREATE INDEX i ON orders (customer_id)", &["add-index"]),
    ("CREATE UNIQUE INDEX i ON orders (id, n) WHERE n > 5", &["add-index"]),
    ("DROP INDEX note_idx", &["drop-index"]),
    ("ALTER TABLE orders ADD CONSTRAINT u UNIQUE (id, n)", &["add-unique"]),
    ("ALTER TABLE orders DROP CONSTRAINT code_key", &[]),
    ("ALTER TABLE keyless ADD PRIMARY KEY (id)", &["add-primary-key"]),
    ("ALTER TABLE orders DROP CONSTRAINT orders_pkey", &[]),
    ("ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers", &["add-foreign-key"]),
    ("ALTER TABLE orders DROP CONSTRAINT orders_held_fkey", &[]),
    ("ALTER TABLE orders ADD CHECK (n < 5000)", &["add-check"]),
    ("ALTER TABLE orders DROP CONSTRAINT n_check", &[]),
    ("ALTER TABLE orders ALTER name SET NOT NULL", &["set-not-null"]),
    ("ALTER TABLE orders ALTER checked SET NOT NULL", &[]),
    ("ALTER TABLE orders ALTER n DROP NOT NULL", &[]),
    ("ALTER TABLE orders ALTER bare SET DEFAULT 'x'", &[]),
    ("COMMENT ON COLUMN orders.bare IS 'x'; COMMENT ON TABLE orders IS 'y'", &[]),
    // Types whose values stay as they are, and others.
    ("ALTER TABLE orders ALTER name TYPE varchar(80)", &[]),
    ("ALTER TABLE orders ALTER name TYPE varchar", &[]),
    ("ALTER TABLE orders ALTER name TYPE text", &[]),
    ("ALTER TABLE orders ALTER name TYPE varchar(20)", &["change-type"]),
    ("ALTER TABLE orders ALTER note TYPE varchar", &[]),
    ("ALTER TABLE orders ALTER note TYPE varchar(90)", &["change-type"]),
    ("ALTER TABLE orders ALTER total TYPE numeric(12,2)", &[]),
    ("ALTER TABLE orders ALTER total TYPE numeric", &[]),
    ("ALTER TABLE orders ALTER total TYPE numeric(12,4)", &["change-type"]),
    ("ALTER TABLE orders ALTER total TYPE numeric(8,2)", &["change-type"]),
    ("ALTER TABLE orders ALTER at TYPE timestamp(3)", &[]),
    ("ALTER TABLE orders ALTER at TYPE timestamp", &[]),
    ("ALTER TABLE orders ALTER at TYPE timestamptz", &["change-type"]),
    ("ALTER TABLE orders ALTER stamp TYPE timestamptz(6)", &[]),
    ("ALTER TABLE orders ALTER stamp TYPE timestamptz(0)", &["change-type"]),
    ("ALTER TABLE orders ALTER day TYPE timestamp", &["change-type"]),
    ("ALTER TABLE orders ALTER customer_id TYPE bigint", &["change-type"]),
    ("ALTER TABLE orders ALTER customer_id TYPE text", &["change-type"]),
    ("ALTER TABLE orders ALTER address TYPE inet", &["change-type"]),
    ("ALTER TABLE orders ALTER bits TYPE bit varying(5)", &[]),
    ("ALTER TABLE orders ALTER bits TYPE bit varying", &["change-type"]),
    ("ALTER TABLE orders ALTER span TYPE interval(3)", &[]),
    ("ALTER TABLE orders ALTER tags TYPE varchar(20)[]", &["change-type"]),
    ("ALTER TABLE orders ALTER fixed TYPE char(9)", &["change-type"]),
    ("ALTER TABLE orders ALTER note TYPE text COLLATE \"C\"", &["change-collation"]),
    ("ALTER TABLE orders ALTER bare TYPE text COLLATE \"C\"", &[]),
    // Expressions that name the column are made anew with it.
    ("ALTER TABLE labels ALTER plain TYPE varchar(40)", &[]),
    ("ALTER TABLE labels ALTER label TYPE varchar(40)", &["change-type"]),
    ("ALTER TABLE labels ALTER mark TYPE varchar(40)", &["change-type"]),
    ("ALTER TABLE labels ALTER flag TYPE varchar(40)", &["change-type"]),
    ("DROP MATERIALIZED VIEW all_seen; ALTER TABLE shown ALTER seen TYPE varchar(40);
      CREATE MATERIALIZED VIEW all_seen AS SELECT id, seen FROM shown", &["fill-view"]),
    // New columns.
    ("ALTER TABLE orders ADD x text", &[]),
    ("ALTER TABLE orders ADD x int NOT NULL DEFAULT 5", &[]),
    ("ALTER TABLE orders ADD x varchar(9) NOT NULL DEFAULT 'f(x)'::varchar(9)", &[]),
    ("ALTER TABLE orders ADD x timestamptz NOT NULL DEFAULT now()", &[]),
    ("ALTER TABLE orders ADD x date NOT NULL DEFAULT CURRENT_DATE", &[]),
    ("ALTER TABLE orders ADD x timestamptz DEFAULT clock_timestamp()", &["rewriting-column"]),
    ("ALTER TABLE orders ADD x uuid DEFAULT gen_random_uuid()", &["rewriting-column"]),
    ("ALTER TABLE orders ADD x int GENERATED BY DEFAULT AS IDENTITY", &["rewriting-column"]),
    ("ALTER TABLE orders ADD x serial", &["rewriting-column"]),
    ("ALTER TABLE orders ADD x int GENERATED ALWAYS AS (n * 2) STORED", &["rewriting-column"]),
    ("ALTER TABLE orders ADD x small", &["rewriting-column"]),
    ("ALTER TABLE orders ALTER made DROP EXPRESSION", &[]),
    ("ALTER TABLE orders ALTER id ADD GENERATED BY DEFAULT AS IDENTITY", &[]),
    ("ALTER TABLE orders ALTER n ADD GENERATED BY DEFAULT AS IDENTITY", &["count-on"]),
    // Enum types.
    ("ALTER TYPE mood ADD VALUE 'calm'", &[]),
    ("ALTER TYPE mood ADD VALUE 'calm'; ALTER TABLE customers ADD x int", &["change-enum"]),
    ("ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'", &["change-enum"]),
    // Names that go.
    ("ALTER TABLE orders DROP COLUMN bare", &["drop-column"]),
    // A new table, whose key is looked at and has no rows.
    ("CREATE TABLE t (id int PRIMARY KEY, c int REFERENCES customers, x text UNIQUE CHECK (x <> ''));
      CREATE INDEX ON t (c)", &[]),
];

/// Findings that are about no work of the database.
const SHORT: [&str; 2] = ["drop-index", "drop-column"];

/// The file of each table and index, and how often this session has read each table from end to
/// end; each behind the name of the table.
fn seen(session: &mut Session<PgConnection>) -> BTreeMap<(String, String), String> {
    let lines = session.ask(
        "SELECT concat_ws('|', coalesce(i.indrelid, c.oid)::regclass, c.relname, c.relfilenode) \
         FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid \
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i') \
         UNION ALL SELECT concat_ws('|', relname, 'scans', pg_stat_get_xact_numscans(oid)) \
         FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'",
    );
    let lines = lines.into_iter().flatten();
    lines
        .map(|line| {
            let parts: Vec<String> = line.split('|').map(str::to_owned).collect();
            let [table, what, value] = <[String; 3]>::try_from(parts).expect(&line);
            ((table, what), value)
        })
        .collect()
}

/// Follows a plan and takes it back. The tables that were read or written from end to end, or whose
/// indexes were, and that nobody could write meanwhile.
pub(super) fn worked_on(session: &mut Session<PgConnection>, plan: &Plan) -> Vec<String> {
    session.batch_execute("BEGIN").expect("a transaction");
    let before = seen(session);
    for statement in sql(plan).statements {
        let done = session.batch_execute(&statement);
        done.unwrap_or_else(|error| panic!("{error}: {statement}"));
    }
    let after = seen(session);
    let locked = session.ask(
        "SELECT DISTINCT c.relname::text FROM pg_locks l JOIN pg_class c ON c.oid = l.relation \
         WHERE l.pid = pg_backend_pid() AND c.relkind = 'r' AND l.mode IN \
         ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')",
    );
    session.batch_execute("ROLLBACK").expect("the way back");
    let is_worked_on = |table: &String| {
        let own = |((of, _), _): &(&(String, String), &String)| of == table;
        let was_there = before.contains_key(&(table.clone(), table.clone()));
        let mut now = after.iter().filter(own);
        was_there && now.any(|(what, value)| before.get(what) != Some(value))
    };
    locked.into_iter().flatten().filter(is_worked_on).collect()
}

fn shop(then: impl FnOnce(&mut Session<PgConnection>)) {
    let Some(server) = orm_tests::shared_postgres() else {
        return;
    };
    let engine = Engine::<PgConnection>::open(&server.fresh_database("lint")).expect("an engine");
    let mut session = engine.session().expect("a session");
    session.batch_execute(SETUP).expect("the setup");
    then(&mut session);
}

#[test]
fn a_table_is_worked_on_under_a_lock_where_and_only_where_something_is_found() {
    shop(|session| {
        let first = session.found();
        let mut wrong = Vec::new();
        for (change, expected) in CASES {
            session
                .batch_execute(&format!("BEGIN; {change}"))
                .expect(change);
            let wanted = session.found();
            session.batch_execute("ROLLBACK").expect("the way back");
            let plan = diff(&first, &wanted, &[]);
            assert!(!plan.is_empty(), "{change}");
            let (found, worked_on) = (rules(&plan), worked_on(session, &plan));
            let is_work = found.iter().any(|rule| !SHORT.contains(rule));
            if found != *expected || is_work == worked_on.is_empty() {
                wrong.push(format!(
                    "{change}: found {found:?}, worked on {worked_on:?}"
                ));
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
        let mut column = orders.columns[0].clone();
        (column.name, column.nullable) = ("x".to_owned(), false);
        orders.columns.push(column);
        let mut plan = diff(&first, &wanted, &[]);
        assert!(rules(&plan).is_empty());
        assert!(plan.fill(&TableName::new(None, "orders"), "x", "7"));
        assert_eq!(rules(&plan), ["fill"]);
        assert_eq!(worked_on(session, &plan), ["orders"]);
    });
}
