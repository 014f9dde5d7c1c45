//! How transactions end that somebody else had a hand in: levels that were left open inside, errors
//! that nobody read, transactions that the database ended by itself.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

#[cfg(any(feature = "postgres", feature = "mysql"))]
use orm_core::diesel::dsl::sql;
#[cfg(any(feature = "postgres", feature = "mysql"))]
use orm_core::diesel::sql_types::BigInt;
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

/// The first row alone: to be awaited the others are passed over.
#[cfg(any(feature = "postgres", feature = "mysql"))]
macro_rules! first_of {
    ($sql:expr, $tx:ident) => {
        form!({
            let row: Result<i64, _> = sql::<BigInt>($sql).get_result(&mut *$tx).await;
            row
        })
    };
}

/// How many hooks ran.
#[derive(Clone, Default)]
struct Hooks(Arc<AtomicU32>);

impl Hooks {
    fn hook(&self) -> impl FnOnce() + Send + 'static {
        let ran = self.0.clone();
        move || {
            ran.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn ran(&self) -> u32 {
        AtomicU32::load(&self.0, Ordering::SeqCst)
    }
}

/// The entries that somebody sees.
macro_rules! texts {
    ($session:expr) => {
        form!({
            let query = Entry::query().order_by(entries::id).select(entries::text);
            let texts: Vec<String> = query.load($session).await.unwrap();
            texts
        })
    };
}

/// The session goes on, and in no transaction: others see what it writes.
macro_rules! is_outside {
    ($place:ident, $session:ident, $before:expr) => {
        form!({
            $session.insert(entry("outside")).await.unwrap();
            let mut other = $place.session().await.unwrap();
            let mut expected: Vec<&str> = $before.to_vec();
            expected.push("outside");
            assert_eq!(texts!(&mut other), expected);
            let retry = TransactionOptions::new().retry(1);
            $session
                .transaction_retry(&retry, async |tx| {
                    tx.insert(entry("in a transaction")).await
                })
                .await
                .unwrap();
            expected.push("in a transaction");
            assert_eq!(texts!(&mut other), expected);
        })
    };
}

fn panics() -> ! {
    resume_unwind(Box::new("on purpose"))
}

// By Diesel's transaction manager, which is no part of the async prelude; a future that is dropped
// leaves levels there, see `faults`.
scenario!(sync(a_level_that_is_left_open_is_no_commit), |place| {
    type Transactions = <Session<Conn> as Connection>::TransactionManager;
    type Inner = <Conn as Connection>::TransactionManager;
    place.create_all(schema![Entry]).unwrap();
    let mut session = place.session().unwrap();
    let hooks = Hooks::default();
    for past_the_session in [false, true] {
        for panicking in [false, true] {
            let done = catch_unwind(AssertUnwindSafe(|| {
                session.transaction(|tx| {
                    tx.after_commit(hooks.hook());
                    tx.insert(entry("lost"))?;
                    for _ in 0..2 {
                        match past_the_session {
                            true => <Inner as TransactionManager<Conn>>::begin_transaction(tx.connection()),
                            false => <Transactions as TransactionManager<Session<Conn>>>::begin_transaction(tx),
                        }
                        .unwrap();
                    }
                    tx.insert(entry("lost, too"))?;
                    if panicking {
                        panics();
                    }
                    Ok::<_, orm_core::Error>(())
                })
            }));
            match (panicking, done) {
                (true, done) => drop(done.unwrap_err()),
                (false, done) => {
                    let error = done.unwrap().unwrap_err();
                    assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
                    assert!(!error.is_retryable());
                }
            }
            assert_eq!(texts!(&mut place.session().unwrap()), [""; 0]);
        }
    }
    assert_eq!(hooks.ran(), 0);
    is_outside!(place, session, [""; 0]);
});

scenario!(
    sync(a_level_that_is_left_open_in_a_savepoint_is_its_own),
    |place| {
        type Transactions = <Session<Conn> as Connection>::TransactionManager;
        place.create_all(schema![Entry]).unwrap();
        let mut session = place.session().unwrap();
        let hooks = Hooks::default();
        session
            .transaction(|tx| {
                tx.after_commit(hooks.hook());
                tx.insert(entry("kept"))?;
                let inner: orm_core::Result<()> = tx.transaction(|inner| {
                    inner.after_commit(hooks.hook());
                    <Transactions as TransactionManager<Session<Conn>>>::begin_transaction(inner)
                        .unwrap();
                    inner.insert(entry("lost"))?;
                    Ok(())
                });
                assert_eq!(inner.unwrap_err().kind(), ErrorKind::Refused);
                let inner = catch_unwind(AssertUnwindSafe(|| {
                    tx.transaction(|inner| -> orm_core::Result<()> {
                        <Transactions as TransactionManager<Session<Conn>>>::begin_transaction(
                            inner,
                        )
                        .unwrap();
                        inner.insert(entry("lost"))?;
                        panics()
                    })
                }));
                assert!(inner.is_err());
                tx.insert(entry("kept, too"))?;
                Ok::<_, orm_core::Error>(())
            })
            .unwrap();
        assert_eq!(hooks.ran(), 1);
        is_outside!(place, session, ["kept", "kept, too"]);
    }
);

// A panic is caught at the call here.
scenario!(
    sync(a_panic_in_diesels_transaction_rolls_it_back),
    |place| {
        place.create_all(schema![Entry]).unwrap();
        let mut session = place.session().unwrap();
        session
            .transaction(|tx| {
                tx.insert(entry("kept"))?;
                let inner = catch_unwind(AssertUnwindSafe(|| {
                    // By the trait's path: the session's own method comes first.
                    Connection::transaction(tx, |inner| -> orm_core::Result<()> {
                        inner.insert(entry("lost"))?;
                        panics()
                    })
                }));
                assert!(inner.is_err());
                Ok::<_, orm_core::Error>(())
            })
            .unwrap();
        let outer = catch_unwind(AssertUnwindSafe(|| {
            Connection::transaction(&mut session, |tx| -> orm_core::Result<()> {
                tx.insert(entry("lost"))?;
                panics()
            })
        }));
        assert!(outer.is_err());
        is_outside!(place, session, ["kept"]);
    }
);

// A transaction that was ended inside is not there to be committed, nor is the one around it.
scenario!(
    sync(a_level_that_was_ended_inside_is_not_ended_twice),
    |place| {
        type Transactions = <Session<Conn> as Connection>::TransactionManager;
        place.create_all(schema![Entry]).unwrap();
        let mut session = place.session().unwrap();
        let ended: orm_core::Result<()> = session.transaction(|tx| {
            tx.insert(entry("lost"))?;
            let inner: orm_core::Result<()> = tx.transaction(|inner| {
                <Transactions as TransactionManager<Session<Conn>>>::rollback_transaction(inner)
                    .unwrap();
                Ok(())
            });
            assert!(inner.is_err());
            tx.insert(entry("lost, too"))?;
            Err(orm_core::Error::new(ErrorKind::Refused, "on purpose"))
        });
        assert_eq!(ended.unwrap_err().to_string(), "on purpose");
        is_outside!(place, session, [""; 0]);
    }
);

// What comes behind the last row that was read is thrown away, the error too.
scenario!(
    postgres(an_error_behind_the_last_row_that_was_read_is_told),
    |place| {
        place.create_all(schema![Entry]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let hooks = Hooks::default();
        let done = session
            .transaction(async |tx| {
                tx.after_commit(hooks.hook());
                tx.insert(entry("lost")).await?;
                let two = "SELECT (10 / (2 - n))::int8 FROM generate_series(1, 2) n";
                let _ = first_of!(two, tx);
                Ok::<_, orm_core::Error>(())
            })
            .await;
        assert_eq!(done.unwrap_err().kind(), ErrorKind::Database);
        assert_eq!(hooks.ran(), 0);
        is_outside!(place, session, [""; 0]);
    }
);

// Row by row is a way of the blocking connection.
#[cfg(feature = "postgres")]
mod an_error_behind_rows_that_were_not_read_is_told {
    use orm_core::diesel::pg::PgRowByRowLoadingMode;

    use super::*;

    blocking_test!(
        postgres,
        PgConnection,
        an_error_behind_rows_that_were_not_read_is_told,
        place,
        {
            place.create_all(schema![Entry]).unwrap();
            let mut session = place.session().unwrap();
            for read in [0, 1] {
                let done = session.transaction(|tx| {
                    tx.insert(entry("lost"))?;
                    let two = "SELECT (10 / (2 - n))::int8 FROM generate_series(1, 2) n";
                    let rows = sql::<BigInt>(two).load_iter::<i64, PgRowByRowLoadingMode>(tx);
                    let rows = rows.map_err(orm_core::Error::from)?;
                    assert_eq!(rows.take(read).filter(Result::is_ok).count(), read);
                    Ok::<_, orm_core::Error>(())
                });
                assert_eq!(done.unwrap_err().kind(), ErrorKind::Database);
            }
            // Nothing was wrong with these.
            session
                .transaction(|tx| {
                    tx.insert(entry("kept"))?;
                    let two = "SELECT n::int8 FROM generate_series(1, 2) n";
                    let rows = sql::<BigInt>(two).load_iter::<i64, PgRowByRowLoadingMode>(tx);
                    assert_eq!(rows.map_err(orm_core::Error::from)?.take(1).count(), 1);
                    Ok::<_, orm_core::Error>(())
                })
                .unwrap();
            is_outside!(place, session, ["kept"]);
        }
    );
}

// The error of a row that was not read comes in the place of the next answer: COMMIT must not be lost
// by it, and its connection must not be lent in the midst of the transaction.
scenario!(
    mysql(an_error_behind_the_last_row_does_not_stand_for_commit),
    |place| {
        place.create_all(schema![Entry]).await.unwrap();
        let engine = Engine::<Conn>::builder()
            .url(place.url.as_str())
            .pool_size(1)
            .max_overflow(0)
            .open()
            .await
            .unwrap();
        let fails_late = "SELECT CAST(COALESCE(
            (SELECT t.n FROM (SELECT 1 AS n UNION ALL SELECT 2) t WHERE s.n > 1), 0) AS SIGNED)
            FROM (SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3) s";
        let done = engine
            .transaction(async |tx| {
                tx.insert(entry("a")).await?;
                let _ = first_of!(fails_late, tx);
                Ok::<_, orm_core::Error>(())
            })
            .await;
        let kept = match done {
            Ok(()) => vec!["a"],
            Err(_) => Vec::new(),
        };
        let mut session = engine.session().await.unwrap();
        session
            .transaction(async |_| Ok::<_, orm_core::Error>(()))
            .await
            .unwrap();
        is_outside!(place, session, kept);
    }
);

// SQLite ends the transaction by itself.
scenario!(sqlite(what_sqlite_rolled_back_is_told), |place| {
    for url in [place.url.as_str(), ":memory:"] {
        let engine = Engine::<Conn>::open(url).await.unwrap();
        engine.create_all(schema![Entry]).await.unwrap();
        let mut session = engine.session().await.unwrap();
        let ends = "CREATE TRIGGER ends BEFORE INSERT ON entries WHEN NEW.text LIKE 'end%'
                    BEGIN SELECT RAISE(ROLLBACK, 'not this one'); END";
        session.batch_execute(ends).await.unwrap();
        let raises = "INSERT INTO entries (text) VALUES ('end')";
        for nested in [false, true] {
            for by_text in [false, true] {
                let told: orm_core::Result<()> = session
                    .transaction(async |tx| {
                        tx.insert(entry("lost")).await?;
                        match (nested, by_text) {
                            (true, _) => {
                                tx.transaction(async |inner| {
                                    inner.insert(entry("end")).await?;
                                    Ok::<_, orm_core::Error>(())
                                })
                                .await
                            }
                            (false, true) => Ok(tx.batch_execute(raises).await?),
                            (false, false) => {
                                tx.insert(entry("end")).await?;
                                Ok(())
                            }
                        }
                    })
                    .await;
                let told = told.unwrap_err();
                assert!(told.to_string().contains("not this one"), "{told}");
                // The error is passed over, and what follows is not kept by itself.
                let passed: orm_core::Result<()> = session
                    .transaction(async |tx| {
                        tx.insert(entry("lost")).await?;
                        match (nested, by_text) {
                            (true, _) => {
                                let inner = tx
                                    .transaction(async |inner| inner.insert(entry("end")).await)
                                    .await;
                                assert!(inner.is_err());
                            }
                            (false, true) => assert!(tx.batch_execute(raises).await.is_err()),
                            (false, false) => assert!(tx.insert(entry("end")).await.is_err()),
                        }
                        let more = tx.insert(entry("more")).await.unwrap_err();
                        assert!(!more.is_retryable(), "{more}");
                        Ok(())
                    })
                    .await;
                let passed = passed.unwrap_err();
                assert_eq!(passed.kind(), ErrorKind::Database, "{passed}");
            }
        }
        // A statement that failed alone ends nothing.
        session
            .transaction(async |tx| {
                tx.insert(entry("kept")).await?;
                assert!(tx.insert(entry("kept")).await.is_err());
                tx.insert(entry("kept, too")).await
            })
            .await
            .unwrap();
        assert_eq!(texts!(&mut session), ["kept", "kept, too"]);
    }
});

// TRUNCATE commits, and the savepoints are gone with that.
scenario!(
    mysql(a_statement_that_commits_in_a_savepoint_ends_the_transaction),
    |place| {
        place.create_all(schema![Entry]).await.unwrap();
        let mut session = place.session().await.unwrap();
        session
            .batch_execute("CREATE TABLE others (id INT)")
            .await
            .unwrap();
        let hooks = Hooks::default();
        let ended = session
            .transaction(async |tx| {
                tx.after_commit(hooks.hook());
                tx.insert(entry("kept")).await?;
                let inner = tx
                    .transaction(async |inner| {
                        inner.batch_execute("TRUNCATE others").await?;
                        Ok::<_, orm_core::Error>(())
                    })
                    .await;
                assert!(!inner.unwrap_err().is_retryable());
                // It would be kept by itself.
                let more = tx.insert(entry("more")).await;
                assert!(!more.unwrap_err().is_retryable());
                Ok::<_, orm_core::Error>(())
            })
            .await;
        assert_eq!(ended.unwrap_err().kind(), ErrorKind::Database);
        assert_eq!(hooks.ran(), 0);
        is_outside!(place, session, ["kept"]);
    }
);

// The same past the session: it is asked before anything more is sent.
scenario!(
    mysql(what_ended_the_transaction_past_the_session_is_found_out),
    |place| {
        place.create_all(schema![Entry]).await.unwrap();
        let mut session = place.session().await.unwrap();
        session
            .batch_execute("CREATE TABLE others (id INT)")
            .await
            .unwrap();
        let ended = session
            .transaction(async |tx| {
                tx.insert(entry("kept")).await?;
                tx.connection().batch_execute("TRUNCATE others").await?;
                let more = tx.insert(entry("more")).await;
                assert!(!more.unwrap_err().is_retryable());
                Ok::<_, orm_core::Error>(())
            })
            .await;
        assert_eq!(ended.unwrap_err().kind(), ErrorKind::Database);
        // Nothing was sent behind it.
        let ended = session
            .transaction(async |tx| {
                tx.connection().batch_execute("TRUNCATE others").await?;
                Ok::<_, orm_core::Error>(())
            })
            .await;
        assert_eq!(ended.unwrap_err().kind(), ErrorKind::Database);
        session
            .transaction(async |tx| {
                tx.insert(entry("good")).await?;
                tx.connection().batch_execute("SELECT 1").await?;
                tx.insert(entry("as good")).await?;
                tx.connection().batch_execute("SELECT 1").await?;
                Ok::<_, orm_core::Error>(())
            })
            .await
            .unwrap();
        is_outside!(place, session, ["kept", "good", "as good"]);
    }
);
