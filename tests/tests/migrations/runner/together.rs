//! Two runners at once; and one after another that died.

use std::sync::{Arc, Barrier, Mutex};
use std::time::Duration;

use orm_core::ErrorKind;
use orm_core::backend::Database;
use orm_core::connection::DatabaseConnection;
use orm_core::event::Event;
use orm_core::inspect::Catalog;
#[cfg(any(feature = "postgres", feature = "mysql"))]
use orm_core::migrate::Settled;
use orm_core::migrate::{Migrations, Run};
use orm_core::prelude::*;

use super::{Place, makes, versions};

on_each_database! {
    each_is_run_once,
    who_waits_too_long_is_told,
    nothing_to_do_costs_two_statements;
    servers a_runner_dies,
}

const RUNNERS: usize = 4;

fn each_is_run_once<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let names: Vec<String> = (10..30).map(|nth| format!("{nth}")).collect();
    let list = names.iter().map(|nth| makes(nth, &format!("table_{nth}")));
    let migrations = Migrations::new(list).expect("migrations");
    for round in 0..3 {
        let barrier = Barrier::new(RUNNERS);
        let each = std::thread::scope(|scope| {
            let runner = || {
                let engine = Engine::<C>::open(&place.url).expect("an engine of its own");
                let mut session = engine.session().expect("a session");
                barrier.wait();
                let ran = session.migrate(&migrations, &Run::default());
                versions(&ran.expect("all is run"))
            };
            let runners: Vec<_> = (0..RUNNERS).map(|_| scope.spawn(runner)).collect();
            let done = runners.into_iter().map(|one| one.join().expect("it ends"));
            done.collect::<Vec<_>>()
        });
        let mut ran = each.concat();
        ran.sort();
        assert_eq!(ran, names, "round {round}");
        if place.database() != Database::Sqlite {
            // One has the lock until all is done; on SQLite they may take turns.
            assert_eq!(each.iter().filter(|one| !one.is_empty()).count(), 1);
        }
        assert_eq!(place.tables().len(), names.len());
        let all = usize::MAX;
        let reverted = place
            .engine
            .revert_migrations(&migrations, all, &Run::default());
        assert_eq!(reverted.expect("down").len(), names.len());
    }
}

fn who_waits_too_long_is_told<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let one = super::all([makes("1", "apples")]);
    let two = super::all([makes("1", "apples"), makes("2", "pears")]);
    place.migrate(&one).expect("up");
    let (lock, free) = match place.database() {
        Database::Sqlite => ("BEGIN IMMEDIATE".to_owned(), "COMMIT".to_owned()),
        Database::Postgres => {
            let number = i64::from_be_bytes(*b"orm_migr");
            let free = format!("SELECT pg_advisory_unlock({number})");
            (format!("SELECT pg_advisory_lock({number})"), free)
        }
        _ => {
            let name = "CONCAT('orm_migrations_', MD5(DATABASE()))";
            (
                format!("DO GET_LOCK({name}, 0)"),
                format!("DO RELEASE_LOCK({name})"),
            )
        }
    };
    let other = Engine::<C>::open(&place.url).expect("an engine of its own");
    let mut other = other.session().expect("a session");
    other.connection().batch_execute(&lock).expect("it is held");

    let run = Run {
        lock_timeout: Duration::from_millis(50),
        ..Run::default()
    };
    let mut session = place.engine.session().expect("a session");
    let error = session.migrate(&two, &run).expect_err("it is held");
    assert_eq!(error.kind(), ErrorKind::MigrationLocked, "{error}");
    assert!(error.to_string().contains("50ms"), "{error}");
    assert_eq!(error.database(), Some(place.engine.name()));
    // Whoever only asks does not wait.
    assert_eq!(session.migration_status(&two).expect("status").len(), 2);
    // Nor does who has nothing to do.
    let ran = session.migrate(&one, &run).expect("nothing to do");
    assert!(ran.is_empty());

    other.connection().batch_execute(&free).expect("it is free");
    assert_eq!(session.migrate(&two, &run).expect("up").len(), 1);
    // The session is as it was.
    let shown = match place.database() {
        Database::Sqlite => "SELECT CAST(timeout AS TEXT) FROM pragma_busy_timeout",
        Database::Postgres => "SELECT current_setting('lock_timeout')",
        _ => return,
    };
    let expected = match place.database() {
        Database::Sqlite => "5000",
        _ => "0",
    };
    let check = format!(
        "CREATE TABLE shown (setting TEXT CHECK (setting = '{expected}')); \
         INSERT INTO shown {shown}"
    );
    session
        .connection()
        .batch_execute(&check)
        .expect("it is as it was");
}

fn nothing_to_do_costs_two_statements<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let names: Vec<String> = (10..30).map(|nth| format!("{nth}")).collect();
    let list = names.iter().map(|nth| makes(nth, &format!("table_{nth}")));
    let migrations = Migrations::new(list).expect("migrations");
    place.migrate(&migrations).expect("up");
    let sent = Arc::new(Mutex::new(Vec::new()));
    let seen = sent.clone();
    let engine = Engine::<C>::builder()
        .url(&place.url)
        .observe(move |event: Event<'_>| {
            if let Event::Query { sql, .. } = event {
                seen.lock().expect("a list").push(sql.to_owned());
            }
        })
        .open()
        .expect("an engine that is observed");
    let mut session = engine.session().expect("a session");
    sent.lock().expect("a list").clear();
    let ran = session.migrate(&migrations, &Run::default());
    assert!(ran.expect("nothing to do").is_empty());
    let sent = sent.lock().expect("a list");
    assert_eq!(sent.len(), 2, "{sent:?}");
}

/// On SQLite each migration takes the lock of the file: others may have run and reverted some since
/// the run was planned.
#[test]
fn what_changed_since_the_plan_is_noticed_on_sqlite() {
    let run = Run::default();
    for up in [true, false] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = folder.path().join("since.db").display().to_string();
        let place = Place::<SqliteConnection>::new(&url);
        let two = [makes("1", "apples"), makes("2", "pears")];
        let three = super::all([two[0].clone(), two[1].clone(), makes("3", "plums")]);
        let two = super::all(two);
        place.migrate(&two).expect("up");

        let other = Mutex::new(Some(place.engine.session().expect("a session")));
        let theirs = three.clone();
        let engine = Engine::<SqliteConnection>::builder()
            .url(&url)
            .observe(move |event: Event<'_>| {
                let Event::Query { sql, .. } = event else {
                    return;
                };
                // The plan is made, and the lock is not taken yet.
                if sql.contains("WHERE 1 = 0")
                    && let Some(mut other) = other.lock().expect("a session").take()
                {
                    let run = Run::default();
                    let done = match up {
                        true => other.revert_migrations(&theirs, 1, &run),
                        false => other.migrate(&theirs, &run),
                    };
                    assert_eq!(done.expect("the other one is first").len(), 1);
                }
            })
            .open()
            .expect("an engine that is observed");
        let (error, states) = match up {
            true => (engine.migrate(&three, &run), ["done", "pending", "pending"]),
            false => (
                engine.revert_migrations(&two, 1, &run),
                ["done", "done", "done"],
            ),
        };
        let error = error.expect_err("it is not as planned");
        assert_eq!(error.kind(), ErrorKind::Migration, "{error}");
        assert!(error.to_string().contains("run again"), "{error}");
        let states: Vec<_> = ["1", "2", "3"].into_iter().zip(states).collect();
        place.assert_states(&three, &states);
    }
}

/// CREATE INDEX CONCURRENTLY waits for all statements that began before it: for that of the runner
/// that waits for this one, too.
#[cfg(feature = "postgres")]
#[test]
fn an_index_is_made_beside_who_waits_on_postgres() {
    use orm_core::migrate::Migration;

    let Some(server) = orm_tests::shared_postgres() else {
        return;
    };
    let place = Place::<PgConnection>::new(&server.fresh_database("beside"));
    let until_one_waits = "DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM pg_locks \
        WHERE locktype = 'advisory' AND NOT granted AND database = \
        (SELECT oid FROM pg_database WHERE datname = current_database())) \
        LOOP PERFORM pg_sleep(0.01); END LOOP; END $$;";
    let index = "CREATE INDEX CONCURRENTLY by_id ON apples (id);";
    let migrations = super::all([
        makes("1", "apples"),
        Migration::new("2", "waited", until_one_waits),
        Migration::new("3", "index", index).without_transaction(),
    ]);
    let barrier = Barrier::new(2);
    let ran: Vec<usize> = std::thread::scope(|scope| {
        let runner = || {
            let engine = Engine::<PgConnection>::open(&place.url).expect("an engine of its own");
            let mut session = engine.session().expect("a session");
            barrier.wait();
            let ran = session.migrate(&migrations, &Run::default());
            ran.expect("all is run").len()
        };
        let runners = [scope.spawn(runner), scope.spawn(runner)];
        runners.map(|one| one.join().expect("it ends")).to_vec()
    });
    assert_eq!(ran.iter().sum::<usize>(), 3);
    let index = &place.engine.inspect().expect("inspected").tables[0].indexes[0];
    assert_eq!(index.name.as_deref(), Some("by_id"));
}

/// The connection goes in the midst of a migration: its lock is free again, and what was kept is
/// known.
#[cfg(any(feature = "postgres", feature = "mysql"))]
fn a_runner_dies<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let ends_itself = match place.database() {
        Database::Postgres => "SELECT pg_terminate_backend(pg_backend_pid());",
        _ => "KILL CONNECTION_ID();",
    };
    let mut dies = makes("2", "pears");
    dies.up.push_str(ends_itself);
    let broken = super::all([makes("1", "apples"), dies]);
    let error = place.migrate(&broken).expect_err("it dies");
    assert!(error.to_string().contains("`2_pears` failed"), "{error}");
    let mended = super::all([makes("1", "apples"), makes("2", "pears")]);
    if place.database() == Database::Postgres {
        assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
        place.assert_states(&mended, &[("1", "done"), ("2", "pending")]);
        assert_eq!(place.migrate(&mended).expect("mended"), ["2"]);
    } else {
        place.assert_states(&mended, &[("1", "done"), ("2", "unfinished")]);
        let run = Run::default();
        let settled = place
            .engine
            .settle_migration(&mended, "2", Settled::Done, &run);
        settled.expect("settled");
        assert!(place.migrate(&mended).expect("nothing to do").is_empty());
    }
}
