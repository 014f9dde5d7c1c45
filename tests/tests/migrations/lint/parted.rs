//! Tables that PostgreSQL keeps in parts: it refuses there what a table in use needs elsewhere.

use orm_core::diesel::connection::SimpleConnection;
use orm_core::lint::lint;

use super::super::pairs::Inspects;
use super::online::{assert_is, follow, planned, session};

const SETUP: &str = "
    CREATE TABLE customers (id int PRIMARY KEY, code int NOT NULL);
    INSERT INTO customers SELECT n, n FROM generate_series(1, 50) n;
    CREATE TABLE sales (id int NOT NULL, customer int, amount int, note text) PARTITION BY RANGE (id);
    CREATE TABLE sales_1 PARTITION OF sales FOR VALUES FROM (0) TO (30);
    CREATE TABLE sales_2 PARTITION OF sales FOR VALUES FROM (30) TO (100);
    CREATE INDEX sales_note ON sales (note);
    INSERT INTO sales SELECT n, n, n, n FROM generate_series(1, 50) n";

const CHANGE: &str = "
    DROP INDEX sales_note;
    CREATE INDEX sales_amount ON sales (amount);
    ALTER TABLE customers ADD CONSTRAINT one_code UNIQUE (code);
    ALTER TABLE sales ADD CONSTRAINT sales_key UNIQUE (id),
        ADD CONSTRAINT of_customer FOREIGN KEY (customer) REFERENCES customers (code),
        ADD CONSTRAINT positive CHECK (amount > 0), ALTER amount SET NOT NULL";

#[test]
fn a_plan_of_a_table_in_parts_is_finished_and_leads_back() {
    let Some((_, mut session)) = session(SETUP) else {
        return;
    };
    let only = |snapshot: &mut orm_core::snapshot::Snapshot| {
        let is_one = |name: &str| ["customers", "sales"].contains(&name);
        snapshot.tables.retain(|table| is_one(&table.name.name));
    };
    let mut first = session.found();
    only(&mut first);
    let (mut wanted, _) = planned(&mut session, CHANGE);
    only(&mut wanted);
    let plan = orm_core::diff::diff(&first, &wanted, &[]);
    let parts = plan.online();
    for part in &parts {
        follow(&mut session, part);
    }
    let mut found = session.found();
    only(&mut found);
    assert_is(&found, &wanted);
    for part in parts.iter().rev() {
        follow(&mut session, &part.inverse());
    }
    let mut found = session.found();
    only(&mut found);
    assert_is(&found, &first);
}

/// What the linter says instead is taken by the server.
#[test]
fn what_is_said_instead_is_not_refused() {
    let Some((_, mut session)) = session(SETUP) else {
        return;
    };
    let changes = [
        "CREATE INDEX sales_amount ON sales (amount)",
        "ALTER TABLE sales ADD CONSTRAINT sales_key UNIQUE (id)",
        "ALTER TABLE sales ADD PRIMARY KEY (id)",
        "ALTER TABLE sales ADD CHECK (amount > 0)",
    ];
    for change in changes {
        let (_, plan) = planned(&mut session, change);
        let findings = lint(&plan);
        let of_all = findings.iter().find(|one| one.table.name == "sales");
        let safe = &of_all.expect(change).safe;
        let statement = safe.split(';').next().expect("a statement");
        let done = session.batch_execute(&format!("BEGIN; {statement}; ROLLBACK"));
        done.unwrap_or_else(|error| panic!("{error}: {safe}"));
    }
    let (_, plan) = planned(&mut session, "DROP INDEX sales_note");
    let findings = lint(&plan);
    let safe = |one: &orm_core::lint::Finding| one.safe.contains("CONCURRENTLY");
    assert!(!findings.iter().any(safe), "{findings:#?}");
}
