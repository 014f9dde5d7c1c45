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

macro_rules! on_servers {
    ($($scenario:ident),* $(,)?) => {
        #[cfg(feature = "postgres")]
        mod on_postgres {
            $(#[test]
            fn $scenario() {
                if let Some(server) = orm_tests::shared_postgres() {
                    let url = server.fresh_database("locks");
                    super::$scenario(&crate::runner::Place::<orm_core::prelude::PgConnection>::new(&url));
                }
            })*
        }

        #[cfg(feature = "mysql")]
        mod on_mariadb {
            $(#[test]
            fn $scenario() {
                if let Some(server) = orm_tests::shared_mariadb() {
                    let url = server.fresh_database("locks");
                    super::$scenario(&crate::runner::Place::<orm_core::prelude::MysqlConnection>::new(&url));
                }
            })*
        }
    };
}

// SQLite has the lock of the file alone, which the runner waits for before it begins.
on_servers! {
    a_lock_is_waited_for_some_times,
    what_may_be_kept_is_not_tried_again,
}
