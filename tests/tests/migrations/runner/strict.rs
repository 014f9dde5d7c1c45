//! A program that refuses to start on a database that is not what its models describe; and what a
//! run tells while it is at work, as library calls.

use std::sync::{Arc, Mutex};

use orm_core::ErrorKind;
use orm_core::connection::DatabaseConnection;
use orm_core::inspect::Catalog;
use orm_core::migrate::{Migration, Migrations, Observe, Progress, Run};
use orm_core::prelude::*;

use super::Place;
use crate::{Customer, Order, shop};

on_each_database! {
    drift_is_an_error_that_lists_it,
    a_run_tells_how_far_it_is,
}

fn drift_is_an_error_that_lists_it<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let open = || Engine::<C>::builder().url(&place.url).verify(shop()).open();
    for error in [
        place.engine.verify_schema(shop()).unwrap_err(),
        open().unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::SchemaDrift);
        let lines: Vec<String> = error.to_string().lines().map(str::to_owned).collect();
        assert!(
            lines[0].ends_with("the database is not what the models describe:"),
            "{error}"
        );
        assert_eq!(lines[1], "  the table `customers` is missing");
    }
    place.engine.create_all(shop()).expect("made");
    place
        .sql("CREATE TABLE scratch (id INTEGER)")
        .expect("somebody else's");
    place.engine.verify_schema(shop()).expect("as described");
    open().expect("as described");
    place
        .sql("ALTER TABLE orders ADD COLUMN age INTEGER")
        .expect("by hand");
    let error = place
        .engine
        .verify_schema(schema![Customer, Order])
        .unwrap_err();
    assert!(error.to_string().contains("age"), "{error}");
    assert!(open().is_err());
}

fn two() -> Migrations {
    let one = |version, table: &str| {
        let up = format!("CREATE TABLE {table} (id INTEGER NOT NULL PRIMARY KEY);");
        Migration::new(version, table, up).down(format!("DROP TABLE {table};"))
    };
    Migrations::new([one("1", "apples"), one("2", "pears")]).expect("migrations")
}

/// What an observer saw, as lines.
fn seen() -> (Observe, Arc<Mutex<Vec<String>>>) {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&lines);
    let observe = Observe::new(move |progress| {
        let line = match progress {
            Progress::Begins { migration, way } => format!("{} begins {way:?}", migration.version),
            Progress::Done { migration, way, .. } => format!("{} done {way:?}", migration.version),
            _ => "other".to_owned(),
        };
        noted.lock().expect("one at a time").push(line);
    });
    (observe, lines)
}

fn a_run_tells_how_far_it_is<C: DatabaseConnection<Backend: Catalog>>(place: &Place<C>) {
    let (observe, lines) = seen();
    let run = Run {
        observe,
        to: Some("1".into()),
        ..Run::default()
    };
    let versions =
        |list: Vec<Migration>| list.into_iter().map(|one| one.version).collect::<Vec<_>>();
    let pending = place.engine.pending_migrations(&two(), &Run::default());
    assert_eq!(versions(pending.expect("asked")), ["1", "2"]);
    assert_eq!(
        versions(
            place
                .engine
                .pending_migrations(&two(), &run)
                .expect("asked")
        ),
        ["1"]
    );
    assert_eq!(
        versions(place.engine.migrate(&two(), &run).expect("up")),
        ["1"]
    );
    let all = Run {
        to: None,
        ..run.clone()
    };
    assert_eq!(
        versions(place.engine.migrate(&two(), &all).expect("up")),
        ["2"]
    );
    let reverted = place.engine.revert_migrations(&two(), usize::MAX, &run);
    assert_eq!(versions(reverted.expect("down")), ["2"]);
    let fails = Migrations::new(
        two()
            .iter()
            .cloned()
            .chain([Migration::new("3", "x", "NO SQL")]),
    );
    assert!(
        place
            .engine
            .migrate(&fails.expect("migrations"), &all)
            .is_err()
    );
    let expected = "1 begins Up, 1 done Up, 2 begins Up, 2 done Up, 2 begins Down, \
                    2 done Down, 2 begins Up, 2 done Up, 3 begins Up";
    assert_eq!(lines.lock().expect("one at a time").join(", "), expected);
}

#[cfg(feature = "async")]
mod awaited {
    use orm_core::ErrorKind;
    use orm_core::aio::{AsyncDatabaseConnection, AsyncEngine};
    use orm_core::inspect::Catalog;
    use orm_core::migrate::Run;

    use super::{seen, two};
    use crate::shop;

    async fn the_same<C: AsyncDatabaseConnection<Backend: Catalog>>(url: &str) {
        let open = || AsyncEngine::<C>::builder().url(url).verify(shop()).open();
        assert_eq!(open().await.unwrap_err().kind(), ErrorKind::SchemaDrift);
        let engine = AsyncEngine::<C>::open(url).await.expect("opened");
        let error = engine.verify_schema(shop()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::SchemaDrift);
        engine.create_all(shop()).await.expect("made");
        open().await.expect("as described");
        let mut session = engine.session().await.expect("a session");
        session.verify_schema(shop()).await.expect("as described");

        let (observe, lines) = seen();
        let run = Run {
            observe,
            to: Some("1".into()),
            ..Run::default()
        };
        let pending = session
            .pending_migrations(&two(), &run)
            .await
            .expect("asked");
        drop(session);
        assert_eq!(pending.len(), 1);
        assert_eq!(
            engine
                .pending_migrations(&two(), &Run::default())
                .await
                .expect("asked")
                .len(),
            2
        );
        assert_eq!(engine.migrate(&two(), &run).await.expect("up").len(), 1);
        assert_eq!(
            *lines.lock().expect("one at a time"),
            ["1 begins Up", "1 done Up"]
        );
    }

    #[tokio::test]
    async fn on_sqlite() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("strict.db").display().to_string();
        the_same::<orm_core::aio::AsyncSqliteConnection>(&file).await;
    }

    #[cfg(feature = "postgres")]
    #[tokio::test]
    async fn on_postgres() {
        if let Some(server) = orm_tests::shared_postgres() {
            the_same::<orm_core::aio::AsyncPgConnection>(&server.fresh_database("strict")).await;
        }
    }

    #[cfg(feature = "mysql")]
    #[tokio::test]
    async fn on_mariadb() {
        if let Some(server) = orm_tests::shared_mariadb() {
            the_same::<orm_core::aio::AsyncMysqlConnection>(&server.fresh_database("strict")).await;
        }
    }
}
