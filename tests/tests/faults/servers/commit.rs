//! A connection that is lost at COMMIT: nobody knows whether it was done, and the error says so.

use std::time::Duration;

use orm_core::vocabulary::*;

use crate::models::{Account, Note};
use crate::place::{Homed, accounts};

macro_rules! killed_before_commit {
    ($aio:ident) => {
        form! {
            let Some(home) = orm_core::aio::$aio::home("killed_commit") else { return };
            let engine = Engine::<Conn>::builder()
                .url(home.url.as_str())
                .name("till")
                .pool_size(1).max_overflow(0)
                .pool_timeout(Duration::from_secs(10))
                .open()
                .await
                .unwrap();
            engine.create_all(schema![Account, Note]).await.unwrap();
            let mut session = engine.session().await.unwrap();
            session.insert_many(accounts()).await.unwrap();
            let ended: Result<(), orm_core::Error> = session
                .transaction(async |tx| {
                    tx.update(Account::patch(1).cents(0)).await?;
                    home.kill();
                    Ok(())
                })
                .await;
            let error = ended.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::CommitUnknown, "{error}");
            assert!(!error.is_retryable());
            assert_eq!(error.database(), Some("till"));
            drop(session);
            // The pool has thrown it away.
            let mut session = engine.session().await.unwrap();
            let row = session.get::<Account>(1).await.unwrap().unwrap();
            assert_eq!(row.cents, crate::models::AT_FIRST);
        }
    };
}

/// Lost before its server has heard of the COMMIT: its client cannot tell.
mod killed_before_commit {
    use super::*;

    #[cfg(feature = "postgres")]
    in_both!(
        postgres,
        PgConnection,
        killed_before_commit!(AsyncPgConnection)
    );
    #[cfg(feature = "mysql")]
    in_both!(
        mariadb,
        MysqlConnection,
        killed_before_commit!(AsyncMysqlConnection)
    );
}

macro_rules! is_not_run_again {
    ($aio:ident) => {
        form! {
            let Some(home) = orm_core::aio::$aio::home("unknown_commit_once") else { return };
            let engine = Engine::<Conn>::builder()
                .url(home.url.as_str())
                .pool_size(2).max_overflow(0)
                .pool_timeout(Duration::from_secs(10))
                .open()
                .await
                .unwrap();
            engine.create_all(schema![Account, Note]).await.unwrap();
            let mut session = engine.session().await.unwrap();
            session.insert_many(accounts()).await.unwrap();
            let mut other = engine.session().await.unwrap();
            let held = "BEGIN; UPDATE accounts SET cents = 1 WHERE id = 2";
            other.batch_execute(held).await.unwrap();
            let tries = AtomicUsize::new(0);
            let none = Duration::ZERO;
            let retry = TransactionOptions::new().retry(3).backoff(none, none);
            let lost: Result<(), Mine> = session
                .transaction_retry(&retry, async |tx| {
                    tries.fetch_add(1, Ordering::SeqCst);
                    let taken = tx
                        .transaction(async |inner| {
                            let two = Account::query().filter(accounts::id.eq(2));
                            two.for_update().nowait().first(inner).await
                        })
                        .await;
                    assert_eq!(taken.unwrap_err().kind(), ErrorKind::Conflict);
                    tx.update(Account::patch(1).cents(0)).await?;
                    home.kill();
                    Ok(())
                })
                .await;
            assert_eq!(lost.unwrap_err().kind, ErrorKind::CommitUnknown);
            assert_eq!(AtomicUsize::load(&tries, Ordering::SeqCst), 1);
        }
    };
}

/// What a user may make of our errors.
#[derive(Debug)]
struct Mine {
    kind: ErrorKind,
}

impl From<orm_core::Error> for Mine {
    fn from(error: orm_core::Error) -> Self {
        Mine { kind: error.kind() }
    }
}

/// Whatever the transaction lost against before, and whatever its error is.
mod an_unknown_commit_is_not_run_again {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::models::accounts;

    #[cfg(feature = "postgres")]
    in_both!(postgres, PgConnection, is_not_run_again!(AsyncPgConnection));
    #[cfg(feature = "mysql")]
    in_both!(
        mariadb,
        MysqlConnection,
        is_not_run_again!(AsyncMysqlConnection)
    );
}

/// Lost when the server has committed: the row is there, and nothing is done about it by itself.
#[cfg(feature = "postgres")]
mod lost_behind_commit {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::super::partial::{end_what_has_committed, waits_for_a_standby};
    use super::*;

    macro_rules! answer_is_lost {
        () => {
            form! {
                let Some(server) = waits_for_a_standby() else { return };
                let engine = Engine::<PgConnection>::builder()
                    .url(server.create_database("till"))
                    .pool_size(1)
                    .max_overflow(0)
                    .pool_timeout(Duration::from_secs(10))
                    .open()
                    .await
                    .unwrap();
                engine.create_all(schema![Account, Note]).await.unwrap();
                let mut session = engine.session().await.unwrap();
                session.batch_execute("SET synchronous_commit = on").await.unwrap();
                let ended = end_what_has_committed(&server);
                let tries = AtomicUsize::new(0);
                let hooks = Arc::new(AtomicUsize::new(0));
                let retry = TransactionOptions::new().retry(3);
                let lost: Result<(), orm_core::Error> = session
                    .transaction_retry(&retry, async |tx| {
                        tries.fetch_add(1, Ordering::SeqCst);
                        let hooks = hooks.clone();
                        tx.after_commit(move || {
                            hooks.fetch_add(1, Ordering::SeqCst);
                        });
                        tx.insert_many(accounts()).await?;
                        Ok(())
                    })
                    .await;
                ended.join().unwrap();
                let error = lost.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::CommitUnknown, "{error}");
                assert_eq!(AtomicUsize::load(&tries, Ordering::SeqCst), 1);
                assert_eq!(AtomicUsize::load(&hooks, Ordering::SeqCst), 0);
                drop(session);
                let mut session = engine.session().await.unwrap();
                assert_eq!(Account::query().count(&mut session).await.unwrap(), 2);
            }
        };
    }

    #[test]
    fn blocking() {
        use crate::form::blocking::*;
        answer_is_lost!();
    }

    #[test]
    fn asynchronous() {
        use crate::form::asynchronous::*;
        run(async {
            answer_is_lost!();
        });
    }
}
