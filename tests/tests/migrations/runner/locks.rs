//! Locks that a migration waits for: for how long, how often, and what is left if it gets none.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use orm_core::ErrorKind;
use orm_core::connection::DatabaseConnection;
use orm_core::event::Event;
use orm_core::inspect::Catalog;
use orm_core::migrate::{Migration, Run};
use orm_core::prelude::*;

use super::{Place, all, makes};

const TEXT: &str = "UPDATE apples SET id = 2 WHERE id = 1;\n";

/// A row that somebody holds until the migration was sent so often, and how the run goes.
fn waits<C: DatabaseConnection<Backend: Catalog>>(
    place: &Place<C>,
    until: usize,
    migration: &Migration,
) -> (orm_core::Result<Vec<Migration>>, usize) {
    let first = makes("1", "apples");
    place.migrate(&all([first.clone()])).expect("up");
    place
        .sql("DELETE FROM apples; INSERT INTO apples VALUES (1)")
        .expect("a row");
    let other = Engine::<C>::open(&place.url).expect("an engine of its own");
    let mut holder = other.session().expect("a session");
    let hold = "BEGIN; UPDATE apples SET id = id + 7";
    holder.connection().batch_execute(hold).expect("it is held");

    let (holder, sent) = (Mutex::new(holder), Arc::new(Mutex::new(0)));
    let seen = sent.clone();
    let engine = Engine::<C>::builder()
        .url(&place.url)
        .observe(move |event: Event<'_>| {
            let Event::Query { sql, .. } = event else {
                return;
            };
            if sql.starts_with(TEXT.trim_end()) {
                let mut sent = seen.lock().expect("a number");
                *sent += 1;
                if *sent == until {
                    let mut holder = holder.lock().expect("a session");
                    holder
                        .connection()
                        .batch_execute("ROLLBACK")
                        .expect("it is free");
                }
            }
        })
        .open()
        .expect("an engine that is observed");
    let run = Run {
        statement_lock_timeout: Some(Duration::from_millis(50)),
        lock_retries: 2,
        ..Run::default()
    };
    let ran = engine.migrate(&all([first, migration.clone()]), &run);
    let sent = *sent.lock().expect("a number");
    (ran, sent)
}

fn a_lock_is_waited_for_some_times<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let rows = Migration::new("2", "rows", TEXT);
    let (ran, sent) = waits(place, usize::MAX, &rows);
    let error = ran.expect_err("it is held");
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    let message = error.to_string();
    assert!(message.contains("tried 3 times"), "{message}");
    assert!(message.contains("nothing of it was kept"), "{message}");
    assert_eq!(sent, 3);
    place.assert_states(
        &all([makes("1", "apples"), rows.clone()]),
        &[("1", "done"), ("2", "pending")],
    );

    let (ran, sent) = waits(place, 2, &rows);
    assert_eq!(ran.expect("it is free again").len(), 1);
    assert_eq!(sent, 2);
}

fn what_may_be_kept_is_not_tried_again<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let loose = Migration::new("2", "rows", TEXT).without_transaction();
    let (ran, sent) = waits(place, usize::MAX, &loose);
    let error = ran.expect_err("it is held");
    assert_eq!(error.kind(), ErrorKind::MigrationFailed, "{error}");
    assert_eq!(sent, 1);
    place.assert_states(
        &all([makes("1", "apples"), loose]),
        &[("1", "done"), ("2", "unfinished")],
    );
}

// SQLite has the lock of the file alone, which the runner waits for before it begins.
on_each_server! {
    a_lock_is_waited_for_some_times,
    what_may_be_kept_is_not_tried_again,
}

/// Five seconds where giving up keeps nothing, and elsewhere what the connection says.
#[cfg(feature = "postgres")]
#[test]
fn giving_up_is_for_what_is_kept_together() {
    let Some(server) = orm_tests::shared_postgres() else {
        return;
    };
    let place = Place::<orm_core::prelude::PgConnection>::new(&server.fresh_database("locks"));
    let asserts = |time: &str| {
        format!("DO $$ BEGIN ASSERT current_setting('lock_timeout') = '{time}'; END $$;\n")
    };
    let list = all([
        Migration::new("1", "together", asserts("5s")),
        Migration::new("2", "loose", asserts("0")).without_transaction(),
    ]);
    assert_eq!(place.migrate(&list).expect("as it should be"), ["1", "2"]);
    let run = Run {
        statement_lock_timeout: Some(Duration::from_millis(1_500)),
        ..Run::default()
    };
    let more = [
        Migration::new("3", "together", asserts("1500ms")),
        Migration::new("4", "loose", asserts("1500ms")).without_transaction(),
        Migration::new(
            "5",
            "own",
            format!("SET lock_timeout = '7s';\n{}", asserts("7s")),
        ),
    ];
    let list = all([list.get("1"), list.get("2")].map(|one| one.expect("it").clone()));
    let list = orm_core::migrate::Migrations::new(list.iter().cloned().chain(more));
    let ran = place.engine.migrate(&list.expect("migrations"), &run);
    assert_eq!(ran.expect("as it should be").len(), 3);
}

/// What MariaDB keeps it does not give up unasked.
#[cfg(feature = "mysql")]
#[test]
fn rows_alone_are_given_up_on_mariadb() {
    let Some(server) = orm_tests::shared_mariadb() else {
        return;
    };
    let place = Place::<orm_core::prelude::MysqlConnection>::new(&server.fresh_database("locks"));
    let row = "INSERT INTO waits VALUES (@@lock_wait_timeout, @@innodb_lock_wait_timeout);\n";
    let list = all([
        Migration::new("1", "tables", "CREATE TABLE waits (a INTEGER, b INTEGER);"),
        Migration::new("2", "rows", row),
        Migration::new(
            "3",
            "both",
            format!("{row}ALTER TABLE waits ADD c INTEGER;"),
        ),
    ]);
    assert_eq!(place.migrate(&list).expect("up"), ["1", "2", "3"]);
    let check = "CREATE TABLE checked (n INTEGER CHECK (n = 1)); \
                 INSERT INTO checked SELECT count(*) FROM waits WHERE a = 5 AND b = 5; \
                 INSERT INTO checked SELECT count(*) FROM waits WHERE a = @@lock_wait_timeout";
    place.sql(check).expect("one each");
}
