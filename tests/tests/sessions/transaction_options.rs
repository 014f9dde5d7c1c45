//! Options of transactions: each is what the database does, or a typed error; and nothing of them is
//! left behind.

use std::time::Duration;

use orm_core::backend::Database;
use orm_core::diesel::dsl::sql;
use orm_core::diesel::sql_types::Text;
#[cfg(any(feature = "postgres", feature = "mysql"))]
use orm_core::transaction::Isolation;
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Page {
    #[model(generated)]
    id: i64,
    visits: i64,
}

/// A text that the database gives.
macro_rules! asked {
    ($session:expr, $sql:expr) => {
        form!({
            let asked = orm_core::diesel::select(sql::<Text>($sql));
            let text: String = asked.get_result($session).await.unwrap();
            text
        })
    };
}

/// What a connection has of settings that options change.
fn settings(database: Database) -> &'static str {
    match database {
        Database::Sqlite => {
            "(SELECT timeout FROM pragma_busy_timeout) || ' ' || (SELECT query_only FROM pragma_query_only)"
        }
        Database::Postgres => {
            "current_setting('statement_timeout') || ' ' || current_setting('lock_timeout') || ' ' || current_setting('transaction_read_only') || ' ' || current_setting('transaction_isolation')"
        }
        _ => {
            "CONCAT(@@max_statement_time, ' ', @@innodb_lock_wait_timeout, ' ', @@tx_read_only, ' ', @@tx_isolation)"
        }
    }
}

scenario!(postgres(postgres_is_told_all_of_it), |place| {
    let mut session = place.session().await.unwrap();
    let before = asked!(&mut session, settings(place.database));
    for (isolation, name) in [
        (Isolation::ReadUncommitted, "read uncommitted"),
        (Isolation::ReadCommitted, "read committed"),
        (Isolation::RepeatableRead, "repeatable read"),
        (Isolation::Serializable, "serializable"),
    ] {
        let options = TransactionOptions::new().isolation(isolation);
        let found = session
            .transaction_with(&options, async |tx| {
                Ok::<_, orm_core::Error>(asked!(
                    &mut *tx,
                    "current_setting('transaction_isolation')"
                ))
            })
            .await
            .unwrap();
        assert_eq!(found, name);
    }
    let options = TransactionOptions::new()
        .serializable()
        .read_only()
        .deferrable()
        .statement_timeout(Duration::from_secs(7))
        .lock_timeout(Duration::from_millis(300));
    let found = session
        .transaction_with(&options, async |tx| {
            let deferrable = asked!(&mut *tx, "current_setting('transaction_deferrable')");
            Ok::<_, orm_core::Error>((deferrable, asked!(&mut *tx, settings(Database::Postgres))))
        })
        .await
        .unwrap();
    assert_eq!(found, ("on".into(), "7s 300ms on serializable".into()));
    assert_eq!(asked!(&mut session, settings(place.database)), before);
});

scenario!(mysql(mariadb_is_told_what_it_has), |place| {
    let mut session = place.session().await.unwrap();
    let before = asked!(&mut session, settings(place.database));
    place.sent();
    let options = TransactionOptions::new()
        .read_committed()
        .read_only()
        .statement_timeout(Duration::from_millis(7_020))
        .lock_timeout(Duration::from_secs(3));
    let found = session
        .transaction_with(&options, async |tx| {
            let timeouts = "CONCAT(@@max_statement_time, ' ', @@innodb_lock_wait_timeout)";
            Ok::<_, orm_core::Error>(asked!(&mut *tx, timeouts))
        })
        .await
        .unwrap();
    assert_eq!(found, "7.020000 3");
    let sent = place.sent();
    let modes = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY";
    let at = sent.iter().position(|sql| sql == modes).unwrap();
    assert!(sent[at + 1].starts_with("BEGIN"), "{sent:?}");
    assert_eq!(asked!(&mut session, settings(place.database)), before);
});

scenario!(a_read_only_transaction_writes_nothing, |place| {
    place.create_all(schema![Page]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let before = asked!(&mut session, settings(place.database));
    let options = TransactionOptions::new().read_only();
    let refused = session
        .transaction_with(&options, async |tx| {
            assert_eq!(Page::query().count(&mut *tx).await?, 0);
            tx.insert(NewPage { visits: 1 }).await
        })
        .await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Database);
    assert_eq!(asked!(&mut session, settings(place.database)), before);
    session.insert(NewPage { visits: 1 }).await.unwrap();
    let read = place
        .transaction_with(&options, async |tx| Page::query().count(tx).await)
        .await;
    assert_eq!(read.unwrap(), 1);
});

scenario!(a_lock_is_waited_for_as_long_as_said, |place| {
    place.create_all(schema![Page]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let mut other = place.session().await.unwrap();
    let before = asked!(&mut other, settings(place.database));
    let page = session.insert(NewPage { visits: 1 }).await.unwrap();
    let options = TransactionOptions::new().lock_timeout(match place.database {
        Database::Mysql => Duration::from_secs(1),
        _ => Duration::from_millis(20),
    });
    session
        .transaction(async |tx| {
            tx.update(Page::patch(page.id).visits(2)).await?;
            let in_vain = other
                .transaction_with(&options, async |other| {
                    other.update(Page::patch(page.id).visits(3)).await
                })
                .await;
            assert_eq!(in_vain.unwrap_err().kind(), ErrorKind::Conflict);
            Ok::<_, orm_core::Error>(())
        })
        .await
        .unwrap();
    assert_eq!(asked!(&mut other, settings(place.database)), before);
});

// To be awaited a panic ends the task, and its connection.
scenario!(sync(settings_are_put_back_behind_a_panic), |place| {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    place.create_all(schema![Page]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let before = asked!(&mut session, settings(place.database));
    let options = TransactionOptions::new()
        .read_only()
        .lock_timeout(Duration::from_secs(1));
    let panic = catch_unwind(AssertUnwindSafe(|| {
        session.transaction_with(&options, |tx| -> orm_core::Result<()> {
            assert_eq!(Page::query().count(tx)?, 0);
            std::panic::resume_unwind(Box::new("on purpose"))
        })
    }));
    assert!(panic.is_err());
    assert_eq!(asked!(&mut session, settings(place.database)), before);
    session.insert(NewPage { visits: 1 }).await.unwrap();
});

// SQLite has no timeout of statements.
scenario!(postgres(a_statement_takes_as_long_as_said), |place| {
    let options = TransactionOptions::new().statement_timeout(Duration::from_millis(20));
    let late = place
        .transaction_with(&options, async |tx| {
            Ok(tx.batch_execute("SELECT pg_sleep(600)").await?)
        })
        .await;
    let late: orm_core::Error = late.unwrap_err();
    assert_eq!(late.kind(), ErrorKind::Timeout, "{late}");
    assert!(!late.is_retryable());
});

scenario!(
    mysql(a_statement_takes_as_long_as_said_there_too),
    |place| {
        let options = TransactionOptions::new().statement_timeout(Duration::from_millis(20));
        let mut session = place.session().await.unwrap();
        let before = asked!(&mut session, settings(place.database));
        let late = session
        .transaction_with(&options, async |tx| {
            let slow = "SELECT COUNT(*) FROM seq_1_to_100000 a, seq_1_to_100000 b WHERE a.seq + b.seq = 0";
            Ok(tx.batch_execute(slow).await?)
        })
        .await;
        let late: orm_core::Error = late.unwrap_err();
        assert_eq!(late.kind(), ErrorKind::Timeout, "{late}");
        assert_eq!(asked!(&mut session, settings(place.database)), before);
    }
);

scenario!(
    sqlite(an_immediate_transaction_has_the_lock_from_the_start),
    |place| {
        place.create_all(schema![Page]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let mut other = place.session().await.unwrap();
        let page = session.insert(NewPage { visits: 1 }).await.unwrap();
        place.sent();
        let options = TransactionOptions::new().immediate();
        let briefly = options.clone().lock_timeout(Duration::from_millis(1));
        session
            .transaction_with(&options, async |tx| {
                let page = tx.get::<Page>(page.id).await?.expect("it is there");
                // Nobody writes meanwhile, so what was read is still so.
                let begun = other
                    .transaction_with(&briefly, async |_| Ok::<_, orm_core::Error>(()))
                    .await;
                assert_eq!(begun.unwrap_err().kind(), ErrorKind::Conflict);
                tx.update(Page::patch(page.id).visits(page.visits + 1))
                    .await
            })
            .await
            .unwrap();
        assert_eq!(place.sent()[0], "BEGIN IMMEDIATE");
        let after = other.get::<Page>(page.id).await.unwrap().unwrap();
        assert_eq!(after.visits, 2);
        assert_eq!(asked!(&mut other, settings(place.database)), "5000 0");
    }
);

scenario!(what_cannot_be_is_told_before_anything_is_sent, |place| {
    place.create_all(schema![Page]).await.unwrap();
    let mut session = place.session().await.unwrap();
    place.sent();
    let new = TransactionOptions::new;
    let mut refused = vec![
        (new().deferrable(), ErrorKind::Config),
        (new().immediate().read_only(), ErrorKind::Config),
        (new().lock_timeout(Duration::ZERO), ErrorKind::Config),
    ];
    if place.database != Database::Postgres {
        let deferrable = new().serializable().read_only().deferrable();
        refused.push((deferrable, ErrorKind::Unsupported));
    }
    if place.database == Database::Sqlite {
        let timeout = new().statement_timeout(Duration::from_secs(1));
        refused.push((timeout, ErrorKind::Unsupported));
    }
    for (options, kind) in refused {
        let begun = session
            .transaction_with(&options, async |_| Ok::<_, orm_core::Error>(()))
            .await;
        assert_eq!(begun.unwrap_err().kind(), kind, "{options:?}");
    }
    assert!(place.sent().is_empty());
    // A savepoint is of the transaction around it.
    session
        .transaction(async |tx| {
            let options = TransactionOptions::new().serializable();
            let inside = tx
                .transaction_with(&options, async |_| Ok::<_, orm_core::Error>(()))
                .await;
            assert_eq!(inside.unwrap_err().kind(), ErrorKind::Refused);
            let retry = TransactionOptions::new().retry(3);
            let inside = tx
                .transaction_retry(&retry, async |_| Ok::<_, orm_core::Error>(()))
                .await;
            assert_eq!(inside.unwrap_err().kind(), ErrorKind::Refused);
            tx.transaction_with(&TransactionOptions::new(), async |tx| {
                tx.insert(NewPage { visits: 1 }).await
            })
            .await
        })
        .await
        .unwrap();
});
