//! What the text of a migration leaves on its connection: nobody else meets it.

use orm_core::backend::Database;
use orm_core::connection::DatabaseConnection;
use orm_core::inspect::Catalog;
use orm_core::migrate::{Migration, Run, State};
use orm_core::prelude::*;

use super::{Place, all, makes};

on_each_database! {
    nobody_gets_the_connection_of_a_text,
    nobody_gets_the_connection_of_a_text_that_failed,
    a_session_goes_on_behind_its_migrations,
    each_migration_finds_the_session_as_it_was,
}

/// Seen by who has the very connection.
const LEFT: &str = "SELECT * FROM left_behind";

fn leaves(version: &str) -> Migration {
    let up = "CREATE TEMPORARY TABLE left_behind (id INTEGER);\n";
    Migration::new(version, "leaves", up).down(up)
}

fn nobody_gets_the_connection_of_a_text<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let one = all([leaves("1")]);
    let (engine, run) = (&place.engine, Run::default());
    for round in 0..2 {
        assert_eq!(place.migrate(&one).expect("up"), ["1"]);
        assert!(place.sql(LEFT).is_err(), "round {round}, up");
        let down = engine.revert_migrations(&one, 1, &run).expect("down");
        assert_eq!(down.len(), 1);
        assert!(place.sql(LEFT).is_err(), "round {round}, down");
    }
    if place.database() == Database::Mysql {
        let locks = makes("2", "apples").up + "LOCK TABLES apples WRITE;\n";
        let two = all([leaves("1"), Migration::new("2", "locks", locks)]);
        assert_eq!(place.migrate(&two).expect("up"), ["1", "2"]);
        let row = place.sql("SET lock_wait_timeout = 1; INSERT INTO apples VALUES (1)");
        row.expect("the table is free");
    }
}

fn nobody_gets_the_connection_of_a_text_that_failed<C: DatabaseConnection<Backend: Catalog>>(
    place: &Place<C>,
) {
    let up = leaves("1").up + "INSERT INTO nowhere VALUES (1);\n";
    let fails = Migration::new("1", "fails", up).without_transaction();
    place.migrate(&all([fails])).expect_err("it fails");
    assert!(place.sql(LEFT).is_err());
}

fn a_session_goes_on_behind_its_migrations<C: DatabaseConnection<Backend: Catalog>>(
    place: &Place<C>,
) {
    let mut session = place.engine.session().expect("a session");
    let ran = session.migrate(&all([leaves("1")]), &Run::default());
    assert_eq!(ran.expect("up").len(), 1);
    let kept = session.connection().batch_execute(LEFT);
    kept.expect("its connection is the one of before");
    drop(session);
    assert!(place.sql(LEFT).is_err());
}

/// As dumps set it at their beginning, and do not put it back.
fn each_migration_finds_the_session_as_it_was<C: DatabaseConnection<Backend: Catalog>>(
    place: &Place<C>,
) {
    let sets = match place.database() {
        Database::Postgres => {
            "SET statement_timeout = 12345;\n\
             SELECT pg_catalog.set_config('search_path', '', false);\n\
             CREATE TABLE public.apples (id INTEGER PRIMARY KEY);\n\
             DO $$ BEGIN EXECUTE format('CREATE ROLE %I', 'limited_' || current_database()); \
             EXECUTE format('SET ROLE %I', 'limited_' || current_database()); END $$;\n"
        }
        Database::Mysql => {
            "CREATE TABLE apples (id INTEGER PRIMARY KEY);\n\
             SET sql_mode = '';\nSET foreign_key_checks = 0;\nSET NAMES latin1;\n\
             SET time_zone = '+05:00';\nUSE information_schema;\n"
        }
        _ => {
            "CREATE TABLE apples (id INTEGER PRIMARY KEY);\n\
             PRAGMA busy_timeout = 1;\nPRAGMA foreign_keys = OFF;\n"
        }
    };
    let uses = "CREATE TABLE seeds (apple INTEGER NOT NULL, FOREIGN KEY (apple) REFERENCES apples (id));\n";
    for loose in [false, true] {
        let mut first = Migration::new("1", "sets", sets).down("DROP TABLE apples;");
        first.in_transaction = !loose;
        let second = Migration::new("2", "uses", uses).down("DROP TABLE seeds;");
        let two = all([first, second]);
        let mut session = place.engine.session().expect("a session");
        let ran = session.migrate(&two, &Run::default()).expect("up");
        assert_eq!(ran.len(), 2, "loose: {loose}");
        let orphan = session
            .connection()
            .batch_execute("INSERT INTO seeds VALUES (7)");
        assert!(orphan.is_err(), "foreign keys are checked");
        let status = session.migration_status(&two).expect("status");
        assert!(
            status
                .iter()
                .all(|one| matches!(one.state, State::Done { .. })),
            "{status:?}"
        );
        if place.database() == Database::Mysql {
            let asks = "SELECT 1 / (@@character_set_client = 'utf8mb4' AND \
                        @@character_set_results = 'utf8mb4' AND @@time_zone = '+00:00') INTO @one; \
                        CREATE TEMPORARY TABLE proves (one INTEGER NOT NULL); \
                        INSERT INTO proves VALUES (@one); DROP TEMPORARY TABLE proves";
            session.connection().batch_execute(asks).expect("as before");
        }
        if place.database() == Database::Postgres {
            let asks = "DO $$ BEGIN ASSERT current_setting('statement_timeout') = '0'; \
                        EXECUTE format('DROP ROLE %I', 'limited_' || current_database()); END $$";
            session.connection().batch_execute(asks).expect("as before");
        }
        drop(session);
        let down = place.engine.revert_migrations(&two, 2, &Run::default());
        assert_eq!(down.expect("down").len(), 2);
    }
}

/// Dumps switch foreign keys and triggers off by it. Only a superuser may, so for all others it is not
/// put back: they would be refused.
#[cfg(feature = "postgres")]
#[test]
fn foreign_keys_are_checked_again_behind_a_dump() {
    use super::super::case::Asks;
    use orm_core::diesel::connection::SimpleConnection;
    let Some(server) = orm_tests::shared_postgres() else {
        return;
    };
    let url = server.fresh_database("replica");
    let place = Place::<PgConnection>::new(&url);
    let dump = "SET session_replication_role = replica;\n\
                CREATE TABLE apples (id INTEGER PRIMARY KEY);\n\
                CREATE TABLE seeds (apple INTEGER NOT NULL REFERENCES apples (id));\n\
                INSERT INTO seeds VALUES (7);\n\
                DO $$ BEGIN EXECUTE format('SET ROLE %I', 'dump_' || current_database()); END $$;\n";
    let checked = "DO $$ BEGIN ASSERT current_setting('session_replication_role') = 'origin'; END $$;\n\
                   DELETE FROM seeds;\n";
    let role = |verb: &str| {
        let role =
            "DO $$ BEGIN EXECUTE format('VERB ROLE %I', 'dump_' || current_database()); END $$";
        place
            .sql(&role.replace("VERB", verb))
            .expect("a role that may nothing");
    };
    role("CREATE");
    for loose in [false, true] {
        let mut first = Migration::new("1", "dump", dump).down("DROP TABLE seeds, apples;");
        first.in_transaction = !loose;
        let second = Migration::new("2", "checked", checked).down(checked);
        let two = all([first, second]);
        let mut session = place.engine.session().expect("a session");
        let ran = session.migrate(&two, &Run::default()).expect("up");
        assert_eq!(ran.len(), 2, "loose: {loose}");
        let orphan = "INSERT INTO seeds VALUES (7)";
        let orphan = session.connection().batch_execute(orphan);
        assert!(orphan.is_err(), "foreign keys are checked");
        let down = session.revert_migrations(&two, 2, &Run::default());
        assert_eq!(down.expect("down").len(), 2);

        // Where it was set before, it is so again.
        let replica = "SET session_replication_role = replica";
        let mut set = session.connection().batch_execute(replica);
        set.expect("a superuser may");
        let one = all([makes("3", "pears")]);
        session.migrate(&one, &Run::default()).expect("up");
        set = session
            .connection()
            .batch_execute("INSERT INTO pears VALUES (1)");
        set.expect("the table is there");
        let now = "SELECT current_setting('session_replication_role')";
        assert_eq!(session.ask(now), [Some("replica".to_owned())]);
        session
            .revert_migrations(&one, 1, &Run::default())
            .expect("down");
    }
}

/// Who may not switch foreign keys off runs migrations all the same.
#[cfg(feature = "postgres")]
#[test]
fn no_superuser_is_needed() {
    let Some(server) = orm_tests::shared_postgres() else {
        return;
    };
    let url = server.fresh_database("plain");
    let database = url.rsplit('/').next().expect("a name");
    let role = format!("plain_{database}");
    let rights = format!("CREATE ROLE {role} LOGIN; GRANT ALL ON SCHEMA public TO {role}");
    server.psql(database, &rights);
    let place = Place::<PgConnection>::new(&url.replace("app@", &format!("{role}@")));
    let sets = makes("1", "apples").up + "SET statement_timeout = 12345;\n";
    let asks = "DO $$ BEGIN ASSERT current_setting('statement_timeout') = '0'; END $$;\n";
    let two = all([
        Migration::new("1", "sets", sets),
        Migration::new("2", "asks", asks),
    ]);
    assert_eq!(place.migrate(&two).expect("up"), ["1", "2"]);
    drop(place);
    server.psql(database, &format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}

/// The data of a database in memory is that of its connection.
#[test]
fn a_database_in_memory_keeps_its_connection() {
    let engine = Engine::<SqliteConnection>::open(":memory:").expect("an engine");
    let one = all([makes("1", "apples")]);
    assert_eq!(engine.migrate(&one, &Run::default()).expect("up").len(), 1);
    use orm_core::diesel::connection::SimpleConnection;
    let mut session = engine.session().expect("a session");
    let row = session
        .connection()
        .batch_execute("INSERT INTO apples VALUES (1)");
    row.expect("the table is there");
    drop(session);
    assert!(
        engine
            .migrate(&one, &Run::default())
            .expect("up")
            .is_empty()
    );
}
