//! Migrations that fail half way: what is left, what is said, and what leads on.

use std::error::Error as _;

use orm_core::ErrorKind;
use orm_core::backend::Database;
use orm_core::connection::DatabaseConnection;
use orm_core::inspect::Catalog;
use orm_core::migrate::{Migration, Run, Settled};

use super::{Place, all, makes};

on_each_database! {
    half_way,
    half_way_back,
    half_way_without_a_transaction,
    rows_alone_are_kept_together,
    one_that_died_before_it_began_is_pending,
    a_transaction_in_the_text_is_that_of_the_runner,
    a_transaction_that_ends_early_is_unfinished,
    what_was_rolled_back_is_not_done,
    a_schema_that_comes_before_hides_no_history,
    a_redo_that_fails_says_what_is_reverted,
}

/// A text that was tried out, with its ROLLBACK still there.
fn what_was_rolled_back_is_not_done<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    if place.database() == Database::Mysql {
        return; // its DDL was kept before
    }
    let up = makes("1", "apples").up + "ROLLBACK;\n";
    let tried = all([Migration::new("1", "apples", up)]);
    place.migrate(&tried).expect_err("nothing was kept");
    place.assert_states(&tried, &[("1", "pending")]);
    assert!(place.tables().is_empty());
    assert_eq!(
        place.migrate(&all([makes("1", "apples")])).expect("up"),
        ["1"]
    );
}

/// On PostgreSQL a schema of the user's name comes first in the path as soon as it is there.
fn a_schema_that_comes_before_hides_no_history<C: DatabaseConnection<Backend: Catalog>>(
    place: &Place<C>,
) {
    if place.database() != Database::Postgres {
        return;
    }
    let up = "DO $$ BEGIN EXECUTE 'CREATE SCHEMA ' || quote_ident(current_user); END $$;\n";
    let schema = Migration::new("2", "schema", up);
    let two = all([makes("1", "apples"), schema.clone()]);
    assert_eq!(place.migrate(&two).expect("up"), ["1", "2"]);
    place.assert_states(&two, &[("1", "done"), ("2", "done")]);
    assert!(place.migrate(&two).expect("nothing to do").is_empty());
    let three = all([makes("1", "apples"), schema, makes("3", "pears")]);
    assert_eq!(place.migrate(&three).expect("up"), ["3"]);
}

fn a_redo_that_fails_says_what_is_reverted<C: DatabaseConnection<Backend: Catalog>>(
    place: &Place<C>,
) {
    let run = Run::default();
    let two = |last: &str| {
        let up = makes("2", "pears").up + last;
        all([
            makes("1", "apples"),
            Migration::new("2", "pears", up).down("DROP TABLE pears;"),
        ])
    };
    place.migrate(&two("")).expect("up");
    let broken = two("INSERT INTO nowhere VALUES (1);\n");
    let error = place.engine.redo_migration(&broken, &run);
    let message = error.expect_err("it fails").to_string();
    let now = match place.database() {
        Database::Mysql => "unfinished",
        _ => "pending",
    };
    let told = format!("it was reverted before that, and is {now} now");
    assert!(
        message.contains("nowhere") && message.contains(&told),
        "{message}"
    );
    place.assert_states(&broken, &[("1", "done"), ("2", now)]);
}

fn half_way<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let run = Run::default();
    let fails = Migration::new(
        "2",
        "pears",
        "CREATE TABLE pears (id INTEGER PRIMARY KEY NOT NULL);\nINSERT INTO nowhere VALUES (1);\n",
    );
    let broken = all([makes("1", "apples"), fails, makes("3", "plums")]);
    let error = place.migrate(&broken).expect_err("the second fails");
    assert_eq!(error.kind(), ErrorKind::MigrationFailed);
    let message = error.to_string();
    assert!(
        message.contains("`2_pears` failed") && message.contains("nowhere"),
        "{message}"
    );
    assert_eq!(error.database(), Some(place.engine.name()));
    assert!(error.source().is_some());
    let mended = all([
        makes("1", "apples"),
        makes("2", "pears"),
        makes("3", "plums"),
    ]);

    if place.database() != Database::Mysql {
        assert!(message.contains("nothing of it was kept"), "{message}");
        assert_eq!(place.tables(), ["apples"]);
        place.assert_states(
            &broken,
            &[("1", "done"), ("2", "pending"), ("3", "pending")],
        );
        assert_eq!(place.migrate(&mended).expect("mended"), ["2", "3"]);
        return;
    }
    assert!(message.contains("`settle`"), "{message}");
    assert_eq!(place.tables(), ["apples", "pears"]);
    place.assert_states(
        &broken,
        &[("1", "done"), ("2", "unfinished"), ("3", "pending")],
    );
    // Diesel does not know it as run.
    let known = place.sql("INSERT INTO __diesel_schema_migrations (version) VALUES ('2')");
    known.expect("it is not there");
    place
        .sql("DELETE FROM __diesel_schema_migrations WHERE version = '2'")
        .expect("gone");
    for refused in [
        place.migrate(&mended).map(drop),
        place.engine.revert_migrations(&mended, 1, &run).map(drop),
        place.engine.redo_migration(&mended, &run).map(drop),
    ] {
        let error = refused.expect_err("it is unfinished");
        assert_eq!(error.kind(), ErrorKind::MigrationUnfinished);
        let message = error.to_string();
        assert!(
            message.contains("`2_pears`") && message.contains("`settle`"),
            "{message}"
        );
    }
    // By hand, one way or the other.
    place
        .engine
        .settle_migration(&mended, "2", Settled::Done, &run)
        .expect("settled");
    assert_eq!(place.migrate(&mended).expect("it leads on"), ["3"]);
    place.assert_states(&mended, &[("1", "done"), ("2", "done"), ("3", "done")]);
}

fn half_way_back<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let run = Run::default();
    let fails = makes("1", "apples").down("DROP TABLE apples;\nDROP TABLE nowhere;\n");
    let one = all([fails]);
    place.migrate(&one).expect("up");
    let error = place
        .engine
        .revert_migrations(&one, 1, &run)
        .expect_err("it fails");
    assert_eq!(error.kind(), ErrorKind::MigrationFailed);
    assert!(
        error
            .to_string()
            .contains("the way back of the migration `1_apples`"),
        "{error}"
    );
    if place.database() == Database::Mysql {
        place.assert_states(&one, &[("1", "unfinished, back")]);
        let again = place.migrate(&one).expect_err("it is unfinished");
        for message in [error.to_string(), again.to_string()] {
            let told = "`Undone` if the migration is reverted whole, so that it is pending; `Done` if \
                        nothing of it is reverted";
            assert!(
                message.contains("the way back of the migration `1_apples`"),
                "{message}"
            );
            assert!(message.contains(told), "{message}");
        }
        place
            .engine
            .settle_migration(&one, "1", Settled::Undone, &run)
            .expect("settled");
    } else {
        place.assert_states(&one, &[("1", "done")]);
        let good = all([makes("1", "apples")]);
        place
            .engine
            .revert_migrations(&good, 1, &run)
            .expect("down");
    }
    place.assert_states(&one, &[("1", "pending")]);
    assert_eq!(place.migrate(&one).expect("up again"), ["1"]);
}

fn half_way_without_a_transaction<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let run = Run::default();
    // One of its own that it does not end, too: nobody gets a session in it.
    let begin = match place.database() {
        Database::Sqlite => "PRAGMA foreign_keys = OFF; BEGIN;",
        _ => "BEGIN;",
    };
    let up = format!(
        "CREATE TABLE apples (id INTEGER PRIMARY KEY NOT NULL);\n{begin}\n\
         INSERT INTO apples VALUES (1);\nINSERT INTO nowhere VALUES (1);\n"
    );
    let broken = all([Migration::new("1", "apples", up).without_transaction()]);
    let error = place.migrate(&broken).expect_err("it fails");
    assert_eq!(error.kind(), ErrorKind::MigrationFailed);
    assert!(error.to_string().contains("`settle`"), "{error}");
    place.assert_states(&broken, &[("1", "unfinished")]);
    let again = place.migrate(&broken).expect_err("it is unfinished");
    assert_eq!(again.kind(), ErrorKind::MigrationUnfinished);

    let _ = place.sql("DROP TABLE apples");
    place
        .engine
        .settle_migration(&broken, "1", Settled::Undone, &run)
        .expect("settled");
    place.assert_states(&broken, &[("1", "pending")]);
    let good = all([
        makes("1", "apples").without_transaction(),
        makes("2", "pears"),
    ]);
    assert_eq!(place.migrate(&good).expect("mended"), ["1", "2"]);
    place.assert_states(&good, &[("1", "done"), ("2", "done")]);
    if place.database() == Database::Sqlite {
        place
            .sql("CREATE TABLE seeds (apple INTEGER NOT NULL REFERENCES apples)")
            .expect("made");
        let orphan = place.sql("INSERT INTO seeds VALUES (7)");
        assert!(orphan.is_err(), "foreign keys are checked again");
        place.sql("DROP TABLE seeds").expect("away");
    }
    let down = place
        .engine
        .revert_migrations(&good, 2, &run)
        .expect("down");
    assert_eq!(down.len(), 2);
    assert!(place.tables().is_empty());
}

/// Where a transaction is not ended by DDL, nothing of it is kept: on MariaDB too, and that is
/// known.
fn rows_alone_are_kept_together<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let rows = |sql: &str| Migration::new("2", "rows", sql).down("DELETE FROM apples;");
    let twice = "INSERT INTO apples VALUES (1);\nINSERT INTO apples VALUES (1);\n";
    let broken = all([makes("1", "apples"), rows(twice)]);
    let error = place.migrate(&broken).expect_err("the key is taken");
    assert_eq!(error.kind(), ErrorKind::MigrationFailed);
    assert!(error.invalid().is_none());
    assert!(
        error.to_string().contains("nothing of it was kept"),
        "{error}"
    );
    place.assert_states(&broken, &[("1", "done"), ("2", "pending")]);
    let good = all([
        makes("1", "apples"),
        rows("INSERT INTO apples VALUES (1);\n"),
    ]);
    assert_eq!(place.migrate(&good).expect("mended"), ["2"]);
    place.assert_states(&good, &[("1", "done"), ("2", "done")]);

    let fails = "DELETE FROM apples;\nINSERT INTO nowhere VALUES (1);";
    let broken = all([
        makes("1", "apples"),
        rows("INSERT INTO apples VALUES (1);\n").down(fails),
    ]);
    let error = place.engine.revert_migrations(&broken, 1, &Run::default());
    error.expect_err("the way back fails");
    place.assert_states(&broken, &[("1", "done"), ("2", "done")]);
    assert!(
        place.sql("INSERT INTO apples VALUES (1)").is_err(),
        "the row is there"
    );
}

/// `COMMIT` in the text would end the transaction of the runner, before its note.
fn a_transaction_in_the_text_is_that_of_the_runner<C: DatabaseConnection<Backend: Catalog>>(
    place: &Place<C>,
) {
    let framed = |end: &str| format!("BEGIN;\n{}{end}COMMIT;\n", makes("1", "apples").up);
    let good = all([Migration::new("1", "apples", framed("")).down("DROP TABLE apples;")]);
    if place.database() != Database::Mysql {
        let fails = framed("INSERT INTO nowhere VALUES (1);\n");
        let broken = all([Migration::new("1", "apples", fails)]);
        place.migrate(&broken).expect_err("it fails");
        place.assert_states(&broken, &[("1", "pending")]);
        assert!(place.tables().is_empty());
    }
    assert_eq!(place.migrate(&good).expect("up"), ["1"]);
    place.assert_states(&good, &[("1", "done")]);
    assert_eq!(place.tables(), ["apples"]);
}

/// Where the text ends the transaction and fails later, that is no secret.
fn a_transaction_that_ends_early_is_unfinished<C: DatabaseConnection<Backend: Catalog>>(
    place: &Place<C>,
) {
    let up = makes("1", "apples").up + "COMMIT;\nINSERT INTO nowhere VALUES (1);\n";
    let broken = all([Migration::new("1", "apples", up)]);
    let error = place.migrate(&broken).expect_err("it fails");
    let message = error.to_string();
    assert!(message.contains("some of it may be done"), "{message}");
    assert!(message.contains("nowhere"), "{message}");
    assert_eq!(place.tables(), ["apples"]);
    place.assert_states(&broken, &[("1", "unfinished")]);
    let run = Run::default();
    let settled = place
        .engine
        .settle_migration(&broken, "1", Settled::Done, &run);
    settled.expect("settled");
    assert!(place.migrate(&broken).expect("nothing to do").is_empty());

    // One that ends early and well is done, whatever the COMMIT behind it comes to.
    let up = makes("2", "pears").up + "COMMIT;\nINSERT INTO pears VALUES (1);\n";
    let good = all([makes("1", "apples"), Migration::new("2", "pears", up)]);
    let run = Run {
        allow_changed: true,
        ..run
    };
    let ran = place.engine.migrate(&good, &run);
    assert_eq!(ran.is_err(), place.database() == Database::Sqlite);
    assert!(
        place.sql("INSERT INTO pears VALUES (1)").is_err(),
        "the row is there"
    );
    assert_eq!(place.states(&good)[1], ("2".to_owned(), "done"));
}

/// A runner died in a transaction of which nothing was kept.
fn one_that_died_before_it_began_is_pending<C: DatabaseConnection<Backend: Catalog>>(
    place: &Place<C>,
) {
    place.migrate(&all([makes("1", "apples")])).expect("up");
    let row = "INSERT INTO __orm_migrations (version, name, checksum, state) VALUES \
               ('2', 'pears', NULL, 'started')";
    place.sql(row).expect("as a runner leaves it");
    let two = all([makes("1", "apples"), makes("2", "pears")]);
    place.assert_states(&two, &[("1", "done"), ("2", "pending")]);
    assert_eq!(place.migrate(&two).expect("up"), ["2"]);
    place.assert_states(&two, &[("1", "done"), ("2", "done")]);
}

/// Tables of such engines are out of reach of a rollback.
#[cfg(feature = "mysql")]
#[test]
fn rows_that_no_rollback_reaches_are_unfinished() {
    use orm_core::prelude::MysqlConnection;

    let Some(server) = orm_tests::shared_mariadb() else {
        return;
    };
    let run = Run::default();
    for engine in ["MyISAM", "Aria", "InnoDB"] {
        let place = Place::<MysqlConnection>::new(&server.fresh_database("loose"));
        let tables = format!(
            "CREATE TABLE logs (id INTEGER PRIMARY KEY) ENGINE = {engine};\n\
             CREATE TABLE apples (id INTEGER PRIMARY KEY) ENGINE = InnoDB;\n"
        );
        let tables = Migration::new("1", "tables", tables);
        place.migrate(&all([tables.clone()])).expect("up");
        for (table, ends) in [
            ("logs", "INSERT INTO nowhere VALUES (1);"),
            ("logs", "INSERT INTO logs VALUES (1);"),
            ("logs", "KILL CONNECTION_ID();"),
            ("apples", "INSERT INTO nowhere VALUES (1);"),
        ] {
            let up = format!("INSERT INTO {table} VALUES (1);\n{ends}\n");
            let two = all([tables.clone(), Migration::new("2", "rows", up.clone())]);
            let error = place.migrate(&two).expect_err("it fails");
            let stays = table == "logs" && engine != "InnoDB";
            let (state, told) = match stays {
                true => ("unfinished", "some of it may be done"),
                false => ("pending", "kept"),
            };
            let message = error.to_string();
            assert!(
                ends.starts_with("KILL") || message.contains(told),
                "{engine}, {up}: {message}"
            );
            place.assert_states(&two, &[("1", "done"), ("2", state)]);
            let row = place.sql(&format!("INSERT INTO {table} VALUES (1)"));
            assert_eq!(row.is_err(), stays, "{engine}, {up}");
            place
                .sql("DELETE FROM logs; DELETE FROM apples")
                .expect("none");
            let settled = place
                .engine
                .settle_migration(&two, "2", Settled::Undone, &run);
            settled.expect("settled");
        }
    }
}
