//! From models to a plan, to a folder, to the database, and back.

use std::sync::Barrier;

use orm_core::connection::DatabaseConnection;
use orm_core::inspect::Catalog;
use orm_core::migrate::{Migration, Migrations, Run};
use orm_core::prelude::{Engine, SqliteConnection};
use orm_core::schema::Schema;

use super::Place;

on_each_database! {
    a_plan_goes_through_files,
}

mod first {
    use orm_core::prelude::*;

    #[derive(Model)]
    #[model(table = "notes")]
    pub(super) struct Note {
        #[model(generated)]
        pub(super) id: i64,
        #[model(length(1..=80))]
        pub(super) title: String,
    }

    #[derive(Model)]
    #[model(table = "tags")]
    pub(super) struct Tag {
        #[model(generated)]
        pub(super) id: i64,
        #[model(belongs_to = Note, on_delete = cascade, index)]
        pub(super) note_id: i64,
    }
}

mod second {
    use orm_core::prelude::*;

    #[derive(Model)]
    #[model(table = "notes")]
    pub(super) struct Note {
        #[model(generated)]
        pub(super) id: i64,
        #[model(length(1..=40), unique)]
        pub(super) title: String,
        pub(super) text: Option<String>,
    }

    #[derive(Model)]
    #[model(table = "tags")]
    pub(super) struct Tag {
        #[model(generated)]
        pub(super) id: i64,
        #[model(belongs_to = Note, on_delete = cascade, index)]
        pub(super) note_id: i64,
    }
}

fn old() -> Schema {
    orm_core::schema![first::Note, first::Tag]
}

fn new() -> Schema {
    orm_core::schema![second::Note, second::Tag]
}

#[track_caller]
fn assert_no_drift<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>, schema: Schema) {
    let drift = place.engine.drift(schema).expect("asked");
    assert!(drift.is_empty(), "{drift:?}");
}

fn a_plan_goes_through_files<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut migrations = Migrations::default();
    for (version, schema) in [("2026-11-21-120000", old()), ("2026-11-21-130000", new())] {
        let plan = place.engine.plan(schema, &[]).expect("a plan");
        assert!(!plan.is_empty());
        let parts = plan.parts();
        assert_eq!(parts.len(), 1);
        let migration = Migration::of_plan(version, "notes", &parts[0]);
        migration.write(folder.path()).expect("written");
        migrations = Migrations::read(folder.path()).expect("read");
        assert_eq!(migrations.get(&migration.version), Some(&migration));
        assert_eq!(place.migrate(&migrations).expect("up"), [migration.version]);
        assert_no_drift(place, schema);
        if version.ends_with("120000") {
            place
                .sql("INSERT INTO notes (title) VALUES ('a')")
                .expect("a row");
            place
                .sql("INSERT INTO tags (note_id) SELECT id FROM notes")
                .expect("a row");
        }
    }
    let run = Run::default();
    place
        .engine
        .revert_migrations(&migrations, 1, &run)
        .expect("down");
    assert_no_drift(place, old());
    // The rows of both are there: a note of that title, with its tag.
    place
        .sql("CREATE TABLE kept (n INTEGER CHECK (n = 1))")
        .expect("made");
    let kept = "INSERT INTO kept SELECT count(*) FROM notes JOIN tags ON notes.id = note_id";
    place.sql(kept).expect("one row");
    place.sql("DROP TABLE kept").expect("away");
    place
        .engine
        .redo_migration(&migrations, &run)
        .expect("again");
    assert_eq!(place.migrate(&migrations).expect("up"), ["20261121130000"]);
    assert_no_drift(place, new());
    place
        .engine
        .revert_migrations(&migrations, 2, &run)
        .expect("down");
    assert!(place.tables().is_empty());
}

/// A table that is made anew on SQLite has a transaction of its own in the text. Here a foreign key
/// does not hold at its end.
#[test]
fn a_rebuild_that_fails_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = folder.path().join("rebuild.db").display().to_string();
    let place = Place::<SqliteConnection>::new(&url);
    place.engine.create_all(old()).expect("made");
    let before = place.engine.inspect().expect("inspected");
    let plan = place.engine.plan(new(), &[]).expect("a plan");
    let good = Migration::of_plan("1", "newer", &plan);
    assert!(!good.in_transaction && good.up.contains("PRAGMA foreign_keys = OFF"));

    let check = "UPDATE orm_check SET keys";
    let orphan = format!("INSERT INTO tags (note_id) VALUES (77);\n{check}");
    let mut bad = good.clone();
    bad.up = bad.up.replace(check, &orphan);
    let bad = super::all([bad]);
    let error = place.migrate(&bad).expect_err("the check fails");
    let message = error.to_string();
    assert!(message.contains("foreign_keys_hold"), "{message}");
    assert!(message.contains("nothing of it was kept"), "{message}");
    place.assert_states(&bad, &[("1", "pending")]);
    assert_eq!(place.engine.inspect().expect("inspected"), before);
    let orphan = place.sql("INSERT INTO tags (note_id) VALUES (77)");
    assert!(orphan.is_err(), "foreign keys are checked again");
    assert_eq!(place.migrate(&super::all([good])).expect("up"), ["1"]);
    assert_no_drift(&place, new());
}

/// The transaction in the text is that of the runner: so those who wait for it find it done.
#[test]
fn several_runners_make_a_table_anew_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = folder.path().join("anew.db").display().to_string();
    let place = Place::<SqliteConnection>::new(&url);
    place.engine.create_all(old()).expect("made");
    let plan = place.engine.plan(new(), &[]).expect("a plan");
    let migrations = super::all([Migration::of_plan("1", "newer", &plan)]);
    let barrier = Barrier::new(4);
    let ran: usize = std::thread::scope(|scope| {
        let runner = || {
            let engine = Engine::<SqliteConnection>::open(&url).expect("an engine of its own");
            let mut session = engine.session().expect("a session");
            barrier.wait();
            let ran = session.migrate(&migrations, &Run::default());
            ran.expect("it is run").len()
        };
        let runners: Vec<_> = (0..4).map(|_| scope.spawn(runner)).collect();
        let done = runners.into_iter().map(|one| one.join().expect("it ends"));
        done.sum()
    });
    assert_eq!(ran, 1);
    place.assert_states(&migrations, &[("1", "done")]);
    assert_no_drift(&place, new());
}
