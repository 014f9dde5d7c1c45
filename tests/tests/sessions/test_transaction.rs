//! Engines of tests: one transaction that is never committed, in which all else is as outside of it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use orm_core::event::{Event, TransactionStep};
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Shelf {
    id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Book {
    #[model(generated)]
    id: i64,
    #[model(unique, length(1..=50))]
    title: String,
    #[model(belongs_to = Shelf, deferrable = initially_deferred)]
    shelf_id: Option<i64>,
}

fn book(title: &str) -> NewBook {
    NewBook {
        title: title.into(),
    }
}

fn failed() -> orm_core::Error {
    orm_core::Error::new(ErrorKind::Conversion, "on purpose")
}

/// An engine of a test on the database of a place.
macro_rules! test_engine {
    ($place:ident) => {
        form! {
            Engine::<Conn>::builder().url($place.url.as_str()).test_transaction().open().await.unwrap()
        }
    };
}

/// The books that somebody sees, by title.
macro_rules! titles {
    ($engine:expr) => {
        form! {{
            let mut session = $engine.session().await.unwrap();
            let found = Book::query().order_by(books::title.asc()).select(books::title);
            let titles: Vec<String> = found.load(&mut session).await.unwrap();
            titles
        }}
    };
}

scenario!(nothing_is_kept, |place| {
    place.create_all(schema![Shelf, Book]).await.unwrap();
    let test = test_engine!(place);
    test.session()
        .await
        .unwrap()
        .insert(book("a"))
        .await
        .unwrap();
    test.transaction(async |tx| tx.insert(book("b")).await)
        .await
        .unwrap();
    assert_eq!(titles!(test), ["a", "b"]);
    assert!(titles!(place).is_empty(), "others do not see it");
    drop(test);
    assert!(titles!(place).is_empty());
});

scenario!(tests_run_beside_each_other, |place| {
    place.create_all(schema![Shelf, Book]).await.unwrap();
    // One file has one writer: there the second test waits for the first.
    if place.database == orm_core::backend::Database::Sqlite {
        return;
    }
    let (one, other) = (test_engine!(place), test_engine!(place));
    one.session()
        .await
        .unwrap()
        .insert(book("a"))
        .await
        .unwrap();
    other
        .session()
        .await
        .unwrap()
        .insert(book("b"))
        .await
        .unwrap();
    assert_eq!(titles!(one), ["a"]);
    assert_eq!(titles!(other), ["b"]);
});

scenario!(a_statement_that_fails_takes_only_itself_back, |place| {
    place.create_all(schema![Shelf, Book]).await.unwrap();
    let test = test_engine!(place);
    let mut session = test.session().await.unwrap();
    session.insert(book("a")).await.unwrap();
    for _ in 0..2 {
        let error = session.insert(book("a")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
    }
    session.insert(book("b")).await.unwrap();
    // A text that fails, too, and one that Diesel sends.
    session.batch_execute("SELEC 1").await.unwrap_err();
    session.insert(book("c")).await.unwrap();
    drop(session);
    assert_eq!(titles!(test), ["a", "b", "c"]);
});

scenario!(a_transaction_is_kept_or_rolled_back_alone, |place| {
    place.create_all(schema![Shelf, Book]).await.unwrap();
    let test = test_engine!(place);
    let mut session = test.session().await.unwrap();
    session.insert(book("before")).await.unwrap();
    let undone = session.transaction(async |tx| {
        tx.insert(book("undone")).await?;
        Err::<(), _>(failed())
    });
    assert_eq!(undone.await.unwrap_err().kind(), ErrorKind::Conversion);
    session
        .transaction(async |tx| {
            tx.insert(book("kept")).await?;
            let inner = tx.transaction(async |tx| {
                tx.insert(book("inside, undone")).await?;
                Err::<(), _>(failed())
            });
            inner.await.unwrap_err();
            Ok::<_, orm_core::Error>(())
        })
        .await
        .unwrap();
    // What fails inside of a transaction is swallowed by nobody, as outside of a test.
    let doomed = session.transaction(async |tx| {
        tx.insert(book("with a failure")).await?;
        let _ = tx.insert(book("kept")).await;
        Ok::<_, orm_core::Error>(())
    });
    let doomed = doomed.await;
    drop(session);
    let mut expected = vec!["before", "kept"];
    match place.database {
        orm_core::backend::Database::Postgres => assert!(doomed.is_err()),
        _ => {
            doomed.unwrap();
            expected.push("with a failure");
        }
    }
    assert_eq!(titles!(test), expected);
});

scenario!(hooks_run_behind_what_would_be_the_commit, |place| {
    place.create_all(schema![Shelf, Book]).await.unwrap();
    let test = test_engine!(place);
    let notes = Arc::new(Mutex::new(Vec::new()));
    let hook = |word: &'static str| {
        let notes = notes.clone();
        move || notes.lock().expect("no panic in here").push(word)
    };
    test.transaction(async |tx| {
        tx.after_commit(hook("outer"));
        tx.transaction(async |inner| {
            inner.after_commit(hook("inner"));
            Ok::<_, orm_core::Error>(())
        })
        .await?;
        assert!(notes.lock().expect("no panic in here").is_empty());
        Ok::<_, orm_core::Error>(())
    })
    .await
    .unwrap();
    assert_eq!(*notes.lock().unwrap(), ["outer", "inner"]);
    let undone = test.transaction(async |tx| {
        tx.after_commit(hook("never"));
        Err::<(), _>(failed())
    });
    undone.await.unwrap_err();
    assert_eq!(notes.lock().unwrap().len(), 2);
});

scenario!(observers_are_told_of_the_program_alone, |place| {
    place.create_all(schema![Shelf, Book]).await.unwrap();
    let told = Arc::new(Mutex::new((Vec::new(), Vec::new())));
    let notes = told.clone();
    let test = Engine::<Conn>::builder()
        .url(place.url.as_str())
        .test_transaction()
        .observe(move |event: Event<'_>| {
            let mut notes = notes.lock().expect("no panic in here");
            match event {
                Event::Query { statement, .. } => {
                    notes
                        .0
                        .push((statement.sql.to_owned(), statement.in_transaction));
                }
                Event::Transaction(transaction) => {
                    notes.1.push((transaction.step, transaction.depth));
                }
                _ => {}
            }
        })
        .open()
        .await
        .unwrap();
    told.lock().unwrap().0.clear();
    let mut session = test.session().await.unwrap();
    session.insert(book("a")).await.unwrap();
    session
        .transaction(async |tx| Book::query().count(tx).await)
        .await
        .unwrap();
    drop(session);
    let (sent, transactions) = std::mem::take(&mut *told.lock().unwrap());
    let hidden = |sql: &String| {
        ["orm_test", "orm_commit", "CONSTRAINTS"]
            .iter()
            .any(|word| sql.contains(word))
    };
    assert!(!sent.iter().any(|(sql, _)| hidden(sql)), "{sent:?}");
    let inside: Vec<_> = sent.iter().filter(|(_, inside)| *inside).collect();
    // The count, and what ends its transaction.
    assert_eq!(inside.len(), 2, "{sent:?}");
    use TransactionStep::{Begin, Commit};
    assert_eq!(transactions, [(Begin, 1), (Commit, 1)]);
});

scenario!(a_commit_by_hand_ends_the_test, |place| {
    place.create_all(schema![Shelf, Book]).await.unwrap();
    let test = test_engine!(place);
    let mut session = test.session().await.unwrap();
    session.batch_execute("COMMIT").await.unwrap();
    for _ in 0..2 {
        let error = session.insert(book("a")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
        assert!(
            error
                .to_string()
                .contains("the transaction of this test has ended"),
            "{error}"
        );
    }
    let begun = session.transaction(async |tx| tx.insert(book("b")).await);
    assert_eq!(begun.await.unwrap_err().kind(), ErrorKind::Refused);
    drop(session);
    // Where Diesel has noticed it the connection is closed.
    let error = match test.session().await {
        Ok(mut session) => session.insert(book("c")).await.unwrap_err(),
        Err(error) => error,
    };
    assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
    assert!(titles!(place).is_empty());
});

// Elsewhere a CREATE can be rolled back.
scenario!(mysql(a_create_ends_the_test), |place| {
    place.create_all(schema![Shelf, Book]).await.unwrap();
    let test = test_engine!(place);
    let mut session = test.session().await.unwrap();
    session
        .batch_execute("CREATE TABLE more (id INT)")
        .await
        .unwrap();
    let error = session.insert(book("a")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
    assert!(titles!(place).is_empty());
});

scenario!(tables_of_a_test_go_with_it, |place| {
    if place.database == orm_core::backend::Database::Mysql {
        return;
    }
    let test = test_engine!(place);
    test.create_all(schema![Shelf, Book]).await.unwrap();
    test.session()
        .await
        .unwrap()
        .insert(book("a"))
        .await
        .unwrap();
    assert_eq!(titles!(test), ["a"]);
    drop(test);
    let mut session = place.session().await.unwrap();
    Book::query().count(&mut session).await.unwrap_err();
});

scenario!(
    a_session_that_is_dropped_in_a_transaction_is_taken_back,
    |place| {
        place.create_all(schema![Shelf, Book]).await.unwrap();
        let test = test_engine!(place);
        let mut session = test.session().await.unwrap();
        session.insert(book("before")).await.unwrap();
        session.begin_test_transaction().await.unwrap();
        session.insert(book("left")).await.unwrap();
        drop(session);
        assert_eq!(titles!(test), ["before"]);
    }
);

// The same operations end it in the other form.
scenario!(sync(what_ends_no_transaction_is_refused), |place| {
    place.create_all(schema![Shelf, Book]).await.unwrap();
    let test = test_engine!(place);
    let mut session = test.session().await.unwrap();
    session.insert(book("a")).await.unwrap();
    // Diesel's own: there is no transaction of the program to be ended.
    type Ends<S> = <S as Connection>::TransactionManager;
    use TransactionManager as _;
    for _ in 0..2 {
        let committed = Ends::<Session<Conn>>::commit_transaction(&mut session).await;
        assert!(committed.is_err());
        let rolled_back = Ends::<Session<Conn>>::rollback_transaction(&mut session).await;
        assert!(rolled_back.is_err());
    }
    drop(session);
    assert_eq!(titles!(test), ["a"]);
    assert!(titles!(place).is_empty());
});

scenario!(options_are_checked_and_timeouts_put_back, |place| {
    place.create_all(schema![Shelf, Book]).await.unwrap();
    let test = test_engine!(place);
    let mut session = test.session().await.unwrap();
    session.insert(book("before")).await.unwrap();
    let strict = TransactionOptions::new()
        .serializable()
        .lock_timeout(Duration::from_secs(2));
    for title in ["a", "b"] {
        session
            .transaction_with(&strict, async |tx| tx.insert(book(title)).await)
            .await
            .unwrap();
    }
    session
        .transaction_retry(&strict.clone().retry(3), async |tx| {
            tx.insert(book("c")).await
        })
        .await
        .unwrap();
    let nested = session.transaction(async |tx| {
        tx.transaction_with(&TransactionOptions::new().serializable(), async |_| {
            Ok::<_, orm_core::Error>(())
        })
        .await
    });
    assert_eq!(nested.await.unwrap_err().kind(), ErrorKind::Refused);
    let nothing = TransactionOptions::new().lock_timeout(Duration::ZERO);
    let config = session.transaction_with(&nothing, async |_| Ok::<_, orm_core::Error>(()));
    assert_eq!(config.await.unwrap_err().kind(), ErrorKind::Config);
    // MariaDB cannot say that of a savepoint.
    if place.database != orm_core::backend::Database::Mysql {
        let reads = TransactionOptions::new().read_only();
        let written = session.transaction_with(&reads, async |tx| tx.insert(book("d")).await);
        written.await.unwrap_err();
    }
    session.insert(book("e")).await.unwrap();
    drop(session);
    assert_eq!(titles!(test), ["a", "b", "before", "c", "e"]);
});

scenario!(what_is_deferred_to_the_commit_is_checked_there, |place| {
    // MariaDB defers nothing.
    if place.database == orm_core::backend::Database::Mysql {
        return;
    }
    place.create_all(schema![Shelf, Book]).await.unwrap();
    let test = test_engine!(place);
    let mut session = test.session().await.unwrap();
    let lost = |title: &str| book(title).shelf_id(7);
    let error = session
        .transaction(async |tx| tx.insert(lost("on no shelf")).await)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
    // Still deferred: the shelf comes behind the book.
    session
        .transaction(async |tx| {
            tx.insert(lost("on a shelf")).await?;
            tx.insert(NewShelf { id: 7 }).await
        })
        .await
        .unwrap();
    drop(session);
    assert_eq!(titles!(test), ["on a shelf"]);
});

scenario!(one_connection_is_all_there_is, |place| {
    place.create_all(schema![Shelf, Book]).await.unwrap();
    let test = Engine::<Conn>::builder()
        .url(place.url.as_str())
        .test_transaction()
        .pool_size(8)
        .pool_timeout(Duration::from_secs(1))
        .open()
        .await
        .unwrap();
    let held = test.session().await.unwrap();
    let error = test.session().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PoolTimeout, "{error}");
    assert!(error.to_string().contains("test_transaction.rs"), "{error}");
    drop(held);
    assert_eq!(
        test.pool().resize(2, 0).unwrap_err().kind(),
        ErrorKind::Config
    );
    test.session().await.unwrap();
});

// The others have no such function in SQL.
scenario!(postgres(a_lost_connection_ends_the_test), |place| {
    place.create_all(schema![Shelf, Book]).await.unwrap();
    let test = test_engine!(place);
    let mut session = test.session().await.unwrap();
    session.insert(book("a")).await.unwrap();
    let error = session
        .batch_execute("SELECT pg_terminate_backend(pg_backend_pid())")
        .await
        .unwrap_err();
    let error = orm_core::Error::from(error);
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    drop(session);
    let error = test.session().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
    assert!(titles!(place).is_empty());
});

// A panic of an async scenario is its task's.
scenario!(sync(a_panic_leaves_the_test_as_it_was), |place| {
    place.create_all(schema![Shelf, Book]).await.unwrap();
    let test = test_engine!(place);
    test.session()
        .await
        .unwrap()
        .insert(book("before"))
        .await
        .unwrap();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let mut session = test.session().unwrap();
        session.begin_test_transaction().unwrap();
        session.insert(book("left")).unwrap();
        panic!("on purpose");
    }));
    assert!(panicked.is_err());
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _: orm_core::Result<()> = test.transaction(|tx| {
            tx.insert(book("left, too"))?;
            panic!("on purpose");
        });
    }));
    assert!(panicked.is_err());
    assert_eq!(titles!(test), ["before"]);
});

scenario!(locks_are_to_be_had, |place| {
    place.create_all(schema![Shelf, Book]).await.unwrap();
    let test = test_engine!(place);
    let mut session = test.session().await.unwrap();
    let id = session.insert(book("a")).await.unwrap().id;
    session
        .transaction(async |tx| {
            let locked = Book::query().filter(books::id.eq(id)).for_update();
            let found: Vec<Book> = locked.load(tx).await?;
            assert_eq!(found.len(), 1);
            Ok::<_, orm_core::Error>(())
        })
        .await
        .unwrap();
});
