//! Connections that a network or a server forgot without a word: who asks for one waits no longer
//! than the engine's timeout, and gets a good one where one can be had.

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use orm_core::aio::AsyncDatabaseConnection;
use orm_core::aio::prelude::*;

use super::network::proxied;
use crate::models::{Account, Note, accounts as table};
#[cfg(feature = "postgres")]
use crate::place::signal;
use crate::place::{Homed, accounts, eventually};

const SIZE: usize = 3;

/// An engine all of whose connections lie idle, and are asked at their next checkout: nobody
/// knows what is left on them to be read.
async fn idle<C>(url: &str, timeout: Duration) -> AsyncEngine<C>
where
    C: AsyncDatabaseConnection,
    AsyncEngine<C>: Fills,
{
    let engine = AsyncEngine::<C>::builder()
        .url(url)
        .name("till")
        .pool_size(u32::try_from(SIZE).expect("a few"))
        .max_overflow(0)
        .pool_timeout(timeout)
        .open()
        .await
        .expect("a fresh database opens");
    engine
        .create_all(schema![Account, Note])
        .await
        .expect("fresh tables");
    engine.fill().await;
    engine
}

/// What `idle` does on each kind of connection.
trait Fills {
    fn fill(&self) -> impl Future<Output = ()> + Send;
}

macro_rules! fills {
    ($conn:ident) => {
        impl Fills for AsyncEngine<$conn> {
            async fn fill(&self) {
                let mut all = Vec::new();
                for _ in 0..SIZE {
                    all.push(self.session().await.unwrap());
                }
                all[0].insert_many(accounts()).await.unwrap();
                for session in &mut all {
                    let ids = table::table.select(table::id);
                    let mut rows = ids.load_stream::<i64>(session).await.unwrap();
                    assert!(rows.next().await.is_some());
                }
            }
        }
    };
}
#[cfg(feature = "postgres")]
fills!(AsyncPgConnection);
#[cfg(feature = "mysql")]
fills!(AsyncMysqlConnection);

macro_rules! swallowed {
    ($name:ident, $conn:ident) => {
        #[test]
        fn $name() {
            crate::form::asynchronous::run(async {
                let Some(home) = $conn::home("checkout") else {
                    return;
                };
                let (proxy, url) = proxied(&home.url);
                let engine = idle::<$conn>(&url, Duration::from_secs(1)).await;
                proxy.blackhole();
                let asked = Instant::now();
                let error = engine.session().await.unwrap_err();
                let took = asked.elapsed();
                // Each of the connections, and a new one: four times as long.
                assert!(took < Duration::from_secs(3), "{took:?}");
                assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
                // In what was left once an idle one had been asked.
                let says = "the database did not answer within";
                assert!(error.to_string().contains(says), "{error}");
                eventually("the new one is given up, too", || {
                    engine.pool().state().connections == 0
                })
                .await;
                proxy.resume();
                engine.session().await.unwrap();
            });
        }
    };
}

mod a_checkout_takes_no_longer_than_its_timeout {
    use super::*;

    #[cfg(feature = "postgres")]
    swallowed!(postgres, AsyncPgConnection);
    #[cfg(feature = "mysql")]
    swallowed!(mariadb, AsyncMysqlConnection);
}

#[cfg(feature = "postgres")]
#[test]
fn of_several_silent_connections_one_is_waited_for() {
    if !orm_tests::postgres::available() {
        return;
    }
    crate::form::asynchronous::run(async {
        let server = orm_tests::PgServer::start();
        // What is left after one of them is enough to open another.
        let timeout = Duration::from_secs(4);
        let engine = idle::<AsyncPgConnection>(&server.url(), timeout).await;
        let silent = server.connections();
        assert_eq!(silent.len(), SIZE);
        signal(&silent, "-STOP");
        let asked = Instant::now();
        let mut session = engine.session().await.unwrap();
        let took = asked.elapsed();
        assert!(took < 2 * timeout, "{took:?}");
        assert!(session.get::<Account>(1).await.unwrap().is_some());
        assert_eq!(
            engine.pool().state().connections,
            1,
            "the others are gone, too"
        );
        signal(&silent, "-CONT");
    });
}
