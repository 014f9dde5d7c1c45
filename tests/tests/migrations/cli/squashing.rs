//! `migrate squash`, and what the runner makes of databases that ran all, some or none of what is
//! replaced.

use std::fs;

use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use orm_core::cli::Exit;
use orm_core::prelude::*;

use super::models::old;
use super::{Desk, Kind, on_each_desk};

on_each_desk! {
    who_ran_all_has_nothing_to_do,
    who_ran_none_runs_the_one,
    who_ran_some_is_refused,
    what_was_squashed_is_squashed_again,
    diesel_runs_a_squashed_folder,
    what_cannot_be_squashed_is_said,
    who_has_no_transaction_goes_along,
}

fn four(desk: &Desk) {
    for (version, table) in [
        ("1", "apples"),
        ("2", "pears"),
        ("3", "plums"),
        ("4", "figs"),
    ] {
        desk.write_table(version, table);
    }
}

fn squash(desk: &Desk) {
    let document = desk.json(old(), "migrate squash 1..3_plums fruit");
    assert_eq!(document["version"], "3");
    assert_eq!(document["replaces"], serde_json::json!(["1", "2", "3"]));
    assert_eq!(desk.folders(), ["3_fruit", "4_figs"]);
    let metadata = fs::read_to_string(desk.migrations().join("3_fruit/metadata.toml"));
    assert_eq!(
        metadata.expect("written"),
        "run_in_transaction = true\nreplaces = [\"1\", \"2\", \"3\"]\n"
    );
}

/// The tables that are there, of the four.
fn tables(desk: &Desk) -> Vec<String> {
    let source = desk.run(old(), "schema inspect").well();
    let names = ["apples", "pears", "plums", "figs"];
    let there = names.iter().filter(|name| {
        let model = format!("{}{}", name[..1].to_uppercase(), &name[1..name.len() - 1]);
        source.contains(&format!("pub struct {model} "))
    });
    there.map(ToString::to_string).collect()
}

fn who_ran_all_has_nothing_to_do(desk: &Desk) {
    four(desk);
    desk.run(old(), "migrate run").well();
    squash(desk);
    let all = [("3", "done"), ("4", "done")];
    desk.assert_states(&all);
    assert_eq!(desk.run(old(), "migrate run").well(), "nothing to run\n");
    let found = desk.run(old(), "migrate check --json").json();
    let kinds = found["findings"].as_array().expect("a list").iter();
    assert!(
        kinds.into_iter().all(|one| one["kind"] == "drift"),
        "{found}"
    );
    // The new text was not run here: an edit of it is none of what was run.
    let up = desk.migrations().join("3_fruit/up.sql");
    let text = fs::read_to_string(&up).expect("written");
    fs::write(&up, format!("-- the fruit\n{text}")).expect("edited");
    desk.assert_states(&all);

    // The one is one step back, and its rows go with it.
    desk.run(old(), "migrate revert 2 --yes").well();
    assert_eq!(tables(desk), Vec::<String>::new());
    desk.assert_states(&[("3", "pending"), ("4", "pending")]);
    desk.run(old(), "migrate run").well();
    desk.assert_states(&all);
    // Here it was run: now an edit counts.
    fs::write(&up, text).expect("edited");
    desk.assert_states(&[("3", "changed"), ("4", "done")]);
}

fn who_ran_none_runs_the_one(desk: &Desk) {
    four(desk);
    squash(desk);
    desk.assert_states(&[("3", "pending"), ("4", "pending")]);
    let ran = desk.run(old(), "migrate run").well();
    assert!(ran.starts_with("running 3_fruit ... "), "{ran}");
    assert_eq!(tables(desk), ["apples", "pears", "plums", "figs"]);
    desk.assert_states(&[("3", "done"), ("4", "done")]);
    desk.run(old(), "migrate revert --to 3").well();
    desk.run(old(), "migrate redo --yes").well();
    assert_eq!(tables(desk), ["apples", "pears", "plums"]);
    desk.run(old(), "migrate revert --yes").well();
    assert_eq!(tables(desk), Vec::<String>::new());
}

fn who_ran_some_is_refused(desk: &Desk) {
    four(desk);
    desk.run(old(), "migrate run --to 2").well();
    squash(desk);
    let partial = [("3", "partial"), ("4", "pending")];
    desk.assert_states(&partial);
    for command in ["run", "run --dry-run", "revert", "redo"] {
        let refused = desk
            .run(old(), &format!("migrate {command}"))
            .failed(Exit::Found);
        assert!(
            refused.contains("`3_fruit` replaces several"),
            "{command}: {refused}"
        );
        assert!(
            refused.contains("some were run (1, 2) and some not (3)"),
            "{refused}"
        );
    }
    assert_eq!(desk.run(old(), "migrate check").exit, Exit::Found);
    assert_eq!(desk.run(old(), "migrate generate x").exit, Exit::Found);

    // Somebody runs the rest by hand, and says so.
    desk.sql("CREATE TABLE plums (id INTEGER NOT NULL PRIMARY KEY)");
    desk.run(old(), "migrate settle 3 --done").well();
    desk.assert_states(&[("3", "done"), ("4", "pending")]);
    desk.run(old(), "migrate run").well();
    desk.run(old(), "migrate revert 2 --yes").well();
    assert_eq!(tables(desk), Vec::<String>::new());
}

fn what_was_squashed_is_squashed_again(desk: &Desk) {
    four(desk);
    desk.run(old(), "migrate run").well();
    squash(desk);
    desk.run(old(), "migrate squash 3..4 all_fruit").well();
    assert_eq!(desk.folders(), ["4_all_fruit"]);
    desk.assert_states(&[("4", "done")]);
    assert_eq!(desk.run(old(), "migrate run").well(), "nothing to run\n");
    desk.run(old(), "migrate revert --yes").well();
    assert_eq!(tables(desk), Vec::<String>::new());
    desk.run(old(), "migrate run").well();
    assert_eq!(tables(desk), ["apples", "pears", "plums", "figs"]);
    desk.run(old(), "migrate revert --yes").well();

    // Whoever ran the first one of three, and the fourth.
    fs::remove_dir_all(desk.migrations()).expect("removed");
    four(desk);
    squash(desk);
    desk.run(old(), "migrate run").well();
    desk.run(old(), "migrate squash 3..4 all_fruit").well();
    desk.assert_states(&[("4", "done")]);
}

fn diesel_runs_a_squashed_folder(desk: &Desk) {
    four(desk);
    squash(desk);
    let files = || FileBasedMigrations::from_path(desk.migrations()).expect("files");
    macro_rules! diesel {
        ($connection:ty) => {{
            let engine = Engine::<$connection>::open(&desk.url).expect("opened");
            let mut session = engine.session().expect("a session");
            session
                .run_pending_migrations(files())
                .expect("Diesel runs it");
            desk.assert_states(&[("3", "done"), ("4", "done")]);
            session
                .revert_all_migrations(files())
                .expect("Diesel reverts it");
            assert_eq!(tables(desk), Vec::<String>::new());
            desk.run(old(), "migrate run").well();
            assert!(!session.has_pending_migration(files()).expect("asked"));
        }};
    }
    match desk.kind {
        Kind::Sqlite => diesel!(SqliteConnection),
        #[cfg(feature = "postgres")]
        Kind::Postgres => diesel!(PgConnection),
        #[cfg(feature = "mysql")]
        Kind::Mariadb => diesel!(MysqlConnection),
        #[allow(unreachable_patterns)] // of servers that are not tested
        _ => unreachable!("no such desk is made"),
    }
}

fn what_cannot_be_squashed_is_said(desk: &Desk) {
    four(desk);
    for (range, exit, expected) in [
        ("1", Exit::Usage, "write FROM..TO"),
        ("1..9", Exit::Found, "there is no migration `9`"),
        ("3..1", Exit::Found, "name the older one first"),
        ("2..2", Exit::Found, "there are no two migrations"),
    ] {
        let refused = desk
            .run(old(), &format!("migrate squash {range} x"))
            .failed(exit);
        assert!(refused.contains(expected), "{refused}");
    }
    let staged = desk.migrations().join(".squashed");
    fs::create_dir(&staged).expect("made");
    let refused = desk.run(old(), "migrate squash 1..2 x").failed(Exit::Found);
    assert!(refused.contains("a squash did not end"), "{refused}");
    fs::remove_dir(&staged).expect("removed");
    fs::write(
        desk.migrations().join("2_pears/metadata.toml"),
        "run_in_transaction = false\n",
    )
    .expect("written");
    if desk.kind == Kind::Postgres {
        let refused = desk.run(old(), "migrate squash 1..3 x").failed(Exit::Found);
        assert!(
            refused.contains("`2_pears` has no transaction"),
            "{refused}"
        );
    }
    assert_eq!(desk.folders().len(), 4);

    fs::write(desk.migrations().join("2_pears/down.sql"), "-- none\n").expect("written");
    fs::remove_file(desk.migrations().join("2_pears/metadata.toml")).expect("removed");
    // Ways back would be lost, since one has none.
    let refused = desk.run(old(), "migrate squash 1..3 x").failed(Exit::Found);
    assert!(refused.contains("this would remove ways back"), "{refused}");
    assert_eq!(desk.folders().len(), 4);
    let said = desk.run(old(), "migrate squash 1..3 x --yes");
    assert_eq!(said.exit, Exit::Done);
    assert!(said.err.starts_with("note: it has no way back"), "{said:?}");
    // What is replaced and comes back is in the way.
    desk.write_table("1", "apples");
    let refused = desk.run(old(), "migrate run").failed(Exit::Found);
    assert!(
        refused.contains("`3_x` replaces `1_apples`, which is still there"),
        "{refused}"
    );
}

/// Beside one that has no transaction, as all have that are generated for MariaDB, each of the others
/// has its own.
fn who_has_no_transaction_goes_along(desk: &Desk) {
    if desk.kind == Kind::Postgres {
        return; // several statements would be one there
    }
    four(desk);
    let metadata = desk.migrations().join("2_pears/metadata.toml");
    fs::write(metadata, "run_in_transaction = false\n").expect("written");
    desk.run(old(), "migrate squash 1..4 fruit").well();
    desk.run(old(), "migrate run").well();
    assert_eq!(tables(desk), ["apples", "pears", "plums", "figs"]);
    desk.run(old(), "migrate redo --yes").well();
    desk.run(old(), "migrate revert --yes").well();
    assert_eq!(tables(desk), Vec::<String>::new());
}

/// A table that SQLite makes anew has a transaction of its own, and goes along.
#[test]
fn a_rebuild_of_sqlite_is_squashed() {
    let desk = Desk::sqlite();
    desk.run(old(), "db create").well();
    desk.write_table("1", "apples");
    let rebuild = "PRAGMA foreign_keys = OFF;\nBEGIN IMMEDIATE;\nDROP TABLE apples;\n\
                   CREATE TABLE apples (id INTEGER NOT NULL PRIMARY KEY, n INTEGER);\nCOMMIT;\n\
                   PRAGMA foreign_keys = ON;\n";
    desk.write("2_rebuilt", rebuild, rebuild);
    fs::write(
        desk.migrations().join("2_rebuilt/metadata.toml"),
        "run_in_transaction = false\n",
    )
    .expect("written");
    desk.write_table("3", "pears");
    desk.run(old(), "migrate squash 1..3 fruit").well();
    desk.run(old(), "migrate run").well();
    assert_eq!(tables(&desk), ["apples", "pears"]);
    desk.sql("INSERT INTO apples (id, n) VALUES (1, 2)");
    desk.run(old(), "migrate redo --yes").well();
    desk.run(old(), "migrate revert --yes").well();
    assert_eq!(tables(&desk), Vec::<String>::new());
}
