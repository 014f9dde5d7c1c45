//! Transactions: what is rolled back, and that session and pool stay usable.

use std::panic::{AssertUnwindSafe, catch_unwind};

use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Entry {
    #[model(generated)]
    id: i64,
    #[model(unique)]
    text: String,
}

fn entry(text: &str) -> NewEntry {
    NewEntry { text: text.into() }
}

macro_rules! texts {
    ($session:expr) => {
        form!({
            let query = Entry::query().order_by(entries::id).select(entries::text);
            let texts: Vec<String> = query.load($session).await.unwrap();
            texts
        })
    };
}

scenario!(ok_commits_and_err_rolls_back, |place| {
    place.create_all(schema![Entry]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let row = session
        .transaction(async |tx| tx.insert(entry("kept")).await)
        .await
        .unwrap();
    assert_eq!(row.text, "kept");
    place.sent();
    let failed: Result<(), orm_core::Error> = session
        .transaction(async |tx| {
            tx.insert(entry("lost")).await?;
            tx.insert(entry("kept")).await?;
            Ok(())
        })
        .await;
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::Invalid);
    let sent = place.sent();
    assert!(sent[0].starts_with("BEGIN"), "{sent:?}");
    assert_eq!(sent.last().unwrap(), "ROLLBACK");
    assert_eq!(texts!(&mut session), ["kept"]);
    // Another connection sees the same.
    assert_eq!(texts!(&mut place.session().await.unwrap()), ["kept"]);
});

scenario!(an_error_of_ones_own_passes_through, |place| {
    #[derive(Debug)]
    enum Mine {
        Orm,
        NoMoney,
    }
    impl From<orm_core::Error> for Mine {
        fn from(_: orm_core::Error) -> Self {
            Mine::Orm
        }
    }
    place.create_all(schema![Entry]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let failed: Result<(), Mine> = session
        .transaction(async |tx| {
            tx.insert(entry("lost")).await?;
            Err(Mine::NoMoney)
        })
        .await;
    assert!(matches!(failed, Err(Mine::NoMoney)));
    let failed: Result<(), Mine> = session
        .transaction(async |tx| {
            tx.insert_many([entry("a"), entry("a")]).await?;
            Ok(())
        })
        .await;
    assert!(matches!(failed, Err(Mine::Orm)));
    assert!(texts!(&mut session).is_empty());
});

// A panic is caught at the call here. To be awaited, it ends the task, and its session.
scenario!(sync(a_panic_rolls_back_and_the_session_goes_on), |place| {
    place.create_all(schema![Entry]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let panic = catch_unwind(AssertUnwindSafe(|| {
        session.transaction(|tx| -> orm_core::Result<()> {
            tx.insert(entry("lost"))?;
            std::panic::resume_unwind(Box::new("on purpose"))
        })
    }));
    assert_eq!(
        panic.unwrap_err().downcast_ref::<&str>(),
        Some(&"on purpose")
    );
    session.insert(entry("after")).await.unwrap();
    assert_eq!(texts!(&mut session), ["after"]);
});

scenario!(a_transaction_inside_another_is_a_savepoint, |place| {
    place.create_all(schema![Entry]).await.unwrap();
    let mut session = place.session().await.unwrap();
    place.sent();
    session
        .transaction(async |tx| {
            tx.insert(entry("outer")).await?;
            let inner = tx
                .transaction(async |tx| {
                    tx.insert(entry("inner")).await?;
                    tx.insert(entry("outer")).await
                })
                .await;
            assert!(inner.is_err());
            tx.transaction(async |tx| tx.insert(entry("second")).await)
                .await?;
            tx.insert(entry("last")).await
        })
        .await
        .unwrap();
    assert_eq!(texts!(&mut session), ["outer", "second", "last"]);
    let sent = place.sent();
    assert_eq!(
        sent.iter().filter(|sql| sql.starts_with("BEGIN")).count(),
        1
    );
    assert_eq!(
        sent.iter()
            .filter(|sql| sql.starts_with("SAVEPOINT"))
            .count(),
        2
    );
    let failed: orm_core::Result<()> = session
        .transaction(async |tx| {
            tx.transaction(async |tx| tx.insert(entry("committed inside")).await)
                .await?;
            Err(orm_core::Error::new(ErrorKind::Refused, "outside"))
        })
        .await;
    assert!(failed.is_err());
    assert_eq!(texts!(&mut session).len(), 3, "a savepoint is no commit");
});

// PostgreSQL answers the COMMIT after an error by a rollback, and without an error.
scenario!(an_error_that_was_passed_over_is_told, |place| {
    use orm_core::backend::Database;
    place.create_all(schema![Entry]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let done = session
        .transaction(async |tx| {
            tx.insert(entry("first")).await?;
            assert!(tx.insert(entry("first")).await.is_err());
            Ok::<_, orm_core::Error>(())
        })
        .await;
    if place.database == Database::Postgres {
        let error = done.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Database, "{error}");
        assert!(texts!(&mut session).is_empty());
    } else {
        done.unwrap();
        assert_eq!(texts!(&mut session), ["first"]);
    }
    // A savepoint is rolled back, and what is around it goes on.
    let around = session
        .transaction(async |tx| {
            tx.insert(entry("around")).await?;
            let inside = tx
                .transaction(async |tx| {
                    tx.insert(entry("inside")).await?;
                    assert!(tx.insert(entry("around")).await.is_err());
                    Ok::<_, orm_core::Error>(())
                })
                .await;
            tx.insert(entry("after")).await?;
            Ok::<_, orm_core::Error>(inside.is_ok())
        })
        .await;
    let kept = texts!(&mut place.session().await.unwrap());
    if around.unwrap() {
        assert_eq!(kept, ["first", "around", "inside", "after"]);
    } else {
        assert_eq!(place.database, Database::Postgres);
        assert_eq!(kept, ["around", "after"]);
    }
});

// The same on the connection itself, past the session.
scenario!(postgres(an_error_past_the_session_is_told), |place| {
    place.create_all(schema![Entry]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let done = session
        .transaction(async |tx| {
            tx.insert(entry("lost")).await?;
            let broken = tx.connection().batch_execute("SELECT 1 / 0").await;
            assert!(broken.is_err());
            Ok::<_, orm_core::Error>(())
        })
        .await;
    assert_eq!(done.unwrap_err().kind(), ErrorKind::Database);
    assert!(texts!(&mut session).is_empty());
    session.insert(entry("after")).await.unwrap();
});

scenario!(
    postgres(a_lost_race_that_was_passed_over_is_a_conflict),
    |place| {
        place.create_all(schema![Entry]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let mut other = place.session().await.unwrap();
        let row = session.insert(entry("a")).await.unwrap();
        for nested in [false, true] {
            let result = session
                .transaction(async |tx| {
                    tx.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                        .await?;
                    let seen = tx.get::<Entry>(row.id).await?.expect("it is there");
                    let theirs = format!("{}, theirs", seen.text);
                    other
                        .update(Entry::patch(row.id).text(theirs.as_str()))
                        .await?;
                    if nested {
                        // Only the savepoint is lost: what is around it may go on.
                        let inner = tx
                            .transaction(async |tx| tx.update(Entry::patch(row.id).text("b")).await)
                            .await;
                        assert_eq!(inner.unwrap_err().kind(), ErrorKind::Conflict);
                        tx.insert(entry("kept")).await?;
                        return Ok(());
                    }
                    let lost = tx.update(Entry::patch(row.id).text("b")).await;
                    assert_eq!(lost.unwrap_err().kind(), ErrorKind::Conflict);
                    let next = tx.insert(entry("lost")).await;
                    assert_eq!(next.unwrap_err().kind(), ErrorKind::Conflict);
                    Ok::<_, orm_core::Error>(())
                })
                .await;
            match nested {
                true => result.unwrap(),
                false => assert_eq!(result.unwrap_err().kind(), ErrorKind::Conflict),
            }
        }
        assert_eq!(texts!(&mut session), ["a, theirs, theirs", "kept"]);
    }
);

scenario!(diesels_transaction_is_the_same, |place| {
    place.create_all(schema![Entry]).await.unwrap();
    let mut session = place.session().await.unwrap();
    // By the trait's path: the session's own method comes first.
    let done = Connection::transaction(&mut session, async |tx| {
        orm_core::diesel::insert_into(entries::table)
            .values(entry("a"))
            .execute(tx)
            .await
    })
    .await;
    assert_eq!(done.unwrap(), 1);
    assert_eq!(texts!(&mut session), ["a"]);
});

// Begins by Diesel's transaction manager, which is no part of the async prelude.
scenario!(sync(a_connection_goes_back_clean), |place| {
    use orm_core::diesel::connection::TransactionManager;
    type Transactions = <Session<Conn> as Connection>::TransactionManager;
    place.create_all(schema![Entry]).await.unwrap();
    for _ in 0..3 {
        let mut session = place.session().await.unwrap();
        // Begun and never ended: the work must not reach the next user.
        Transactions::begin_transaction(&mut session).unwrap();
        session.insert(entry("forgotten")).await.unwrap();
    }
    let mut first = place.session().await.unwrap();
    let mut second = place.session().await.unwrap();
    assert!(texts!(&mut first).is_empty());
    assert!(texts!(&mut second).is_empty());
    first.insert(entry("a")).await.unwrap();
    assert_eq!(texts!(&mut second), ["a"]);
});

// Nothing counts the depth then.
scenario!(a_transaction_begun_by_hand_is_ended_by_hand, |place| {
    place.create_all(schema![Entry]).await.unwrap();
    let mut session = place.session().await.unwrap();
    session.insert(entry("a")).await.unwrap();
    session.batch_execute("BEGIN").await.unwrap();
    session.insert(entry("by hand")).await.unwrap();
    session.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(texts!(&mut session), ["a"]);
});
