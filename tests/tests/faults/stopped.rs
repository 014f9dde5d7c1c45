//! A statement that nobody waits for any more is stopped on the server, too.

use std::time::Duration;

use orm_core::aio::AsyncDatabaseConnection;
use orm_core::aio::prelude::*;
use orm_core::backend::{Database, Dialect};
use orm_core::diesel::sql_query;

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
