//! What a program pays at its start to hear that there is nothing to migrate: 100 migrations, all of
//! them run, on PostgreSQL; beside `diesel_migrations`.
//!
//! `ORM_BENCH_POSTGRES=<url of an empty database> cargo bench -p orm-core --features postgres --bench
//! migrate`. Medians of 101 turns, in milliseconds, with the quartiles; both take turns.

use std::path::Path;
use std::time::Instant;

use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use orm_core::migrate::{Migration, Migrations, Run};
use orm_core::prelude::*;

const MIGRATIONS: usize = 100;
const TURNS: usize = 101;

fn write(folder: &Path) {
    for nth in 0..MIGRATIONS {
        let version = format!("20261121{nth:06}");
        let up = format!("CREATE TABLE bench_{nth} (id BIGINT PRIMARY KEY, note TEXT NOT NULL);\n");
        Migration::new(&version, &format!("bench_{nth}"), up)
            .down(format!("DROP TABLE bench_{nth};\n"))
            .write(folder)
            .expect("written");
    }
}

fn ours(engine: &Engine<PgConnection>, migrations: &Migrations) {
    let ran = engine
        .migrate(migrations, &Run::default())
        .expect("nothing to do");
    assert!(ran.is_empty());
}

fn theirs(connection: &mut PgConnection, migrations: FileBasedMigrations) {
    let ran = connection
        .run_pending_migrations(migrations)
        .expect("nothing to do");
    assert!(ran.is_empty());
}

fn taken(run: impl FnOnce()) -> f64 {
    let started = Instant::now();
    run();
    started.elapsed().as_secs_f64() * 1e3
}

fn told(what: &str, mut taken: Vec<f64>) {
    taken.sort_by(f64::total_cmp);
    let at = |part: usize| taken[TURNS * part / 4];
    println!(
        "  {what:<52} {:>7.2} ms ({:.2} to {:.2})",
        at(2),
        at(1),
        at(3)
    );
}

fn main() {
    let Ok(url) = std::env::var("ORM_BENCH_POSTGRES") else {
        println!("ORM_BENCH_POSTGRES is not set: nothing was measured");
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(folder.path());
    let read = || Migrations::read(folder.path()).expect("migrations");
    let read_theirs = || FileBasedMigrations::from_path(folder.path()).expect("migrations");
    let open = || Engine::<PgConnection>::open(&url).expect("an engine");
    let connect = || PgConnection::establish(&url).expect("a connection");

    let engine = open();
    let migrations = read();
    engine.migrate(&migrations, &Run::default()).expect("up");
    let mut connection = connect();
    let mut times: [Vec<f64>; 4] = Default::default();
    for _ in 0..TURNS {
        times[0].push(taken(|| ours(&open(), &read())));
        times[1].push(taken(|| theirs(&mut connect(), read_theirs())));
        times[2].push(taken(|| ours(&engine, &migrations)));
        times[3].push(taken(|| theirs(&mut connection, read_theirs())));
    }
    println!("nothing to do, {MIGRATIONS} migrations that were run");
    let names = [
        "files read, connected, migrate",
        "the same, diesel_migrations",
        "connected, files read before, migrate",
        "connected, files read, diesel_migrations",
    ];
    for (name, times) in names.into_iter().zip(times) {
        told(name, times);
    }
    engine
        .revert_migrations(&migrations, MIGRATIONS, &Run::default())
        .expect("down");
}
