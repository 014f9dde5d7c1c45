//! The same operations, awaited.

use orm_core::ErrorKind;
use orm_core::aio::{AsyncDatabaseConnection, AsyncEngine};
use orm_core::migrate::{Migration, Migrations, Run, Settled, State};

use super::{all, makes, versions};

async fn awaited<C: AsyncDatabaseConnection>(url: &str) {
    let engine = AsyncEngine::<C>::open(url).await.expect("an engine");
    let run = Run::default();
    let two = all([makes("1", "apples"), makes("2", "pears")]);
    let states = |status: Vec<orm_core::migrate::Status>| {
        let states = status.into_iter().map(|one| one.state);
        states.collect::<Vec<State>>()
    };
    let asked = engine.migration_status(&two).await.expect("status");
    assert_eq!(states(asked), [State::Pending, State::Pending]);

    let (one, other) = (engine.clone(), engine.clone());
    let (one, other) = tokio::join!(one.migrate(&two, &run), other.migrate(&two, &run));
    let mut ran = versions(&one.expect("up"));
    ran.extend(versions(&other.expect("up")));
    ran.sort();
    assert_eq!(ran, ["1", "2"]);

    let redone = engine.redo_migration(&two, &run).await.expect("again");
    assert_eq!(redone.expect("the last").version, "2");
    let down = engine.revert_migrations(&two, 1, &run).await.expect("down");
    assert_eq!(versions(&down), ["2"]);

    let text = "CREATE TABLE plums (id INTEGER); INSERT INTO nowhere VALUES (1);";
    let fails = Migration::new("3", "plums", text).without_transaction();
    let three = Migrations::new(two.iter().cloned().chain([fails])).expect("migrations");
    let error = engine.migrate(&three, &run).await.expect_err("it fails");
    assert_eq!(error.kind(), ErrorKind::MigrationFailed, "{error}");
    let asked = engine.migration_status(&three).await.expect("status");
    assert_eq!(states(asked)[2], State::Unfinished);
    let settled = engine.settle_migration(&three, "3", Settled::Done, &run);
    settled.await.expect("settled");
    let mut session = engine.session().await.expect("a session");
    assert!(
        session
            .migrate(&three, &run)
            .await
            .expect("nothing to do")
            .is_empty()
    );
    let asked = session.migration_status(&three).await.expect("status");
    assert!(
        states(asked)
            .iter()
            .all(|state| matches!(state, State::Done { .. }))
    );
}

#[tokio::test]
async fn awaited_on_sqlite() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("awaited.db");
    awaited::<orm_core::aio::AsyncSqliteConnection>(&file.display().to_string()).await;
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn awaited_on_postgres() {
    if let Some(server) = orm_tests::shared_postgres() {
        awaited::<orm_core::aio::AsyncPgConnection>(&server.fresh_database("awaited")).await;
    }
}

#[cfg(feature = "mysql")]
#[tokio::test]
async fn awaited_on_mariadb() {
    if let Some(server) = orm_tests::shared_mariadb() {
        awaited::<orm_core::aio::AsyncMysqlConnection>(&server.fresh_database("awaited")).await;
    }
}
