//! What holds between the parts of a plan for a database in use: a rule that another one replaces
//! holds until that one does.

use orm_core::diesel::connection::SimpleConnection;
use orm_core::diff::sql;
use orm_core::lint::lint;

use super::super::case::Asks;
use super::super::pairs::Inspects;
use super::online::{assert_is, follow, planned, session};

const SETUP: &str = "
    CREATE TABLE tenants (id int PRIMARY KEY);
    INSERT INTO tenants VALUES (1), (2);
    CREATE TABLE users (id int PRIMARY KEY, tenant int CONSTRAINT of_tenant REFERENCES tenants,
        email text CONSTRAINT one_email UNIQUE, name text, age int CONSTRAINT of_age CHECK (age > 0));
    CREATE UNIQUE INDEX one_name ON users (name);
    INSERT INTO users VALUES (1, 1, 'a', 'a', 20)";

const CHANGE: &str = "
    ALTER TABLE users DROP CONSTRAINT one_email, DROP CONSTRAINT of_tenant, DROP CONSTRAINT of_age;
    DROP INDEX one_name;
    ALTER TABLE users ADD CONSTRAINT one_email_each UNIQUE (tenant, email),
        ADD CONSTRAINT of_tenant FOREIGN KEY (tenant) REFERENCES tenants ON DELETE CASCADE,
        ADD CONSTRAINT grown CHECK (age > 17);
    CREATE UNIQUE INDEX one_name_each ON users (tenant, name)";

/// What both rules forbid, the old one and the new one.
const WRONG: &[&str] = &[
    "INSERT INTO users VALUES (2, 1, 'a', 'b', 20)",
    "INSERT INTO users VALUES (2, 1, 'b', 'a', 20)",
    "INSERT INTO users VALUES (2, 7, 'b', 'b', 20)",
    "INSERT INTO users VALUES (2, 1, 'b', 'b', -1)",
];

#[test]
fn a_rule_that_another_one_replaces_holds_until_that_one_does() {
    let Some((_, mut session)) = session(SETUP) else {
        return;
    };
    let first = session.found();
    let (wanted, plan) = planned(&mut session, CHANGE);
    let parts = plan.online();
    for part in &parts {
        assert_eq!(lint(part), [], "{:#?}", sql(part).statements);
        follow(&mut session, part);
        assert_is(&session.found(), &part.outcome());
        for wrong in WRONG {
            let done = session.batch_execute(wrong);
            assert!(done.is_err(), "{wrong} behind {:#?}", sql(part).statements);
        }
    }
    assert_is(&session.found(), &wanted);
    for part in parts.iter().rev() {
        follow(&mut session, &part.inverse());
    }
    assert_is(&session.found(), &first);
}

/// A key that leans on a unique that goes is out of its way.
#[test]
fn a_unique_that_keys_lean_on_is_replaced() {
    let setup =
        "CREATE TABLE parents (id int PRIMARY KEY, code int CONSTRAINT one_code UNIQUE, at int);
        CREATE TABLE children (id int PRIMARY KEY, code int REFERENCES parents (code))";
    let change = "ALTER TABLE parents DROP CONSTRAINT one_code CASCADE,
            ADD CONSTRAINT another UNIQUE NULLS NOT DISTINCT (code), ADD UNIQUE (code, at);
        ALTER TABLE children ADD FOREIGN KEY (code) REFERENCES parents (code)";
    let Some((_, mut session)) = session(setup) else {
        return;
    };
    let first = session.found();
    let (wanted, plan) = planned(&mut session, change);
    let parts = plan.online();
    for part in &parts {
        follow(&mut session, part);
        assert_is(&session.found(), &part.outcome());
    }
    assert_is(&session.found(), &wanted);
    for part in parts.iter().rev() {
        follow(&mut session, &part.inverse());
    }
    assert_is(&session.found(), &first);
}

#[test]
fn a_unique_that_is_deferrable_is_so_over_an_index_that_is_made_beside_it() {
    let setup = "CREATE TABLE places (id int PRIMARY KEY, place int, row int)";
    let change = "ALTER TABLE places
        ADD CONSTRAINT one_place UNIQUE (place) DEFERRABLE INITIALLY DEFERRED,
        ADD CONSTRAINT one_row UNIQUE (row) DEFERRABLE";
    let Some((_, mut session)) = session(setup) else {
        return;
    };
    let first = session.found();
    let (wanted, plan) = planned(&mut session, change);
    let parts = plan.online();
    for part in &parts {
        follow(&mut session, part);
        assert_is(&session.found(), &part.outcome());
    }
    assert_is(&session.found(), &wanted);
    let deferred = "SELECT concat(condeferrable, condeferred) FROM pg_constraint \
                    WHERE contype = 'u' AND conname LIKE 'one%' ORDER BY conname";
    let found = session.ask(deferred);
    assert_eq!(found, [Some("tt".to_owned()), Some("tf".to_owned())]);
    for part in parts.iter().rev() {
        follow(&mut session, &part.inverse());
    }
    assert_is(&session.found(), &first);
}

/// A materialized view is filled when the tables are free again.
#[test]
fn a_view_is_filled_in_a_part_of_its_own() {
    let setup = "CREATE TABLE notes (id int PRIMARY KEY, topic varchar(20));
        INSERT INTO notes SELECT n, n FROM generate_series(1, 50) n;
        CREATE MATERIALIZED VIEW topics AS SELECT id, topic FROM notes;
        CREATE VIEW few AS SELECT id, topic FROM topics WHERE id < 5";
    let change = "DROP VIEW few; DROP MATERIALIZED VIEW topics;
        ALTER TABLE notes ALTER topic TYPE varchar(40);
        CREATE MATERIALIZED VIEW topics AS SELECT id, topic FROM notes;
        CREATE VIEW few AS SELECT id, topic FROM topics WHERE id < 5";
    let Some((_, mut session)) = session(setup) else {
        return;
    };
    let first = session.found();
    let (wanted, plan) = planned(&mut session, change);
    let rules: Vec<_> = lint(&plan).iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["fill-view"]);
    let parts = plan.online();
    assert_eq!(parts.len(), 2);
    for part in &parts {
        assert_eq!(lint(part), []);
        follow(&mut session, part);
    }
    assert_is(&session.found(), &wanted);
    for part in parts.iter().rev() {
        follow(&mut session, &part.inverse());
    }
    assert_is(&session.found(), &first);
}
