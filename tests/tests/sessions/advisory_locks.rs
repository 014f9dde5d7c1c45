//! Advisory locks: one holder at a time, and none when the work is done, however it ended.

use std::time::Duration;

use orm_core::backend::Database;
use orm_core::transaction::AdvisoryLock;
use orm_core::vocabulary::*;

/// What a session gets of a lock that it does not wait for.
macro_rules! tried {
    ($session:expr, $lock:expr) => {
        form!({
            let got = $session
                .with_advisory_lock(&$lock, async |_| Ok::<_, orm_core::Error>(()))
                .await;
            got.map_err(|error| error.kind())
        })
    };
}

/// SQLite has none.
macro_rules! sessions {
    ($place:ident) => {
        form!({
            let mut session = $place.session().await.unwrap();
            let other = $place.session().await.unwrap();
            if $place.database == Database::Sqlite {
                let lock = AdvisoryLock::named("x");
                assert_eq!(tried!(session, lock), Err(ErrorKind::Unsupported));
                return;
            }
            (session, other)
        })
    };
}

scenario!(a_lock_has_one_holder, |place| {
    let (mut session, mut other) = sessions!(place);
    let long = "x".repeat(300);
    for lock in [
        AdvisoryLock::named("nightly \\ it's"),
        AdvisoryLock::named(long.as_str()),
        AdvisoryLock::numbered(-7),
    ] {
        let lock = lock.no_wait();
        let brief = lock.clone().timeout(Duration::from_millis(20));
        session
            .with_advisory_lock(&lock, async |session| {
                assert_eq!(tried!(other, lock), Err(ErrorKind::Conflict));
                assert_eq!(tried!(other, brief), Err(ErrorKind::Conflict));
                let else_ = AdvisoryLock::named("another").no_wait();
                assert_eq!(tried!(other, else_), Ok(()));
                // The session works on meanwhile, in transactions too.
                session
                    .transaction(async |tx| {
                        tx.batch_execute("SELECT 1").await?;
                        Ok::<_, orm_core::Error>(())
                    })
                    .await
            })
            .await
            .unwrap();
        assert_eq!(tried!(other, lock), Ok(()));
    }
});

scenario!(a_lock_is_given_back_behind_an_error, |place| {
    let (mut session, mut other) = sessions!(place);
    let lock = AdvisoryLock::named("x").no_wait();
    let failed: orm_core::Result<()> = session
        .with_advisory_lock(&lock, async |session| {
            session.batch_execute("SELECT nothing").await?;
            Ok(())
        })
        .await;
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::Database);
    assert_eq!(tried!(other, lock), Ok(()));
    assert_eq!(tried!(session, lock), Ok(()));
});

scenario!(a_lock_of_a_session_is_taken_outside, |place| {
    let (mut session, mut other) = sessions!(place);
    let lock = AdvisoryLock::named("x").no_wait();
    session
        .transaction(async |tx| {
            assert_eq!(tried!(tx, lock), Err(ErrorKind::Refused));
            Ok::<_, orm_core::Error>(())
        })
        .await
        .unwrap();
    assert_eq!(tried!(other, lock), Ok(()));
});

scenario!(a_lock_may_end_with_its_transaction, |place| {
    let (mut session, mut other) = sessions!(place);
    let lock = AdvisoryLock::named("x").no_wait();
    let brief = lock.clone().timeout(Duration::from_millis(20));
    let database = place.database;
    session
        .transaction(async |tx| {
            let got = tx.advisory_lock(&lock).await;
            if database == Database::Mysql {
                assert_eq!(got.unwrap_err().kind(), ErrorKind::Unsupported);
                return Ok(());
            }
            got?;
            assert_eq!(tried!(other, lock), Err(ErrorKind::Conflict));
            let in_vain = other
                .transaction(async |other| other.advisory_lock(&brief).await)
                .await;
            assert_eq!(in_vain.unwrap_err().kind(), ErrorKind::Conflict);
            Ok::<_, orm_core::Error>(())
        })
        .await
        .unwrap();
    assert_eq!(tried!(other, lock), Ok(()));
});

// To be awaited a panic ends the task, and the connection.
scenario!(sync(a_lock_is_given_back_behind_a_panic), |place| {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    let (mut session, mut other) = sessions!(place);
    let lock = AdvisoryLock::named("x").no_wait();
    let panic = catch_unwind(AssertUnwindSafe(|| {
        session.with_advisory_lock(&lock, |_| -> orm_core::Result<()> {
            std::panic::resume_unwind(Box::new("on purpose"))
        })
    }));
    assert!(panic.is_err());
    assert_eq!(tried!(other, lock), Ok(()));
});

scenario!(a_lock_that_was_lost_meanwhile_is_told, |place| {
    let (mut session, mut other) = sessions!(place);
    let lock = AdvisoryLock::named("x").no_wait();
    let (gives_back, id) = match place.database {
        Database::Postgres => ("SELECT pg_advisory_unlock_all()", "pg_backend_pid()::text"),
        _ => ("DO RELEASE_ALL_LOCKS()", "CAST(CONNECTION_ID() AS CHAR)"),
    };
    let lost = session
        .with_advisory_lock(&lock, async |session| {
            session.batch_execute(gives_back).await?;
            assert_eq!(tried!(other, lock), Ok(()));
            Ok::<_, orm_core::Error>(())
        })
        .await;
    let error = lost.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Database, "{error}");
    assert!(error.to_string().contains("`x` was lost"), "{error}");
    // With its connection, of which nobody noticed anything.
    let lost = session
        .with_advisory_lock(&lock, async |session| {
            use orm_core::diesel::dsl::sql;
            use orm_core::diesel::sql_types::Text;
            let id = orm_core::diesel::select(sql::<Text>(id));
            let id: String = id.get_result(&mut *session).await?;
            let kill = match place.database {
                Database::Postgres => format!("SELECT pg_terminate_backend({id})"),
                _ => format!("KILL {id}"),
            };
            other.batch_execute(&kill).await?;
            Ok::<_, orm_core::Error>(())
        })
        .await;
    let error = lost.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    assert!(error.to_string().contains("`x` was lost"), "{error}");
    drop(session);
    // An error of the work comes first. The server may be busy ending that connection.
    let lock = AdvisoryLock::named("x").timeout(Duration::from_secs(30));
    let mut session = place.session().await.unwrap();
    let failed = session
        .with_advisory_lock(&lock, async |session| {
            session.batch_execute(gives_back).await?;
            Err::<(), _>(orm_core::Error::new(ErrorKind::Refused, "on purpose"))
        })
        .await;
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::Refused);
});
