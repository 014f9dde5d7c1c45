//! A statement that nobody waits for any more is stopped on the server, too.

use std::time::Duration;

use orm_core::aio::AsyncDatabaseConnection;
use orm_core::aio::prelude::*;
use orm_core::backend::{Database, Dialect};
use orm_core::diesel::sql_query;

#[cfg(feature = "mysql")]
use crate::models::accounts as table;
use crate::models::{AT_FIRST, Account};
use crate::place::{accounts, eventually};

/// A minute of work for the server of the connection. MariaDB looks while it sleeps whether its
/// client is there, so it has to be kept busy.
fn long<C: AsyncDatabaseConnection>() -> &'static str {
    match C::Backend::DATABASE {
        Database::Postgres => "SELECT pg_sleep(60)",
        _ => "SELECT BENCHMARK(100000000, SHA2('x', 512))",
    }
}

on_each!(
    servers(a_timeout_stops_the_statement_on_the_server),
    |place| {
        let mut session = place.session().await;
        session.insert_many(accounts()).await.unwrap();
        let long = long::<Conn>();
        let slow = tokio::spawn(async move {
            let within = Duration::from_millis(300);
            let ended = tokio::time::timeout(within, sql_query(long).execute(&mut session)).await;
            assert!(ended.is_err());
            drop(session);
        });
        slow.await.unwrap();
        place.home.rests(crate::place::SIZE).await;
        place.is_whole().await;
    }
);

on_each!(
    servers(a_task_that_is_aborted_stops_its_transaction_on_the_server),
    |place| {
        place.session().await.insert_many(accounts()).await.unwrap();
        let long = long::<Conn>();
        let engine = place.engine.clone();
        let slow = tokio::spawn(async move {
            let mut session = engine.session().await?;
            let work = session.transaction(async |tx| {
                tx.update(Account::patch(1).cents(0)).await?;
                sql_query(long)
                    .execute(&mut *tx)
                    .await
                    .map_err(orm_core::Error::from)
            });
            work.await
        });
        eventually("the statement runs", || place.home.connections().1 == 1).await;
        slow.abort();
        assert!(slow.await.unwrap_err().is_cancelled());
        // The row is locked until the server has rolled back.
        let mut session = place.session().await;
        session
            .update(Account::patch(1).cents(AT_FIRST))
            .await
            .unwrap();
        drop(session);
        place.home.rests(crate::place::SIZE).await;
        place.is_whole().await;
    }
);

/// MariaDB's rows come slowly: the connection is closed when those that nobody reads any more are
/// stopped, and not when all of them have come.
#[cfg(feature = "mysql")]
#[test]
fn a_transaction_left_with_rows_half_read_is_stopped_on_the_server() {
    use futures_util::StreamExt;
    use orm_core::diesel::dsl::sql;
    use orm_core::diesel::sql_types::Text;

    crate::form::asynchronous::run(async {
        let open = crate::place::Place::<AsyncMysqlConnection>::open("half_read").await;
        let Some(place) = open else { return };
        let rows = (1..=2000).map(|id| crate::models::NewAccount { id, cents: 1 });
        place.session().await.insert_many(rows).await.unwrap();
        let mut session = place.session().await;
        let (begun, wait) = tokio::sync::oneshot::channel();
        {
            let work = session.transaction(async |tx| {
                tx.update(Account::patch(1).cents(0)).await?;
                // More than the server holds back before it sends.
                let row = "CONCAT(REPEAT('x', 20000), BENCHMARK(100000, SHA2(id, 512)))";
                let rows = table::table
                    .select(sql::<Text>(row))
                    .load_stream::<String>(&mut *tx);
                let mut rows = rows.await.map_err(orm_core::Error::from)?;
                assert!(rows.next().await.is_some());
                drop(rows);
                let _ = begun.send(());
                std::future::pending::<()>().await;
                Ok::<_, orm_core::Error>(())
            });
            tokio::select! {
                _ = work => unreachable!("it never ends"),
                told = wait => told.unwrap(),
            }
        }
        assert!(place.home.connections().1 >= 1, "it is at work");
        drop(session);
        // The row is locked until the server has rolled back.
        let mut session = place.session().await;
        session.update(Account::patch(1).cents(1)).await.unwrap();
        drop(session);
        place.home.rests(crate::place::SIZE).await;
    });
}
