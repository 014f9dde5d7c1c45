//! What the pool makes of connections that were left: nothing is lent that is not as new, nothing is lost, and
//! the room of one is free when it is closed.

use std::time::Duration;

use orm_core::aio::AsyncDatabaseConnection as _;
use orm_core::aio::prelude::*;

use crate::cut::drop_after;
use crate::models::{AT_FIRST, Account};
use crate::place::{accounts, eventually};

on_each!(
    servers(an_answer_that_nobody_waited_for_is_nobodys),
    |place| {
        place.session().await.insert_many(accounts()).await.unwrap();
        let sleep = match Conn::SCHEME {
            orm_core::url::Scheme::Postgres => "SELECT pg_sleep(1)",
            _ => "SELECT SLEEP(1)",
        };
        for _ in 0..crate::place::SIZE {
            let mut session = place.session().await;
            session.get::<Account>(1).await.unwrap();
            let left = session.connection().batch_execute(sleep);
            assert!(drop_after(1, &place.sent, left).await.is_none());
        }
        for id in [2, 1, 2] {
            let mut session = place.session().await;
            assert_eq!(session.get::<Account>(id).await.unwrap().unwrap().id, id);
            session.update(Account::patch(id).cents(id)).await.unwrap();
            let row = session.get::<Account>(id).await.unwrap().unwrap();
            assert_eq!((row.id, row.cents), (id, id));
        }
        place.is_whole().await;
    }
);

/// A statement that was left goes on to its end, and the data stays.
#[test]
fn a_database_in_memory_outlives_futures_that_are_dropped() {
    crate::form::asynchronous::run(async {
        let engine = AsyncEngine::<AsyncSqliteConnection>::open(":memory:")
            .await
            .unwrap();
        engine.create_all(schema![Account]).await.unwrap();
        let mut session = engine.session().await.unwrap();
        session.insert_many(accounts()).await.unwrap();
        drop(session);
        let sent = crate::cut::Sent::default();
        for waits in 1..20 {
            let mut session = engine.session().await.unwrap();
            let work = session.transaction(async |tx| {
                tx.update(Account::patch(1).cents(7)).await?;
                tx.update(Account::patch(2).cents(2 * AT_FIRST - 7)).await
            });
            let _ = drop_after(waits, &sent, work).await;
            drop(session);
            let mut session = engine.session().await.unwrap();
            let rows = Account::query().load(&mut session).await.unwrap();
            assert_eq!(rows.iter().map(|row| row.cents).sum::<i64>(), 2 * AT_FIRST);
        }
        // Lent, and busy.
        let mut session = engine.session().await.unwrap();
        let begun = session.connection().batch_execute("BEGIN");
        let _ = drop_after(1, &sent, begun).await;
        drop(session);
        let mut session = engine.session().await.unwrap();
        assert_eq!(Account::query().count(&mut session).await.unwrap(), 2);
    });
}

/// There is no task that could end what was left: the next session does.
#[test]
fn a_database_in_memory_outlives_a_drop_outside_of_a_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let (engine, session) = runtime.block_on(async {
        let engine = AsyncEngine::<AsyncSqliteConnection>::open(":memory:")
            .await
            .unwrap();
        engine.create_all(schema![Account]).await.unwrap();
        let mut session = engine.session().await.unwrap();
        session.insert_many(accounts()).await.unwrap();
        session.connection().batch_execute("BEGIN").await.unwrap();
        session.delete_key::<Account>(1).await.unwrap();
        (engine, session)
    });
    drop(session);
    let rows = runtime.block_on(async {
        let mut session = engine.session().await.unwrap();
        Account::query().count(&mut session).await.unwrap()
    });
    assert_eq!(rows, 2);
}

on_each!(
    servers(the_room_of_a_cancelled_session_is_free_behind_its_end),
    |place| {
        let engine = AsyncEngine::<Conn>::builder()
            .url(place.home.url.as_str())
            .pool_size(1)
            .max_overflow(0)
            .open()
            .await
            .unwrap();
        let sleep = match Conn::SCHEME {
            orm_core::url::Scheme::Postgres => "SELECT pg_sleep(60)",
            _ => "SELECT SLEEP(60)",
        };
        let mut session = engine.session().await.unwrap();
        assert!(
            drop_after(1, &place.sent, session.batch_execute(sleep))
                .await
                .is_none()
        );
        drop(session);
        assert_eq!(engine.pool().state().in_use, 1);
        engine.pool().drain(Duration::from_secs(20)).await.unwrap();
        // What the place itself has is idle.
        place.home.rests(crate::place::SIZE).await;
    }
);

on_each!(
    a_connection_that_nobody_waited_for_is_found_in_the_pool,
    |place| {
        let engine = AsyncEngine::<Conn>::builder()
            .url(place.home.url.as_str())
            .pool_size(1)
            .max_overflow(0)
            .idle_timeout(None)
            .open()
            .await
            .unwrap();
        // The one that was opened at first is in use; this opens another one.
        engine.pool().resize(2, 0).unwrap();
        let held = engine.session().await.unwrap();
        assert!(drop_after(1, &place.sent, engine.session()).await.is_none());
        let opened = || engine.pool().state().idle == 1;
        eventually("it was opened", opened).await;
        drop(held);
    }
);

/// Nothing was sent on it yet.
#[cfg(feature = "postgres")]
#[test]
fn a_checkout_that_is_dropped_keeps_its_connection() {
    use orm_core::diesel::dsl::sql;
    use orm_core::diesel::select;
    use orm_core::diesel::sql_types::Integer;

    crate::form::asynchronous::run(async {
        let open = crate::place::Place::<AsyncPgConnection>::open("checkout_dropped").await;
        let Some(place) = open else { return };
        let pid = || select(sql::<Integer>("pg_backend_pid()"));
        // All rows are read: the connection is not asked before it is lent again.
        let before: Vec<i32> = pid().load(&mut place.session().await).await.unwrap();
        for waits in [1, 2] {
            let none = drop_after(waits, &place.sent, place.engine.session()).await;
            assert!(none.is_none());
        }
        let after: Vec<i32> = pid().load(&mut place.session().await).await.unwrap();
        assert_eq!(before, after);
    });
}
