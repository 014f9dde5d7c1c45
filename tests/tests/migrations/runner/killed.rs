//! A runner that is killed with -9, at each of its steps: what it leaves is known for what it is,
//! and the next one ends right.
//!
//! The runner is a process of its own: this test binary, with one test. It is killed before each
//! statement that it sends, and inside of the texts, where it stands still at gates.

use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use orm_core::ErrorKind;
use orm_core::backend::{Database, Dialect};
use orm_core::connection::DatabaseConnection;
use orm_core::event::Event;
use orm_core::inspect::Catalog;
use orm_core::migrate::{Migration, Migrations, Run, Settled, State, Way};
use orm_core::prelude::*;

use super::{Place, all, makes, versions};

/// Asks the test `child` to be a runner: the database, its URL, before which statement it dies, and
/// at which gate on SQLite.
const ASKED: [&str; 4] = [
    "ORM_KILLED_DATABASE",
    "ORM_KILLED_URL",
    "ORM_KILLED_AT",
    "ORM_KILLED_GATE",
];

const NEVER: usize = usize::MAX;

#[orm_core::diesel::declare_sql_function]
extern "SQL" {
    fn gate(nth: orm_core::diesel::sql_types::Integer) -> orm_core::diesel::sql_types::Integer;
}

/// How many gates the texts have.
const GATES: usize = 4;

/// A statement that whoever keeps a gate holds up.
fn stands_at(database: Database, nth: usize) -> String {
    match database {
        Database::Postgres => format!("SELECT pg_advisory_xact_lock_shared({nth});\n"),
        Database::Mysql => {
            let name = format!("CONCAT(DATABASE(), ' gate {nth}')");
            format!("DO GET_LOCK({name}, 1000);\nDO RELEASE_LOCK({name});\n")
        }
        _ => format!("SELECT gate({nth});\n"),
    }
}

/// Tables, rows, both in one, and what is in no transaction.
fn migrations(database: Database) -> Migrations {
    let gate = |nth| stands_at(database, nth);
    let pears = makes("3", "pears");
    let pears_up = format!("{}{}INSERT INTO pears VALUES (1);\n", pears.up, gate(3));
    let pears_down = format!("DELETE FROM pears;\n{}DROP TABLE pears;\n", gate(4));
    let (concurrently, on) = match database {
        Database::Postgres => ("CONCURRENTLY ", ""),
        Database::Mysql => ("", " ON apples"),
        _ => ("", ""),
    };
    let index = format!("CREATE INDEX {concurrently}by_id ON apples (id);\n");
    let no_index = format!("DROP INDEX {concurrently}by_id{on};\n");
    let rows = format!(
        "INSERT INTO apples VALUES (1);\n{}INSERT INTO apples VALUES (2);\n{}",
        gate(1),
        gate(2)
    );
    all([
        makes("1", "apples"),
        Migration::new("2", "rows", rows).down("DELETE FROM apples;\n"),
        Migration::new("3", "pears", pears_up).down(pears_down),
        Migration::new("4", "index", index)
            .down(no_index)
            .without_transaction(),
    ])
}

/// What is left of a migration, taken away by hand.
fn mended(database: Database, version: &str) -> Vec<&'static str> {
    match (database, version) {
        (Database::Mysql, "1") => vec!["DROP TABLE IF EXISTS apples"],
        (Database::Mysql, "3") => vec!["DROP TABLE IF EXISTS pears"],
        (Database::Mysql, "4") => vec!["DROP INDEX IF EXISTS by_id ON apples"],
        (_, "4") => vec!["DROP INDEX IF EXISTS by_id"],
        _ => panic!("{version} is kept as a whole or not at all on {database:?}"),
    }
}

/// The same, with rows that fail, up and down.
fn broken(database: Database) -> Migrations {
    let fails = |mut one: Migration| {
        if one.version == "2" {
            let fails = "INSERT INTO apples VALUES (8);\nINSERT INTO apples VALUES (8);\n";
            (one.up, one.down) = (fails.to_owned(), Some(fails.to_owned()));
        }
        one
    };
    let list = migrations(database);
    Migrations::new(list.iter().cloned().map(fails)).expect("migrations")
}

/// Up, down by two, and up again; in between twice in vain.
fn run_all<C: DatabaseConnection>(session: &mut Session<C>) -> orm_core::Result<()> {
    let database = C::Backend::DATABASE;
    let (migrations, broken, run) = (migrations(database), broken(database), Run::default());
    session.migrate(&broken, &run).expect_err("twice a key");
    session.migrate(&migrations, &run)?;
    session.revert_migrations(&migrations, 2, &run)?;
    let back = session.revert_migrations(&broken, 1, &run);
    back.expect_err("twice a key");
    session.migrate(&migrations, &run)?;
    Ok(())
}

/// The runner; in nobody's way unless it is asked for.
#[test]
fn child() {
    let [database, url, at, gate] = ASKED.map(|name| std::env::var(name).unwrap_or_default());
    let (at, gate) = (at.parse().unwrap_or(NEVER), gate.parse().unwrap_or(NEVER));
    match database.as_str() {
        "sqlite" => {
            let engine = dies_at::<SqliteConnection>(&url, at);
            let mut session = engine.session().expect("a session");
            has_gates(&mut session, gate);
            run_all(&mut session).expect("it lives");
        }
        #[cfg(feature = "postgres")]
        "postgres" => run_on::<PgConnection>(&url, at),
        #[cfg(feature = "mysql")]
        "mariadb" => run_on::<MysqlConnection>(&url, at),
        _ => return,
    }
    println!("\nstatements={}", SENT.load(Ordering::SeqCst));
}

static SENT: AtomicUsize = AtomicUsize::new(0);

#[cfg(any(feature = "postgres", feature = "mysql"))]
fn run_on<C: DatabaseConnection>(url: &str, at: usize) {
    let engine = dies_at::<C>(url, at);
    run_all(&mut engine.session().expect("a session")).expect("it lives");
}

fn dies_at<C: DatabaseConnection>(url: &str, at: usize) -> Engine<C> {
    Engine::builder()
        .url(url)
        .observe(move |event: Event<'_>| {
            if let Event::Query { .. } = event
                && SENT.fetch_add(1, Ordering::SeqCst) == at
            {
                die();
            }
        })
        .open()
        .expect("an engine")
}

fn die() {
    let this = std::process::id().to_string();
    let _ = Command::new("kill").args(["-9", &this]).status();
    panic!("nobody lives on behind that");
}

fn has_gates(session: &mut Session<SqliteConnection>, dies_at: usize) {
    let passes = move |nth: i32| {
        if usize::try_from(nth) == Ok(dies_at) {
            die();
        }
        nth
    };
    gate_utils::register_impl(session.connection(), passes).expect("a function");
}

fn start<C: DatabaseConnection>(url: &str, at: usize, gate: usize) -> Child {
    let database = match C::Backend::DATABASE {
        Database::Postgres => "postgres",
        Database::Mysql => "mariadb",
        _ => "sqlite",
    };
    let this = std::env::current_exe().expect("a test binary");
    let (at, gate) = (at.to_string(), gate.to_string());
    let asked = ASKED.into_iter().zip([database, url, &at, &gate]);
    Command::new(this)
        .args(["--exact", "runner::killed::child", "--nocapture"])
        .envs(asked)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a process")
}

/// What the next runner finds, and that it ends right.
fn goes_on<C: DatabaseConnection<Backend: Catalog>>(
    place: &Place<C>,
    session: &mut Session<C>,
    killed: &str,
) {
    let (database, run) = (place.database(), Run::default());
    let migrations = migrations(database);
    let mut ran = session.migrate(&migrations, &run);
    let status = session.migration_status(&migrations).expect("status");
    let unfinished = status.iter().find_map(|one| match one.state {
        State::Unfinished { way } => Some((one.version.clone(), way)),
        _ => None,
    });
    if let Some((version, way)) = unfinished {
        let error = ran.expect_err("it is unfinished");
        assert_eq!(
            error.kind(),
            ErrorKind::MigrationUnfinished,
            "{killed}: {error}"
        );
        let message = error.to_string();
        let label = migrations.get(&version).expect("one of them").label();
        assert!(
            message.contains(&label) && message.contains("`settle`"),
            "{killed}: {message}"
        );
        assert_eq!(
            message.contains("the way back of"),
            way == Way::Down,
            "{killed}: {message}"
        );
        for sql in mended(database, &version) {
            place.sql(sql).expect("mended");
        }
        let settled = session.settle_migration(&migrations, &version, Settled::Undone, &run);
        settled.expect("settled");
        ran = session.migrate(&migrations, &run);
    }
    let ran = versions(&ran.unwrap_or_else(|error| panic!("{killed}: {error}")));
    let done = ["1", "2", "3", "4"].map(|version| (version, "done"));
    place.assert_states(&migrations, &done);
    // Each row is there once, and the index is whole.
    let count = "CREATE TABLE counted (n INTEGER CHECK (n = 3)); \
                 INSERT INTO counted SELECT count(*) FROM \
                 (SELECT id FROM apples UNION ALL SELECT id FROM pears) AS fruit; DROP TABLE counted";
    place
        .sql(count)
        .unwrap_or_else(|error| panic!("{killed}, then {ran:?}: {error}"));
    let found = place.engine.inspect().expect("inspected");
    let index = &found.tables[0].indexes[0];
    assert_eq!(index.name.as_deref(), Some("by_id"), "{killed}");
    assert!(index.options.is_empty(), "{killed}: {index:?}");
    // To begin anew.
    session
        .revert_migrations(&migrations, 4, &run)
        .expect("down");
    assert!(place.tables().is_empty());
    let tables = "DROP TABLE __orm_migrations; DROP TABLE __diesel_schema_migrations";
    place.sql(tables).expect("no history");
}

/// Killed before each statement that it sends.
fn at_each_statement<C: DatabaseConnection<Backend: Catalog>>(
    place: &Place<C>,
    mut session: Session<C>,
) {
    let lives = start::<C>(&place.url, NEVER, NEVER)
        .wait_with_output()
        .expect("it ends");
    let told = String::from_utf8_lossy(&lives.stdout);
    let (_, count) = told.split_once("statements=").expect("it lives and tells");
    let count: usize = count
        .lines()
        .next()
        .and_then(|n| n.parse().ok())
        .expect("a number");
    goes_on(place, &mut session, "not at all");
    let every = if orm_tests::soak() { 1 } else { 5 };
    for at in (0..count).step_by(every) {
        let killed = start::<C>(&place.url, at, NEVER)
            .wait_with_output()
            .expect("it ends");
        assert!(!killed.status.success(), "before statement {at}");
        goes_on(place, &mut session, &format!("before statement {at}"));
    }
    println!("killed before one in {every} of {count} statements");
}

#[test]
fn at_each_step_on_sqlite() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = folder.path().join("killed.db").display().to_string();
    let place = Place::<SqliteConnection>::new(&url);
    let session = || {
        let mut session = place.engine.session().expect("a session");
        has_gates(&mut session, NEVER);
        session
    };
    for gate in 1..=GATES {
        let killed = start::<SqliteConnection>(&url, NEVER, gate);
        let killed = killed.wait_with_output().expect("it ends");
        assert!(!killed.status.success(), "at gate {gate}");
        goes_on(&place, &mut session(), &format!("at gate {gate}"));
    }
    at_each_statement(&place, session());
}

/// Killed while the server works: it goes on with what it was sent, as far as it comes.
#[cfg(any(feature = "postgres", feature = "mysql"))]
fn at_each_gate<C: DatabaseConnection<Backend: Catalog>>(
    place: &Place<C>,
    keep: impl Fn(usize) -> (String, String),
    is_waited_for: &str,
) {
    for gate in 1..=GATES {
        let (holds, frees) = keep(gate);
        let mut keeper = place.engine.session().expect("a session");
        keeper
            .connection()
            .batch_execute(&holds)
            .expect("it is held");
        let mut runner = start::<C>(&place.url, NEVER, NEVER);
        while keeper.connection().batch_execute(is_waited_for).is_err() {
            assert!(runner.try_wait().expect("asked").is_none(), "gate {gate}");
            std::thread::yield_now();
        }
        runner.kill().expect("it is there");
        runner.wait().expect("it is gone");
        keeper
            .connection()
            .batch_execute(&frees)
            .expect("it is free");
        let mut session = place.engine.session().expect("a session");
        goes_on(place, &mut session, &format!("at gate {gate}"));
    }
    at_each_statement(place, place.engine.session().expect("a session"));
}

#[cfg(feature = "postgres")]
#[test]
fn at_each_step_on_postgres() {
    let Some(server) = orm_tests::shared_postgres() else {
        return;
    };
    let place = Place::<PgConnection>::new(&server.fresh_database("killed"));
    let keep = |gate| {
        let lock = |how: &str| format!("SELECT pg_advisory_{how}({gate})");
        (lock("lock"), lock("unlock"))
    };
    at_each_gate(
        &place,
        keep,
        "DO $$ BEGIN ASSERT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' \
         AND NOT granted AND database = (SELECT oid FROM pg_database \
         WHERE datname = current_database())); END $$",
    );
}

#[cfg(feature = "mysql")]
#[test]
fn at_each_step_on_mariadb() {
    let Some(server) = orm_tests::shared_mariadb() else {
        return;
    };
    let place = Place::<MysqlConnection>::new(&server.fresh_database("killed"));
    let keep = |gate| {
        let name = format!("CONCAT(DATABASE(), ' gate {gate}')");
        (
            format!("DO GET_LOCK({name}, 0)"),
            format!("DO RELEASE_LOCK({name})"),
        )
    };
    at_each_gate(
        &place,
        keep,
        "SELECT IF(EXISTS (SELECT * FROM information_schema.PROCESSLIST WHERE DB = DATABASE() \
         AND STATE = 'User lock'), 1, (SELECT 1 UNION SELECT 2))",
    );
}
