//! One history with Diesel's command line: what either ran is known to the other.

use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use orm_core::migrate::{Migrations, Run};
use orm_core::prelude::*;

use super::{Place, makes};

macro_rules! shares_a_history {
    ($connection:ty, $url:expr) => {{
        let place = Place::<$connection>::new(&$url);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let write = |version: &str, table: &str| {
            makes(version, table).write(folder.path()).expect("written");
            let theirs = FileBasedMigrations::from_path(folder.path()).expect("files");
            (Migrations::read(folder.path()).expect("files"), theirs)
        };
        let mut session = place.engine.session().expect("a session");

        // Diesel's history is taken over.
        let (_, theirs) = write("2024-05-06-070809", "apples");
        session
            .run_pending_migrations(theirs)
            .expect("Diesel runs it");
        let (ours, theirs) = write("00000000000001", "pears");
        session
            .run_pending_migrations(theirs)
            .expect("Diesel minds no order");
        let done = [("00000000000001", "done"), ("20240506070809", "done")];
        place.assert_states(&ours, &done);
        assert!(place.migrate(&ours).expect("nothing to do").is_empty());
        // What was edited before is not known to be.
        std::fs::write(
            folder.path().join("00000000000001_pears/up.sql"),
            "SELECT 2;\n",
        )
        .expect("edited");
        place.assert_states(&Migrations::read(folder.path()).expect("files"), &done);

        // And ours is known to Diesel.
        let (ours, theirs) = write("2024-05-06-070810", "plums");
        assert_eq!(place.migrate(&ours).expect("up"), ["20240506070810"]);
        assert!(!session.has_pending_migration(theirs).expect("asked"));
        let applied = MigrationHarness::applied_migrations(&mut session).expect("asked");
        assert_eq!(applied.len(), 3);

        // Either reverts what the other ran.
        let theirs = FileBasedMigrations::from_path(folder.path()).expect("files");
        session
            .revert_last_migration(theirs)
            .expect("Diesel reverts ours");
        let states = place.states(&ours);
        assert_eq!(states[2], ("20240506070810".to_owned(), "pending"));
        assert_eq!(place.migrate(&ours).expect("up again"), ["20240506070810"]);
        let reverted = place.engine.revert_migrations(&ours, 3, &Run::default());
        assert_eq!(reverted.expect("all of them").len(), 3);
        assert!(place.tables().is_empty());
        let applied = MigrationHarness::applied_migrations(&mut session).expect("asked");
        assert!(applied.is_empty());
    }};
}

#[test]
fn one_history_on_sqlite() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("history.db");
    shares_a_history!(SqliteConnection, file.display().to_string());
}

#[cfg(feature = "postgres")]
#[test]
fn one_history_on_postgres() {
    if let Some(server) = orm_tests::shared_postgres() {
        shares_a_history!(PgConnection, server.fresh_database("history"));
    }
}

#[cfg(feature = "mysql")]
#[test]
fn one_history_on_mariadb() {
    if let Some(server) = orm_tests::shared_mariadb() {
        shares_a_history!(MysqlConnection, server.fresh_database("history"));
    }
}
