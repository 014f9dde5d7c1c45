//! Plans of PostgreSQL for a database in use: they lead where the plain ones lead, and nothing is
//! found in them.

use orm_core::diesel::connection::SimpleConnection;
use orm_core::diff::{Plan, diff, sql};
use orm_core::lint::lint;
use orm_core::migrate::{Migration, Migrations, Run};
use orm_core::prelude::*;
use orm_core::snapshot::{Snapshot, drift};

use super::super::case::Asks;
use super::super::pairs::Inspects;
use super::on_postgres::worked_on;
use super::rules;

const SETUP: &str = "
    CREATE TYPE mood AS ENUM ('glad', 'sad');
    CREATE TABLE customers (id int PRIMARY KEY, code int NOT NULL);
    INSERT INTO customers SELECT n, n FROM generate_series(1, 50) n;
    CREATE TABLE orders (id int PRIMARY KEY, customer_id int, name varchar(40), note text, n int,
        mood mood);
    CREATE INDEX note_idx ON orders (note);
    CREATE INDEX name_idx ON orders (name);
    INSERT INTO orders SELECT n, n, n, n, n, 'glad' FROM generate_series(1, 50) n;
    CREATE VIEW names AS SELECT id, n FROM orders";

const CHANGE: &str = "
    ALTER TYPE mood ADD VALUE 'calm';
    CREATE TABLE lines (id int PRIMARY KEY, order_id int NOT NULL REFERENCES orders,
        code int REFERENCES customers, text varchar(9) UNIQUE CHECK (text <> ''));
    CREATE INDEX ON lines (order_id);
    CREATE INDEX \"An index\" ON orders (customer_id DESC, lower(note)) WHERE n > 5;
    CREATE UNIQUE INDEX ON orders (id, name);
    DROP INDEX note_idx;
    DROP INDEX name_idx;
    CREATE INDEX name_idx ON orders (name, id);
    ALTER TABLE customers ADD CONSTRAINT customers_code_key UNIQUE (code);
    ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers ON DELETE CASCADE;
    ALTER TABLE orders ADD CONSTRAINT by_code FOREIGN KEY (n) REFERENCES customers (code)
        DEFERRABLE INITIALLY DEFERRED;
    ALTER TABLE orders ADD CONSTRAINT positive CHECK (n > 0);
    ALTER TABLE orders ADD CHECK (name <> '') NO INHERIT;
    ALTER TABLE orders ALTER name SET NOT NULL, ALTER name TYPE varchar(80), ALTER name SET DEFAULT 'x';
    ALTER TABLE orders ALTER customer_id SET NOT NULL;
    ALTER TABLE orders ADD added timestamptz DEFAULT now();
    COMMENT ON TABLE orders IS 'what is ordered'";

pub(super) fn session(setup: &str) -> Option<(Engine<PgConnection>, Session<PgConnection>)> {
    let server = orm_tests::shared_postgres()?;
    let engine = Engine::<PgConnection>::open(&server.fresh_database("online")).expect("an engine");
    let mut session = engine.session().expect("a session");
    session.batch_execute(setup).expect("the setup");
    Some((engine, session))
}

/// What a change makes, and the plan that leads there.
pub(super) fn planned(session: &mut Session<PgConnection>, change: &str) -> (Snapshot, Plan) {
    let first = session.found();
    session
        .batch_execute(&format!("BEGIN; {change}"))
        .expect("the change");
    let wanted = session.found();
    session.batch_execute("ROLLBACK").expect("the way back");
    let plan = diff(&first, &wanted, &[]);
    (wanted, plan)
}

#[track_caller]
pub(super) fn follow(session: &mut Session<PgConnection>, plan: &Plan) {
    let script = sql(plan);
    let text = script.statements.join(";\n");
    let text = match script.in_transaction {
        true => format!("BEGIN;\n{text};\nCOMMIT"),
        false => text,
    };
    session
        .batch_execute(&text)
        .unwrap_or_else(|error| panic!("{error}: {text}"));
}

#[track_caller]
pub(super) fn assert_is(found: &Snapshot, wanted: &Snapshot) {
    let differences: Vec<String> = drift(wanted, found)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(differences.is_empty(), "{differences:#?}");
    let rest = diff(found, wanted, &[]);
    assert!(rest.is_empty(), "still to do: {:#?}", rest.steps);
}

#[test]
fn it_leads_where_the_plain_one_leads_and_back_and_nothing_is_found() {
    let Some((_, mut session)) = session(SETUP) else {
        return;
    };
    let first = session.found();
    let (wanted, plan) = planned(&mut session, CHANGE);
    let mut plain: Vec<&str> = rules(&plan);
    plain.sort_unstable();
    plain.dedup();
    let expected = [
        "add-check",
        "add-foreign-key",
        "add-index",
        "add-unique",
        "change-enum",
        "drop-index",
        "set-not-null",
    ];
    assert_eq!(plain, expected);

    let parts = plan.online();
    let mut unchecked = 0;
    for part in &parts {
        let script = sql(part);
        assert_eq!(lint(part), [], "{:#?}", script.statements);
        if script.in_transaction {
            assert!(worked_on(&mut session, part).is_empty(), "{script:#?}");
        }
        follow(&mut session, part);
        let found = session.found();
        assert_is(&found, &part.outcome());
        let table = found.table(None, "orders").expect("the table");
        let of_keys = table.foreign_keys.iter().flat_map(|key| &key.options);
        let of_checks = table.checks.iter().flat_map(|check| &check.options);
        let of_all = of_keys.chain(of_checks);
        unchecked = unchecked.max(of_all.filter(|option| *option == "NOT VALID").count());
    }
    // Two keys, two checks, and two for NOT NULL.
    assert_eq!(unchecked, 6);
    let found = session.found();
    assert_is(&found, &wanted);
    let valid = "SELECT conname::text FROM pg_constraint WHERE NOT convalidated";
    assert!(session.ask(valid).is_empty());

    for (nth, part) in parts.iter().rev().enumerate() {
        let back = part.inverse();
        // NOT NULL goes, and what was validated.
        if nth < 2 {
            let script = sql(&back);
            assert!(worked_on(&mut session, &back).is_empty(), "{script:#?}");
        }
        follow(&mut session, &back);
    }
    assert_is(&session.found(), &first);

    // The plain one makes the same.
    for part in plan.parts() {
        follow(&mut session, &part);
    }
    assert_eq!(session.found(), found);
}

#[test]
fn its_parts_are_migrations() {
    let Some((engine, mut session)) = session(SETUP) else {
        return;
    };
    let first = session.found();
    let (wanted, plan) = planned(&mut session, CHANGE);
    let parts = plan.online();
    let migration = |(nth, part): (usize, &Plan)| {
        Migration::of_plan(&format!("2026112112{nth:04}"), "online", part)
    };
    let all: Vec<Migration> = parts.iter().enumerate().map(migration).collect();
    let count = all.len();
    assert!(all.iter().any(|one| !one.in_transaction) && all.iter().any(|one| one.in_transaction));
    let all = Migrations::new(all).expect("migrations");
    assert_eq!(
        engine.migrate(&all, &Run::default()).expect("up").len(),
        count
    );
    assert_is(&session.found(), &wanted);
    engine
        .revert_migrations(&all, count, &Run::default())
        .expect("down");
    assert_is(&session.found(), &first);
}
