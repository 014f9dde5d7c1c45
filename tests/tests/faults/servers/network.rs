//! A network that is cut, refuses, swallows everything and recovers, under both engines.

use std::time::Duration;

use orm_core::vocabulary::*;
use orm_tests::Proxy;

use crate::models::{Account, Note};
use crate::place::{Homed, accounts, eventually};

const SIZE: usize = 2;

/// The network in front of a server's database.
pub(crate) fn proxied(url: &str) -> (Proxy, String) {
    let port = url
        .split(':')
        .nth(2)
        .and_then(|rest| rest.split('/').next());
    let proxy = Proxy::to(port.and_then(|port| port.parse().ok()).expect("a port"));
    let url = proxy.url(url);
    (proxy, url)
}

#[track_caller]
fn is_gone(error: &orm_core::Error) {
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    assert_eq!(error.database(), Some("till"), "{error}");
}

/// Cut, refused, restored: async text of both forms.
macro_rules! cut_and_restored {
    ($aio:ident) => {
        form! {
            let Some(home) = orm_core::aio::$aio::home("network") else { return };
            let (proxy, url) = proxied(&home.url);
            let engine = Engine::<Conn>::builder()
                .url(url)
                .name("till")
                .pool_size(2).max_overflow(0)
                .pool_timeout(Duration::from_secs(2))
                .open()
                .await
                .unwrap();
            engine.create_all(schema![Account, Note]).await.unwrap();
            engine.session().await.unwrap().insert_many(accounts()).await.unwrap();
            for _ in 0..3 {
                let mut first = engine.session().await.unwrap();
                let mut second = engine.session().await.unwrap();
                first.get::<Account>(1).await.unwrap();
                second.get::<Account>(1).await.unwrap();
                drop(second);
                proxy.cut();
                is_gone(&first.get::<Account>(1).await.unwrap_err());
                // A session that lost its connection goes on saying so.
                is_gone(&first.get::<Account>(1).await.unwrap_err());
                drop(first);
                let mut failures = 0;
                for _ in 0..4 * SIZE {
                    let mut session = engine.session().await.unwrap();
                    if let Err(error) = session.get::<Account>(1).await {
                        is_gone(&error);
                        failures += 1;
                    }
                }
                assert!(failures <= 1, "only what lay idle was not known to be dead: {failures}");
            }
            proxy.refuse();
            proxy.cut();
            let mut failures = 0;
            while let Ok(mut session) = engine.session().await {
                is_gone(&session.get::<Account>(1).await.unwrap_err());
                failures += 1;
                assert!(failures <= SIZE);
            }
            is_gone(&engine.session().await.unwrap_err());
            proxy.accept();
            let mut all = Vec::new();
            for _ in 0..SIZE {
                let mut session = engine.session().await.unwrap();
                session.get::<Account>(1).await.unwrap();
                all.push(session);
            }
            drop(all);
        }
    };
}

#[cfg(feature = "postgres")]
in_both!(postgres, PgConnection, cut_and_restored!(AsyncPgConnection));
#[cfg(feature = "mysql")]
in_both!(
    mariadb,
    MysqlConnection,
    cut_and_restored!(AsyncMysqlConnection)
);

/// Whoever waits gives up, and what is given up is not lent again.
macro_rules! swallowed {
    ($server:ident, $conn:ident) => {
        #[test]
        fn $server() {
            use crate::form::asynchronous::*;
            type Conn = $conn;
            run(async {
                let Some(home) = Conn::home("swallowed") else {
                    return;
                };
                let (proxy, url) = proxied(&home.url);
                let engine = Engine::<Conn>::builder()
                    .url(url)
                    .name("till")
                    .pool_size(2)
                    .max_overflow(0)
                    .pool_timeout(Duration::from_secs(2))
                    .open()
                    .await
                    .unwrap();
                engine.create_all(schema![Account, Note]).await.unwrap();
                engine
                    .session()
                    .await
                    .unwrap()
                    .insert_many(accounts())
                    .await
                    .unwrap();
                proxy.blackhole();
                let mut session = engine.session().await.unwrap();
                let within = Duration::from_millis(200);
                let none = tokio::time::timeout(within, session.get::<Account>(1)).await;
                assert!(none.is_err());
                drop(session);
                // Another connection is not answered either, within the engine's time.
                let error = engine.session().await.unwrap_err();
                is_gone(&error);
                assert!(error.to_string().contains("within 2s"), "{error}");
                eventually("the one that was opened is given up, too", || {
                    let state = engine.pool().state();
                    (state.connections, state.waiting) == (0, 0)
                })
                .await;
                proxy.resume();
                let mut all = Vec::new();
                for _ in 0..SIZE {
                    let mut session = engine.session().await.unwrap();
                    session.get::<Account>(1).await.unwrap();
                    all.push(session);
                }
                drop(all);
                home.rests(SIZE).await;
                eventually("the connections of the proxy end, too", || {
                    proxy.connections() <= SIZE
                })
                .await;
            });
        }
    };
}

mod swallowed {
    use super::*;

    #[cfg(feature = "postgres")]
    swallowed!(postgres, PgConnection);
    #[cfg(feature = "mysql")]
    swallowed!(mariadb, MysqlConnection);
}
