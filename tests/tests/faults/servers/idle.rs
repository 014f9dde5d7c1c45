//! Connections that nobody asks for: each of them is kept alive, found dead, or closed at its time.

use std::time::Duration;

use crate::place::Homed;

/// Soon enough for a test, and later than the pool is looked at first.
const SOON: Duration = Duration::from_millis(300);

macro_rules! tended {
    ($aio:ident) => {
        form! {
            let Some(home) = orm_core::aio::$aio::home("idle") else { return };
            let builder = || {
                Engine::<Conn>::builder()
                    .url(home.url.as_str())
                    .pool_size(3)
                    .pool_recycle(None)
                    .idle_timeout(None)
                    .keep_alive(None)
            };
            for builder in [
                builder().idle_timeout(SOON),
                builder().pool_recycle(SOON),
                // Asked too often to be old, and used by nobody.
                builder().idle_timeout(SOON).keep_alive(SOON / 10),
            ] {
                let engine = builder.open().await.unwrap();
                engine.pool().warm_up(3).await.unwrap();
                eventually("all are closed", || engine.pool().state().connections == 0).await;
                eventually("the server hears of it", || home.connections().0 == 0).await;
                engine.session().await.unwrap().batch_execute("SELECT 1").await.unwrap();
            }
            let engine = builder().keep_alive(SOON).open().await.unwrap();
            engine.pool().warm_up(3).await.unwrap();
            home.kill();
            // Nobody asks for one: the pool asks each.
            eventually("all are found dead", || engine.pool().state().connections == 0).await;
        }
    };
}

macro_rules! in_both {
    ($name:ident, $conn:ident, $aio:ident) => {
        mod $name {
            use super::*;

            #[test]
            fn blocking() {
                use crate::eventually::eventually;
                use crate::form::blocking::*;
                type Conn = $conn;
                tended!($aio);
            }

            #[test]
            fn asynchronous() {
                use crate::form::asynchronous::*;
                use crate::place::eventually;
                type Conn = $conn;
                run(async {
                    tended!($aio);
                });
            }
        }
    };
}
#[cfg(feature = "postgres")]
in_both!(postgres, PgConnection, AsyncPgConnection);
#[cfg(feature = "mysql")]
in_both!(mariadb, MysqlConnection, AsyncMysqlConnection);
