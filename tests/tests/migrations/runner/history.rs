//! Up, down and again; and histories that do not fit the files.

use orm_core::ErrorKind;
use orm_core::connection::DatabaseConnection;
use orm_core::inspect::Catalog;
use orm_core::migrate::{Migration, Run, Settled};

use super::{Place, all, makes, versions};

on_each_database! {
    up_down_and_again,
    an_edited_file_is_noticed,
    a_missing_file_is_noticed,
    an_older_one_is_run_only_if_allowed,
    only_what_can_be_reverted_is,
    a_session_in_a_transaction_is_refused,
    one_that_was_run_is_in_nobodys_way,
    a_redo_minds_no_others,
}

fn up_down_and_again<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let engine = &place.engine;
    let run = Run::default();
    let two = all([makes("1", "apples"), makes("2", "pears")]);
    // Asking leaves nothing behind: the tables of the history are not made.
    place.assert_states(&two, &[("1", "pending"), ("2", "pending")]);
    assert!(place.sql("SELECT * FROM __orm_migrations").is_err());
    assert!(
        place
            .sql("SELECT * FROM __diesel_schema_migrations")
            .is_err()
    );

    assert_eq!(place.migrate(&two).expect("up"), ["1", "2"]);
    assert_eq!(place.tables(), ["apples", "pears"]);
    place.assert_states(&two, &[("1", "done"), ("2", "done")]);
    assert!(place.migrate(&two).expect("nothing to do").is_empty());

    let three = all([
        makes("1", "apples"),
        makes("2", "pears"),
        makes("3", "plums"),
    ]);
    place.assert_states(&three, &[("1", "done"), ("2", "done"), ("3", "pending")]);
    assert_eq!(place.migrate(&three).expect("up"), ["3"]);

    place
        .sql("INSERT INTO plums (id) VALUES (1)")
        .expect("a row");
    let redone = engine.redo_migration(&three, &run).expect("redone");
    assert_eq!(redone.expect("the last").version, "3");
    place
        .sql("INSERT INTO plums (id) VALUES (1)")
        .expect("the row is gone");

    let reverted = engine.revert_migrations(&three, 2, &run).expect("down");
    assert_eq!(versions(&reverted), ["3", "2"]);
    assert_eq!(place.tables(), ["apples"]);
    let reverted = engine.revert_migrations(&three, 9, &run).expect("down");
    assert_eq!(versions(&reverted), ["1"]);
    assert!(place.tables().is_empty());
    assert!(engine.redo_migration(&three, &run).expect("none").is_none());
    assert_eq!(place.migrate(&three).expect("up again"), ["1", "2", "3"]);
}

fn an_edited_file_is_noticed<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let up = "CREATE TABLE apples (id INTEGER PRIMARY KEY NOT NULL);\n";
    let with = |up: &str| Migration::new("1", "apples", up).down("DROP TABLE apples;");
    place.migrate(&all([with(up)])).expect("up");

    // Editors and Git do this.
    let same = all([with(&up.replace(";\n", ";  \r\n\r\n"))]);
    place.assert_states(&same, &[("1", "done")]);
    assert!(place.migrate(&same).expect("nothing to do").is_empty());

    let edited = all([with(&up.replace("INTEGER", "BIGINT")), makes("2", "pears")]);
    place.assert_states(&edited, &[("1", "changed"), ("2", "pending")]);
    let error = place.migrate(&edited).expect_err("it was edited");
    assert_eq!(error.kind(), ErrorKind::Migration);
    assert!(
        error.to_string().contains("`1_apples` was changed"),
        "{error}"
    );
    assert_eq!(error.database(), Some(place.engine.name()));
    assert_eq!(place.tables(), ["apples"]);

    let run = Run {
        allow_changed: true,
        ..Run::default()
    };
    let ran = place.engine.migrate(&edited, &run).expect("allowed");
    assert_eq!(versions(&ran), ["2"]);
    place.assert_states(&edited, &[("1", "changed"), ("2", "done")]);
    // Whoever says that this is what is there is believed.
    let settled = place
        .engine
        .settle_migration(&edited, "1", Settled::Done, &Run::default());
    settled.expect("settled");
    place.assert_states(&edited, &[("1", "done"), ("2", "done")]);
}

fn a_missing_file_is_noticed<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    place
        .migrate(&all([makes("1", "apples"), makes("2", "pears")]))
        .expect("up");
    let rest = all([makes("1", "apples"), makes("3", "plums")]);
    place.assert_states(&rest, &[("1", "done"), ("2", "missing"), ("3", "pending")]);
    let error = place.migrate(&rest).expect_err("one is missing");
    assert_eq!(error.kind(), ErrorKind::Migration);
    assert!(error.to_string().contains("`2_pears` was run"), "{error}");
    let error = place.engine.revert_migrations(&rest, 1, &Run::default());
    let error = error.expect_err("it has no way back");
    assert!(error.to_string().contains("`2_pears`"), "{error}");

    let run = Run {
        allow_missing: true,
        ..Run::default()
    };
    assert_eq!(
        versions(&place.engine.migrate(&rest, &run).expect("allowed")),
        ["3"]
    );
    let run = Run::default();
    place
        .engine
        .settle_migration(&rest, "2", Settled::Undone, &run)
        .expect("forgotten");
    place.assert_states(&rest, &[("1", "done"), ("3", "done")]);
    let unknown = place
        .engine
        .settle_migration(&rest, "9", Settled::Undone, &run);
    assert_eq!(
        unknown.expect_err("nobody knows it").kind(),
        ErrorKind::Migration
    );
}

fn an_older_one_is_run_only_if_allowed<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    place.migrate(&all([makes("2", "pears")])).expect("up");
    let merged = all([
        makes("1", "apples"),
        makes("2", "pears"),
        makes("3", "plums"),
    ]);
    let expected = [("1", "out of order"), ("2", "done"), ("3", "pending")];
    place.assert_states(&merged, &expected);
    let error = place.migrate(&merged).expect_err("it is older");
    assert_eq!(error.kind(), ErrorKind::Migration);
    assert!(
        error.to_string().contains("`1_apples` was not run"),
        "{error}"
    );
    assert_eq!(place.tables(), ["pears"]);
    let run = Run {
        allow_out_of_order: true,
        ..Run::default()
    };
    let ran = place.engine.migrate(&merged, &run).expect("allowed");
    assert_eq!(versions(&ran), ["1", "3"]);
}

fn only_what_can_be_reverted_is<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let mut bare = makes("1", "apples");
    bare.down = Some("-- This file should undo anything in `up.sql`\n".into());
    let two = all([bare, makes("2", "pears")]);
    place.migrate(&two).expect("up");
    let error = place.engine.revert_migrations(&two, 2, &Run::default());
    let error = error.expect_err("the older one has no way back");
    assert_eq!(error.kind(), ErrorKind::Migration);
    assert!(
        error.to_string().contains("`1_apples` has no way back"),
        "{error}"
    );
    assert_eq!(place.tables(), ["apples", "pears"]);
}

fn a_session_in_a_transaction_is_refused<C: DatabaseConnection<Backend: Catalog>>(
    place: &Place<C>,
) {
    let mut session = place.engine.session().expect("a session");
    let one = all([makes("1", "apples")]);
    let refused = session.transaction(|tx| tx.migrate(&one, &Run::default()).map(drop));
    assert_eq!(refused.expect_err("inside").kind(), ErrorKind::Refused);
    assert_eq!(
        session
            .migrate(&one, &Run::default())
            .expect("outside")
            .len(),
        1
    );
}

/// A text that says nothing any more, and a name too long for a note.
fn one_that_was_run_is_in_nobodys_way<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let (run, long) = (Run::default(), "x".repeat(300));
    let named = |up: &str| {
        let one = Migration::new("1", &long, up);
        one.down("DROP TABLE apples;")
    };
    let first = named(&makes("1", "apples").up);
    assert_eq!(place.migrate(&all([first])).expect("up"), ["1"]);
    let blank = named("-- squashed into another one\n");
    let two = all([blank.clone(), makes("2", "pears")]);
    place.assert_states(&two, &[("1", "changed"), ("2", "pending")]);
    let settled = place
        .engine
        .settle_migration(&two, "1", Settled::Done, &run);
    settled.expect("as it is now");
    assert_eq!(place.migrate(&two).expect("up"), ["2"]);
    let down = place.engine.revert_migrations(&two, 1, &run).expect("down");
    assert_eq!(down.len(), 1);

    // To be run it has to say something: what cannot be run again is not reverted.
    let one = all([blank]);
    let error = place.engine.redo_migration(&one, &run).expect_err("blank");
    assert!(error.to_string().contains("no statement to run"), "{error}");
    place.assert_states(&one, &[("1", "done")]);
    let down = place.engine.revert_migrations(&one, 1, &run).expect("down");
    assert_eq!(down.len(), 1);
    place.assert_states(&one, &[("1", "pending")]);
    let error = place.migrate(&one).expect_err("blank");
    assert_eq!(error.kind(), ErrorKind::Migration);
    assert!(error.to_string().contains("no statement to run"), "{error}");
}

fn a_redo_minds_no_others<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let two = all([makes("2", "apples"), makes("4", "pears")]);
    place.migrate(&two).expect("up");
    let edited = Migration::new("2", "apples", "SELECT 1;");
    let later = [
        makes("1", "older"),
        edited,
        makes("3", "between"),
        makes("4", "pears"),
    ];
    let redone = place.engine.redo_migration(&all(later), &Run::default());
    assert_eq!(redone.expect("it alone").expect("the last").version, "4");
    place.assert_states(&two, &[("2", "done"), ("4", "done")]);
}
