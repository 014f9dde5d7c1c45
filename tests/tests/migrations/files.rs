//! Migrations as files: what is read, what is refused, and that what is written is read again.

use std::fs;
use std::path::Path;

use orm_core::ErrorKind;
use orm_core::embed_migrations;
use orm_core::migrate::{EmbeddedMigrations, Migration, Migrations, Run};
use orm_core::prelude::*;
use orm_tests::workspace_root;

fn put(folder: &Path, file: &str, text: &str) {
    let path = folder.join(file);
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    fs::write(path, text).expect("written");
}

#[track_caller]
fn refused(folder: &Path, parts: &[&str]) {
    let error = Migrations::read(folder).expect_err("it is refused");
    assert_eq!(error.kind(), ErrorKind::Migration);
    for part in parts {
        assert!(error.to_string().contains(part), "{part}: {error}");
    }
}

#[test]
fn versions_are_what_is_before_the_first_underscore() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in [
        "2024-05-06-070809_with_dashes",
        "20240506070810_without",
        "00000000000000_diesel_initial_setup",
        "1_short",
        "20240506070811",
    ] {
        put(folder.path(), &format!("{name}/up.sql"), "SELECT 1;");
    }
    put(folder.path(), ".keep", "");
    put(folder.path(), ".hidden/up.sql", "SELECT 1;");
    put(folder.path(), "notes/README.md", "no migration");
    put(folder.path(), "README.md", "no folder");
    let migrations = Migrations::read(folder.path()).expect("migrations");
    let read: Vec<(&str, &str)> = migrations
        .iter()
        .map(|one| (one.version.as_str(), one.name.as_str()))
        .collect();
    assert_eq!(
        read,
        [
            ("00000000000000", "diesel_initial_setup"),
            ("1", "short"),
            ("20240506070809", "with_dashes"),
            ("20240506070810", "without"),
            ("20240506070811", ""),
        ]
    );
    assert!(
        migrations
            .iter()
            .all(|one| one.in_transaction && one.down.is_none())
    );
    assert!(migrations.get("1").is_some() && migrations.get("2").is_none());
}

#[test]
fn what_is_written_is_read_again() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let below = folder.path().join("migrations");
    let plain = Migration::new("2024-05-06-070809", "plain", "CREATE TABLE a (b INT);\n")
        .down("DROP TABLE a;\n");
    let alone = Migration::new("3", "alone", "VACUUM;\n").without_transaction();
    for migration in [&plain, &alone] {
        migration.write(&below).expect("written");
    }
    assert!(below.join("2024-05-06-070809_plain/down.sql").is_file());
    assert!(!below.join("2024-05-06-070809_plain/metadata.toml").exists());
    // Diesel wants the file, and we know that it says nothing.
    assert!(below.join("3_alone/down.sql").is_file());
    let read = Migrations::read(&below).expect("read");
    assert_eq!(read.iter().collect::<Vec<_>>(), [&plain, &alone]);

    let again = plain.write(&below).expect_err("it is there");
    assert_eq!(again.kind(), ErrorKind::Migration);
    assert!(std::error::Error::source(&again).is_some());
    let outside = Migration::new("4", "../out", "SELECT 1;").write(&below);
    assert!(outside.is_err());
}

#[test]
fn a_folder_that_is_not_right_is_refused() {
    let with = |files: &[(&str, &str)]| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (file, text) in files {
            put(folder.path(), file, text);
        }
        folder
    };
    let twice = with(&[("1_a/up.sql", "SELECT 1"), ("1_b/up.sql", "SELECT 1")]);
    refused(twice.path(), &["`1_a`", "`1_b`"]);
    let empty = with(&[("1_a/up.sql", "-- Your SQL goes here\n")]);
    refused(empty.path(), &["`1_a`", "up.sql"]);
    let nameless = with(&[("_a/up.sql", "SELECT 1")]);
    refused(nameless.path(), &["version"]);
    let long = with(&[(&format!("{}_a/up.sql", "1".repeat(51)), "SELECT 1")]);
    refused(long.path(), &["50"]);
    let metadata = with(&[
        ("1_a/up.sql", "SELECT 1"),
        ("1_a/metadata.toml", "# what\nrun_in_transactions = false\n"),
    ]);
    refused(
        metadata.path(),
        &["metadata.toml", "line 2", "run_in_transaction"],
    );
    refused(Path::new("/nowhere/at/all"), &["/nowhere/at/all"]);
}

#[test]
fn metadata_says_whether_to_run_in_a_transaction() {
    for (text, expected) in [
        ("", false),
        ("# nothing\n\n", false),
        ("run_in_transaction = false # it cannot", false),
        ("\r\n  run_in_transaction=true\r\n", true),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        put(folder.path(), "1_a/up.sql", "SELECT 1");
        put(folder.path(), "1_a/metadata.toml", text);
        let read = Migrations::read(folder.path()).expect("read");
        assert_eq!(
            read.get("1").expect("it").in_transaction,
            expected,
            "{text}"
        );
    }
}

/// A folder of that name would be read as another version.
#[test]
fn a_version_is_one_word() {
    for version in ["2026_11", "a/b", "..", ""] {
        let migration = Migration::new(version, "notes", "SELECT 1");
        assert!(Migrations::new([migration]).is_err(), "{version}");
    }
}

/// SQLite does not heed it in a transaction, and DROP TABLE would delete rows of other tables.
#[test]
fn foreign_keys_are_not_switched_in_a_transaction() {
    let up = "PRAGMA foreign_keys = OFF;\nDROP TABLE parents;\nPRAGMA foreign_keys = ON;\n";
    let migrations = Migrations::new([Migration::new("1", "drop", up)]).expect("one");
    let engine = Engine::<SqliteConnection>::open(":memory:").expect("an engine");
    let error = engine
        .migrate(&migrations, &Run::default())
        .expect_err("refused");
    assert!(
        error.to_string().contains("run_in_transaction = false"),
        "{error}"
    );
}

/// A folder for several databases is none of migrations; each below it is.
#[test]
fn several_databases_have_a_folder_each() {
    let above = workspace_root().join("migrations");
    refused(&above, &["name one of them", "mysql"]);
    for backend in ["sqlite", "postgres", "mysql"] {
        let migrations = Migrations::read(above.join(backend)).expect("read");
        assert!(migrations.iter().all(|one| one.down.is_some()));
        assert!(!migrations.is_empty());
    }
}

/// On SQLite one way of a plan may need a transaction of its own, and the other one not: both have
/// it then, as the mark is one for both.
#[test]
fn a_plan_is_a_migration() {
    use orm_core::backend::Database;
    use orm_core::diff::diff;
    use orm_core::prelude::*;
    use orm_core::snapshot::Snapshot;

    #[derive(Model)]
    struct Note {
        #[model(generated)]
        id: i64,
        text: Option<String>,
    }

    let of = |database, columns| {
        let wanted = Snapshot::of(schema![Note], database);
        let mut found = wanted.clone();
        found.tables[0].columns.truncate(columns);
        if columns == 0 {
            found = Snapshot::empty(database);
        }
        Migration::of_plan("20261121120000", "notes", &diff(&found, &wanted, &[]))
    };
    let made = of(Database::Postgres, 0);
    assert!(made.in_transaction);
    assert!(made.up.starts_with("CREATE TABLE \"notes\""), "{}", made.up);
    assert_eq!(made.down.as_deref(), Some("DROP TABLE \"notes\";\n"));
    assert!(!of(Database::Mysql, 0).in_transaction);
    let added = of(Database::Sqlite, 1);
    assert!(!added.in_transaction);
    assert_eq!(
        added.up,
        "BEGIN IMMEDIATE;\nALTER TABLE \"notes\" ADD COLUMN \"text\" TEXT;\nCOMMIT;\n"
    );
    let down = added.down.expect("a way back");
    assert!(
        down.starts_with("PRAGMA foreign_keys = OFF;\nBEGIN IMMEDIATE;\n"),
        "{down}"
    );
}

/// What is embedded is what is read.
#[test]
fn embedded_migrations_are_those_of_the_folder() {
    const EMBEDDED: EmbeddedMigrations = embed_migrations!("../migrations/postgres");
    let embedded = Migrations::embedded(&EMBEDDED).expect("the files");
    let folder = workspace_root().join("migrations/postgres");
    assert_eq!(embedded, Migrations::read(folder).expect("the folder"));
    assert_eq!(embedded.len(), 1);
}
