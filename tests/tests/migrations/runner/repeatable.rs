//! Files that are run again whenever they change.

use std::fs;

use orm_core::ErrorKind;
use orm_core::connection::DatabaseConnection;
use orm_core::inspect::Catalog;
use orm_core::migrate::{Migration, Migrations, Repeatable, Run, State};

use super::{Place, all, makes};

on_each_database! {
    it_is_run_when_it_changes,
    one_that_fails_is_tried_again,
    behind_a_way_back_all_are_run_again,
    they_are_files_beside_the_folders,
}

/// A view of the numbers up to a limit.
fn view(limit: u32) -> Repeatable {
    let sql = format!(
        "DROP VIEW IF EXISTS few;\nCREATE VIEW few AS SELECT id FROM apples WHERE id < {limit};\n"
    );
    Repeatable::new("views.repeat.sql", sql)
}

fn with<const N: usize>(list: [Repeatable; N]) -> Migrations {
    let migrations =
        all([makes("1", "apples").down("DROP VIEW IF EXISTS few; DROP TABLE apples;")]);
    migrations.with_repeatables(list).expect("repeatables")
}

fn labels<C: DatabaseConnection<Backend: Catalog>>(
    place: &Place<C>,
    migrations: &Migrations,
) -> Vec<String> {
    let ran = place.engine.migrate(migrations, &Run::default());
    ran.expect("run").iter().map(|one| one.label()).collect()
}

fn states<C: DatabaseConnection<Backend: Catalog>>(
    place: &Place<C>,
    migrations: &Migrations,
) -> Vec<(String, bool)> {
    let status = place.engine.migration_status(migrations).expect("status");
    let without = status.iter().filter(|one| one.version.is_empty());
    without
        .map(|one| (one.label(), one.state == State::Current))
        .collect()
}

fn it_is_run_when_it_changes<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let first = with([view(10)]);
    assert_eq!(
        states(place, &first),
        [("views.repeat.sql".to_owned(), false)]
    );
    let pending = place.engine.pending_migrations(&first, &Run::default());
    assert_eq!(pending.expect("asked").len(), 2);
    // Only the newest schema is theirs.
    let to = Run {
        to: Some("1".to_owned()),
        ..Run::default()
    };
    assert_eq!(place.engine.migrate(&first, &to).expect("to 1").len(), 1);
    assert_eq!(labels(place, &first), ["views.repeat.sql"]);
    place
        .sql("INSERT INTO apples (id) VALUES (5), (15)")
        .expect("rows");
    place
        .sql("DELETE FROM apples WHERE id NOT IN (SELECT id FROM few)")
        .expect("asked");
    assert!(labels(place, &first).is_empty());
    assert_eq!(
        states(place, &first),
        [("views.repeat.sql".to_owned(), true)]
    );

    let second = with([
        view(20),
        Repeatable::new("z.sql", "UPDATE apples SET id = 6 WHERE id = 5;"),
    ]);
    assert_eq!(labels(place, &second), ["views.repeat.sql", "z.sql"]);
    place.sql("INSERT INTO few (id) VALUES (1)").err(); // SQLite refuses it: only the text counts
    assert!(labels(place, &second).is_empty());

    // A migration may take along what they made.
    let trees = all([
        makes("1", "apples").down("DROP VIEW IF EXISTS few; DROP TABLE apples;"),
        Migration::new("2", "none", "DROP VIEW few;"),
    ]);
    let trees = trees.with_repeatables([view(20)]).expect("repeatables");
    assert_eq!(labels(place, &trees), ["2_none", "views.repeat.sql"]);
    place.sql("SELECT id FROM few").expect("it is there again");
    let reverted = place.sql("DELETE FROM __diesel_schema_migrations WHERE version = '2'");
    reverted.expect("as if it had not been run");
    place
        .sql("DELETE FROM __orm_migrations WHERE version = '2'")
        .expect("the same");

    // One that went and comes back is run.
    assert!(labels(place, &with([view(20)])).is_empty());
    assert_eq!(labels(place, &second), ["z.sql"]);
    assert_eq!(place.tables(), ["apples"]);
}

fn one_that_fails_is_tried_again<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let broken = Repeatable::new(
        "a.sql",
        "DROP VIEW IF EXISTS few;\nINSERT INTO nowhere (id) VALUES (1);",
    );
    let migrations = with([broken, Repeatable::new("b.sql", "DELETE FROM apples;")]);
    for _ in 0..2 {
        let error = place.engine.migrate(&migrations, &Run::default());
        let error = error.expect_err("no such table");
        assert_eq!(error.kind(), ErrorKind::MigrationFailed);
        assert!(error.to_string().contains("`a.sql` failed"), "{error}");
    }
    let both = [("a.sql".to_owned(), false), ("b.sql".to_owned(), false)];
    assert_eq!(states(place, &migrations), both);
    // Of what was there before the first statement committed nobody knows any more.
    let good = with([
        Repeatable::new("a.sql", view(3).sql),
        Repeatable::new("b.sql", "DELETE FROM apples;"),
    ]);
    assert_eq!(labels(place, &good), ["a.sql", "b.sql"]);
    let error = place.engine.migrate(&migrations, &Run::default());
    assert_eq!(error.expect_err("again").kind(), ErrorKind::MigrationFailed);
    let _ = labels(place, &good);
    place.sql("SELECT id FROM few").expect("it is there");
    place
        .sql("DELETE FROM __orm_migrations WHERE version = '@a.sql'")
        .expect("as if new");

    let mended = Repeatable::new("a.sql", view(3).sql);
    let migrations = with([mended, Repeatable::new("b.sql", "DELETE FROM apples;")]);
    assert_eq!(labels(place, &migrations), ["a.sql"]);
}

fn behind_a_way_back_all_are_run_again<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let migrations = with([view(10)]);
    assert_eq!(labels(place, &migrations), ["1_apples", "views.repeat.sql"]);
    let reverted = place
        .engine
        .revert_migrations(&migrations, 1, &Run::default());
    assert_eq!(reverted.expect("reverted").len(), 1);
    assert_eq!(labels(place, &migrations), ["1_apples", "views.repeat.sql"]);
    let redone = place.engine.redo_migration(&migrations, &Run::default());
    assert_eq!(redone.expect("redone").expect("the last").version, "1");
    place.sql("SELECT id FROM few").expect("the view is there");
    let reverted = place
        .engine
        .revert_migrations(&migrations, 1, &Run::default());
    reverted.expect("reverted");
    assert_eq!(labels(place, &migrations), ["1_apples", "views.repeat.sql"]);
}

fn they_are_files_beside_the_folders<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    makes("1", "apples").write(folder.path()).expect("written");
    for (name, text) in [
        ("views.repeat.sql", view(9).sql.as_str()),
        ("dump.sql", "DROP TABLE apples;"),
        (".a.sql", "!"),
    ] {
        fs::write(folder.path().join(name), text).expect("written");
    }
    let read = || Migrations::read(folder.path());
    assert_eq!(read().expect("read").repeatables(), [view(9)]);
    assert_eq!(
        labels(place, &read().expect("read")),
        ["1_apples", "views.repeat.sql"]
    );
    fs::write(folder.path().join("views.repeat.sql"), "-- later\n").expect("written");
    let error = place
        .engine
        .migrate(&read().expect("read"), &Run::default());
    let error = error.expect_err("it says nothing");
    assert!(
        error
            .to_string()
            .contains("`views.repeat.sql` has no statement"),
        "{error}"
    );
}
