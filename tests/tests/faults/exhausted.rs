//! A pool that has no connection left says so, with the figures; who gives up waiting loses nothing
//! for the others.

use std::time::Duration;

use orm_core::aio::AsyncEngine;
use orm_core::aio::prelude::*;
use orm_core::engine::Engine;

use crate::cut::drop_after;
use crate::models::Account;
use crate::place::eventually;

on_each!(an_exhausted_pool_says_so_and_recovers, |place| {
    let engine = AsyncEngine::<Conn>::builder()
        .url(place.home.url.as_str())
        .name("small")
        .pool_size(2)
        .max_overflow(0)
        .pool_timeout(Duration::from_secs(1))
        .open()
        .await
        .unwrap();
    let held = [
        engine.session().await.unwrap(),
        engine.session().await.unwrap(),
    ];
    let error = engine.session().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PoolTimeout);
    assert_eq!(error.database(), Some("small"));
    let text = error.to_string();
    assert!(
        text.contains("1s") && text.contains("2 of 2 are in use"),
        "{text}"
    );
    let state = engine.pool().state();
    let figures = (state.limit(), state.connections, state.idle, state.waiting);
    assert_eq!(figures, (2, 2, 0, 0));
    drop(held);
    let state = engine.pool().state();
    assert_eq!((state.connections, state.idle), (2, 2));
    let held = [
        engine.session().await.unwrap(),
        engine.session().await.unwrap(),
    ];
    drop(held);
});

on_each!(a_waiter_that_is_dropped_takes_no_connection, |place| {
    for _ in 0..20 {
        let mut held = vec![place.session().await, place.session().await];
        let waiter = |number| {
            let engine = place.engine.clone();
            tokio::spawn(async move {
                let mut session = engine.session().await.unwrap();
                session.get::<Account>(number).await.unwrap();
            })
        };
        let gives_up: Vec<_> = (0..3).map(waiter).collect();
        let stays: Vec<_> = (3..6).map(waiter).collect();
        eventually("six tasks wait", || {
            place.engine.pool().state().waiting == 6
        })
        .await;
        // The connection comes free at the time at which its waiter gives up.
        for waiter in &gives_up {
            waiter.abort();
            held.pop();
        }
        for waiter in stays {
            waiter.await.unwrap();
        }
        // It yields before it looks at a connection, and waits for nothing.
        assert!(
            drop_after(3, &place.sent, place.engine.session())
                .await
                .is_some()
        );
    }
    let state = place.engine.pool().state();
    assert_eq!(state.waiting, 0, "{state:?}");
    place.is_whole().await;
});

/// The same figures from the blocking engine.
macro_rules! blocking {
    ($test:ident, $asynchronous:ident, $conn:ident) => {
        #[test]
        fn $test() {
            use crate::place::Homed;
            use orm_core::aio::$asynchronous as Aio;
            let Some(home) = Aio::home(stringify!($test)) else {
                return;
            };
            let engine = Engine::<orm_core::diesel::$conn>::builder()
                .url(home.url.as_str())
                .name("small")
                .pool_size(2)
                .max_overflow(0)
                .pool_timeout(Duration::from_secs(1))
                .open()
                .unwrap();
            let held = [engine.session().unwrap(), engine.session().unwrap()];
            let error = engine.session().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::PoolTimeout);
            assert_eq!(error.database(), Some("small"));
            let text = error.to_string();
            assert!(
                text.contains("1s") && text.contains("2 of 2 are in use"),
                "{text}"
            );
            drop(held);
            let held = [engine.session().unwrap(), engine.session().unwrap()];
            drop(held);
        }
    };
}
blocking!(
    a_blocking_pool_on_sqlite,
    AsyncSqliteConnection,
    SqliteConnection
);
#[cfg(feature = "postgres")]
blocking!(a_blocking_pool_on_postgres, AsyncPgConnection, PgConnection);
#[cfg(feature = "mysql")]
blocking!(
    a_blocking_pool_on_mysql,
    AsyncMysqlConnection,
    MysqlConnection
);
