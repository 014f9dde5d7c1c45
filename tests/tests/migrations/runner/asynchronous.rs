//! The same operations, awaited.

use orm_core::ErrorKind;
use orm_core::aio::{AsyncDatabaseConnection, AsyncEngine, AsyncSession};
use orm_core::connection::DatabaseConnection;
use orm_core::migrate::{Migration, Migrations, Run, Settled, State, Way};

use super::{Place, all, makes, versions};

/// A migration that is left in the midst: by its future, which ends at a deadline or with a task.
#[cfg(any(feature = "postgres", feature = "mysql"))]
async fn left<C, B>(url: &str, up: &str, hold: &str, is_waited_for: &str)
where
    C: AsyncDatabaseConnection,
    B: DatabaseConnection<Backend: orm_core::inspect::Catalog + orm_core::diesel::backend::Backend>,
{
    let place = Place::<B>::new(url);
    let run = Run::default();
    place.migrate(&all([makes("1", "apples")])).expect("up");
    let mut holder = place.engine.session().expect("a session");
    holder.connection().batch_execute(hold).expect("it is held");

    let waits = all([makes("1", "apples"), Migration::new("2", "waits", up)]);
    let engine = AsyncEngine::<C>::open(url).await.expect("an engine");
    {
        let mut migrating = engine.migrate(&waits, &run);
        // The database says when it has come so far.
        let mut asks = place.engine.session().expect("a session");
        std::future::poll_fn(|context| {
            assert!(migrating.as_mut().poll(context).is_pending(), "it waits");
            match asks.connection().batch_execute(is_waited_for) {
                Ok(()) => std::task::Poll::Ready(()),
                Err(_) => {
                    context.waker().wake_by_ref();
                    std::task::Poll::Pending
                }
            }
        })
        .await;
    }
    // What it waits for stays held: the server is asked to stop, and gives the lock of the runner.
    let rest = all([makes("1", "apples"), makes("2", "pears")]);
    let ran = engine.migrate(&rest, &run).await.expect("the lock is free");
    assert_eq!(versions(&ran), ["2"]);
    drop(holder);
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread")]
async fn a_future_that_is_dropped_frees_the_lock_on_postgres() {
    if let Some(server) = orm_tests::shared_postgres() {
        left::<orm_core::aio::AsyncPgConnection, orm_core::prelude::PgConnection>(
            &server.fresh_database("left"),
            "INSERT INTO apples VALUES (1); SELECT pg_advisory_lock(7);",
            "SELECT pg_advisory_lock(7)",
            "DO $$ BEGIN ASSERT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 7 \
             AND NOT granted AND database = (SELECT oid FROM pg_database \
             WHERE datname = current_database())); END $$",
        )
        .await;
    }
}

#[cfg(feature = "mysql")]
#[tokio::test(flavor = "multi_thread")]
async fn a_future_that_is_dropped_frees_the_lock_on_mariadb() {
    if let Some(server) = orm_tests::shared_mariadb() {
        left::<orm_core::aio::AsyncMysqlConnection, orm_core::prelude::MysqlConnection>(
            &server.fresh_database("left"),
            "INSERT INTO apples VALUES (1); DO GET_LOCK(CONCAT('gate ', DATABASE()), 1000);",
            "DO GET_LOCK(CONCAT('gate ', DATABASE()), 0)",
            "SELECT IF(EXISTS (SELECT * FROM information_schema.PROCESSLIST WHERE DB = DATABASE() \
             AND INFO LIKE 'DO GET_LOCK(CONCAT(%gate%'), 1, (SELECT 1 UNION SELECT 2))",
        )
        .await;
    }
}

/// What a migration left on its connection, asked of the next one.
async fn leaves<C: AsyncDatabaseConnection>(url: &str) -> orm_core::diesel::QueryResult<()> {
    let engine = AsyncEngine::<C>::open(url).await.expect("an engine");
    let one = all([Migration::new(
        "1",
        "leaves",
        "CREATE TEMPORARY TABLE left_behind (id INTEGER); CREATE TABLE apples (id INTEGER);",
    )]);
    let ran = engine.migrate(&one, &Run::default()).await.expect("up");
    assert_eq!(versions(&ran), ["1"]);
    let mut session = engine.session().await.expect("a session");
    let asks = async |session: &mut AsyncSession<C>, sql: &str| {
        orm_core::aio::prelude::SimpleAsyncConnection::batch_execute(session, sql).await
    };
    let left = asks(&mut session, "SELECT * FROM left_behind").await;
    asks(&mut session, "SELECT * FROM apples")
        .await
        .expect("it is there");
    left
}

/// As on the blocking side.
async fn nobody_gets_its_connection<B: DatabaseConnection, C: AsyncDatabaseConnection>(
    place: &Place<B>,
) {
    assert!(leaves::<C>(&place.url).await.is_err());
}

/// The data of a database in memory is that of its connection.
#[tokio::test]
async fn what_is_in_memory_keeps_its_connection() {
    let left = leaves::<orm_core::aio::AsyncSqliteConnection>(":memory:").await;
    assert!(left.is_ok());
}

async fn awaited<B: DatabaseConnection, C: AsyncDatabaseConnection>(place: &Place<B>) {
    let engine = AsyncEngine::<C>::open(&place.url).await.expect("an engine");
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
    assert_eq!(states(asked)[2], State::Unfinished { way: Way::Up });
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

awaited_on_each_database!(awaited, nobody_gets_its_connection);
