//! Transactions left by other ways than a dropped future: a panic, a lost race, rows half read,
//! the end of a runtime. And on runtimes of one thread.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::{FutureExt, StreamExt};
use orm_core::Error;
use orm_core::aio::prelude::*;
use orm_core::operation::Link;

use crate::cut::drop_after;
use crate::models::{AT_FIRST, Account, accounts as table};
use crate::place::accounts;

on_each!(a_panic_in_a_transaction_rolls_back, |place| {
    let mut session = place.session().await;
    session.insert_many(accounts()).await.unwrap();
    let work = session.transaction(async |tx| {
        tx.update(Account::patch(1).cents(0)).await?;
        assert!(tx.name().is_empty(), "the work panics");
        Ok::<_, Error>(())
    });
    let panic = AssertUnwindSafe(work).catch_unwind().await;
    assert!(panic.is_err());
    let error = session.get::<Account>(1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    drop(session);
    let mut session = place.session().await;
    let row = session.get::<Account>(1).await.unwrap().unwrap();
    assert_eq!(row.cents, AT_FIRST);
    session.update(Account::patch(1).cents(1)).await.unwrap();
    drop(session);
    place.is_whole().await;
});

on_each!(
    a_wait_between_statements_that_is_left_gives_its_connection_up,
    |place| {
        let mut session = place.session().await;
        session.insert_many(accounts()).await.unwrap();
        session.wait(Duration::ZERO).await;
        session.update(Account::patch(1).cents(1)).await.unwrap();
        let left = session.wait(Duration::from_secs(3_600)).now_or_never();
        assert_eq!(left, None);
        let error = session.get::<Account>(1).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Interrupted);
        drop(session);
        let mut session = place.session().await;
        let row = session.get::<Account>(1).await.unwrap().unwrap();
        assert_eq!(row.cents, 1);
        drop(session);
        place.is_whole().await;
    }
);

on_each!(a_task_that_panics_gives_its_connection_up, |place| {
    place.session().await.insert_many(accounts()).await.unwrap();
    for _ in 0..2 * crate::place::SIZE {
        let engine = place.engine.clone();
        let work = tokio::spawn(async move {
            let mut session = engine.session().await.unwrap();
            let work = session.transaction(async |tx| {
                tx.update(Account::patch(1).cents(0)).await?;
                assert!(tx.name().is_empty(), "the work panics");
                Ok::<_, Error>(())
            });
            work.await
        });
        assert!(work.await.unwrap_err().is_panic());
    }
    let mut session = place.session().await;
    assert_eq!(
        session.get::<Account>(1).await.unwrap().unwrap().cents,
        AT_FIRST
    );
    drop(session);
    place.is_whole().await;
});

on_each!(
    a_statement_that_lost_a_race_spoils_its_transaction,
    |place| {
        let mut session = place.session().await;
        session.insert_many(accounts()).await.unwrap();
        // The work goes on after the race, and even says that all is well: nothing is committed.
        let result = session
            .transaction(async |tx| {
                tx.update(Account::patch(1).cents(0)).await?;
                while drop_after(1, &place.sent, tx.update(Account::patch(2).cents(0)))
                    .await
                    .is_some()
                {}
                Ok::<_, Error>(())
            })
            .await;
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Interrupted);
        let error = session.get::<Account>(1).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Interrupted);
        assert_eq!(error.database(), Some("till"));
        drop(session);
        let mut session = place.session().await;
        for id in [1, 2] {
            let row = session.get::<Account>(id).await.unwrap().unwrap();
            assert_eq!(row.cents, AT_FIRST);
        }
        drop(session);
        place.is_whole().await;
    }
);

on_each!(
    the_losing_branch_of_a_select_gives_its_connection_up,
    |place| {
        place.session().await.insert_many(accounts()).await.unwrap();
        let (begun, wait) = tokio::sync::oneshot::channel();
        let engine = place.engine.clone();
        let slow = async move {
            let mut session = engine.session().await?;
            let work = session.transaction(async |tx| {
                tx.update(Account::patch(1).cents(0)).await?;
                let _ = begun.send(());
                std::future::pending::<()>().await;
                Ok::<_, Error>(())
            });
            work.await
        };
        tokio::select! {
            _ = slow => unreachable!("it never ends"),
            told = wait => told.unwrap(),
        }
        let mut session = place.session().await;
        assert_eq!(
            session.get::<Account>(1).await.unwrap().unwrap().cents,
            AT_FIRST
        );
        session
            .update(Account::patch(1).cents(AT_FIRST))
            .await
            .unwrap();
        drop(session);
        place.is_whole().await;
    }
);

on_each!(
    a_transaction_left_with_rows_half_read_is_left_for_good,
    |place| {
        let mut session = place.session().await;
        session.insert_many(accounts()).await.unwrap();
        let (begun, wait) = tokio::sync::oneshot::channel();
        {
            let work = session.transaction(async |tx| {
                tx.update(Account::patch(1).cents(0)).await?;
                let rows = table::table
                    .select(table::id)
                    .load_stream::<i64>(&mut *tx)
                    .await;
                let mut rows = rows.map_err(Error::from)?;
                assert!(rows.next().await.is_some());
                drop(rows);
                let _ = begun.send(());
                std::future::pending::<()>().await;
                Ok::<_, Error>(())
            });
            tokio::select! {
                _ = work => unreachable!("it never ends"),
                told = wait => told.unwrap(),
            }
        }
        // It must not go on in the transaction that nobody will commit.
        let error = session
            .update(Account::patch(2).cents(0))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Interrupted);
        drop(session);
        let mut session = place.session().await;
        assert_eq!(
            session.get::<Account>(1).await.unwrap().unwrap().cents,
            AT_FIRST
        );
        drop(session);
        place.is_whole().await;
    }
);

#[test]
fn on_a_runtime_of_one_thread_sqlite_is_dropped_anywhere() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let place = crate::place::Place::<AsyncSqliteConnection>::open("one_thread")
            .await
            .unwrap();
        place.session().await.insert_many(accounts()).await.unwrap();
        for waits in 0..50 {
            let mut session = place.session().await;
            let work = session.transaction(async |tx| {
                tx.update(Account::patch(1).cents(7)).await?;
                tx.update(Account::patch(2).cents(2 * AT_FIRST - 7)).await
            });
            let done = drop_after(waits, &place.sent, work).await;
            drop(session);
            if done.is_some() {
                assert_eq!(waits, 5, "cut at BEGIN, two updates, COMMIT");
                return place.is_whole().await;
            }
            let rows = Account::query()
                .load(&mut place.session().await)
                .await
                .unwrap();
            assert_eq!(rows.iter().map(|row| row.cents).sum::<i64>(), 2 * AT_FIRST);
        }
        unreachable!("it is done by then");
    });
}

/// A statement that was never polled was not sent, on a connection that begins others at once.
#[test]
fn a_statement_of_diesels_that_is_never_polled_does_nothing() {
    crate::form::asynchronous::run(async {
        let place = crate::place::Place::<AsyncSqliteConnection>::open("unpolled")
            .await
            .unwrap();
        let mut session = place.session().await;
        session.insert_many(accounts()).await.unwrap();
        let delete = orm_core::diesel::delete(table::table);
        drop(delete.execute(&mut session));
        assert_eq!(Account::query().count(&mut session).await.unwrap(), 2);
        drop(session);
        place.is_whole().await;
    });
}

/// What is sent past the session is not watched, and yet the pool lends out nothing that is busy
/// or in a transaction.
#[test]
fn a_connection_that_was_lent_out_is_waited_for() {
    crate::form::asynchronous::run(async {
        let place = crate::place::Place::<AsyncSqliteConnection>::open("lent")
            .await
            .unwrap();
        place.session().await.insert_many(accounts()).await.unwrap();
        for begins in [false, true] {
            let mut session = place.session().await;
            if begins {
                let left = session.connection().transaction(async |inner| {
                    inner.batch_execute("UPDATE accounts SET cents = 0").await?;
                    std::future::pending::<Result<(), orm_core::diesel::result::Error>>().await
                });
                assert!(drop_after(3, &place.sent, left).await.is_none());
            } else {
                let slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n \
                            WHERE i < 300000) SELECT COUNT(*) FROM n";
                assert!(
                    drop_after(1, &place.sent, session.connection().batch_execute(slow))
                        .await
                        .is_none()
                );
            }
            drop(session);
            let mut next = place.session().await;
            assert_eq!(
                next.get::<Account>(1).await.unwrap().unwrap().cents,
                AT_FIRST
            );
            next.update(Account::patch(1).cents(AT_FIRST))
                .await
                .unwrap();
        }
        place.is_whole().await;
    });
}

/// The session outlives its runtime: its drop finds none, and does not panic.
#[test]
fn a_session_is_dropped_outside_of_a_runtime() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    macro_rules! left_in_the_midst {
        ($conn:ident) => {
            let open = crate::place::Place::<orm_core::aio::$conn>::open("outside");
            if let Some(place) = runtime.block_on(open) {
                let left = runtime.block_on(async {
                    let mut session = place.session().await;
                    session.insert_many(accounts()).await.unwrap();
                    let work = session.transaction(async |tx| {
                        tx.update(Account::patch(1).cents(0)).await?;
                        // In the midst of a statement, as soon as one has to wait.
                        while drop_after(1, &place.sent, tx.update(Account::patch(2).cents(0)))
                            .await
                            .is_some()
                        {}
                        Ok::<_, Error>(())
                    });
                    let left = work.await.unwrap_err();
                    assert_eq!(left.kind(), ErrorKind::Interrupted);
                    session
                });
                drop(left);
                let whole = runtime.block_on(async {
                    let mut session = place.session().await;
                    session.get::<Account>(1).await.unwrap().unwrap().cents
                });
                assert_eq!(whole, AT_FIRST);
                runtime.block_on(place.is_whole());
            }
        };
    }
    left_in_the_midst!(AsyncSqliteConnection);
    #[cfg(feature = "postgres")]
    left_in_the_midst!(AsyncPgConnection);
    #[cfg(feature = "mysql")]
    left_in_the_midst!(AsyncMysqlConnection);
}
