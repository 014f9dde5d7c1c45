//! A first statement whose connection dies before it is answered: what may have been carried out is
//! an error and not sent again, what changes nothing is.

use std::time::Duration;

use orm_core::vocabulary::*;

use super::network::proxied;
use crate::eventually::eventually;
use crate::models::{AT_FIRST, Account, Note};
use crate::place::{Homed, accounts};

macro_rules! unanswered {
    ($aio:ident, $sleep:literal) => {
        form! {
            let Some(home) = orm_core::aio::$aio::home("unknown") else { return };
            let (proxy, url) = proxied(&home.url);
            let engine = Engine::<Conn>::builder()
                .url(url)
                .name("till")
                .pool_timeout(Duration::from_secs(10))
                .open()
                .await
                .unwrap();
            engine.create_all(schema![Account, Note]).await.unwrap();
            engine.session().await.unwrap().insert_many(accounts()).await.unwrap();

            // The server has carried it out when the network is cut.
            let mut session = engine.session().await.unwrap();
            let cutter = std::thread::spawn(move || {
                eventually("the statement runs", || home.connections().1 == 1);
                proxy.cut();
                (home, proxy)
            });
            let pay = concat!("UPDATE accounts SET cents = cents + 1 WHERE id = 2; COMMIT; ", $sleep);
            let error = orm_core::Error::from(session.batch_execute(pay).await.unwrap_err());
            assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
            drop(session);
            let (home, proxy) = cutter.join().unwrap();
            eventually("the server is done", || home.connections().1 == 0);
            let mut session = engine.session().await.unwrap();
            let paid = session.get::<Account>(2).await.unwrap().unwrap();
            assert_eq!(paid.cents, AT_FIRST + 1, "once");
            drop(session);

            // A read that nobody answers is sent again, on a connection that is.
            let mut session = engine.session().await.unwrap();
            proxy.blackhole();
            let cutter = std::thread::spawn(move || {
                // It waits by now, or finds the connection dead a moment later.
                proxy.cut();
                proxy.resume();
                (home, proxy)
            });
            let paid = session.get::<Account>(2).await.unwrap().unwrap();
            assert_eq!(paid.cents, AT_FIRST + 1);
            // The fresh connection is held to the same: it lasts.
            session.update(Account::patch(2).cents(7)).await.unwrap();
            drop(cutter.join().unwrap());
        }
    };
}

macro_rules! in_both {
    ($name:ident, $conn:ident, $aio:ident, $sleep:literal) => {
        mod $name {
            use super::*;

            #[test]
            fn blocking() {
                use crate::form::blocking::*;
                type Conn = $conn;
                unanswered!($aio, $sleep);
            }

            #[test]
            fn asynchronous() {
                use crate::form::asynchronous::*;
                type Conn = $conn;
                run(async {
                    unanswered!($aio, $sleep);
                });
            }
        }
    };
}
#[cfg(feature = "postgres")]
in_both!(
    postgres,
    PgConnection,
    AsyncPgConnection,
    "SELECT pg_sleep(1)"
);
#[cfg(feature = "mysql")]
in_both!(
    mariadb,
    MysqlConnection,
    AsyncMysqlConnection,
    "DO SLEEP(1)"
);
