//! Hooks of transactions: run in order behind COMMIT, and never behind a rollback.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Letter {
    #[model(generated)]
    id: i64,
    #[model(unique)]
    text: String,
}

fn letter(text: &str) -> NewLetter {
    NewLetter { text: text.into() }
}

/// What hooks did.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<&'static str>>>);

impl Notes {
    /// A hook that notes a word.
    fn hook(&self, word: &'static str) -> impl FnOnce() + Send + 'static {
        let notes = self.0.clone();
        move || notes.lock().expect("no panic in here").push(word)
    }

    fn taken(&self) -> Vec<&'static str> {
        std::mem::take(&mut *self.0.lock().expect("no panic in here"))
    }
}

fn failed() -> orm_core::Error {
    orm_core::Error::new(ErrorKind::Refused, "on purpose")
}

scenario!(hooks_run_in_order_behind_commit, |place| {
    place.create_all(schema![Letter]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let notes = Notes::default();
    session
        .transaction(async |tx| {
            tx.after_commit(notes.hook("first"));
            tx.insert(letter("a")).await?;
            tx.transaction(async |inner| {
                inner.after_commit(notes.hook("inside"));
                Ok::<_, orm_core::Error>(())
            })
            .await?;
            tx.after_commit(notes.hook("last"));
            assert!(notes.taken().is_empty(), "nothing is committed yet");
            Ok::<_, orm_core::Error>(())
        })
        .await
        .unwrap();
    assert_eq!(notes.taken(), ["first", "inside", "last"]);
    // Each is run once.
    session
        .transaction(async |tx| tx.insert(letter("b")).await)
        .await
        .unwrap();
    assert!(notes.taken().is_empty());
});

scenario!(hooks_of_what_is_rolled_back_are_not_run, |place| {
    place.create_all(schema![Letter]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let notes = Notes::default();
    let result: orm_core::Result<()> = session
        .transaction(async |tx| {
            tx.after_commit(notes.hook("outside"));
            tx.transaction(async |inner| {
                inner.after_commit(notes.hook("inside"));
                Ok::<_, orm_core::Error>(())
            })
            .await?;
            Err(failed())
        })
        .await;
    assert!(result.is_err());
    // A savepoint that is rolled back takes its own along, and those of the savepoints in it.
    session
        .transaction(async |tx| {
            tx.after_commit(notes.hook("before"));
            let inner: orm_core::Result<()> = tx
                .transaction(async |inner| {
                    inner.after_commit(notes.hook("lost"));
                    inner
                        .transaction(async |innermost| {
                            innermost.after_commit(notes.hook("lost with it"));
                            Ok::<_, orm_core::Error>(())
                        })
                        .await?;
                    Err(failed())
                })
                .await;
            assert!(inner.is_err());
            tx.after_commit(notes.hook("after"));
            Ok::<_, orm_core::Error>(())
        })
        .await
        .unwrap();
    assert_eq!(notes.taken(), ["before", "after"]);
});

scenario!(diesels_savepoints_are_heeded, |place| {
    place.create_all(schema![Letter]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let notes = Notes::default();
    session
        .transaction(async |tx| {
            // By the trait's path: the session's own method comes first.
            let lost: Result<(), orm_core::Error> = Connection::transaction(tx, async |inner| {
                inner.after_commit(notes.hook("lost"));
                Err(failed())
            })
            .await;
            assert!(lost.is_err());
            Connection::transaction(tx, async |inner| {
                inner.after_commit(notes.hook("kept"));
                Ok::<_, orm_core::Error>(())
            })
            .await
        })
        .await
        .unwrap();
    assert_eq!(notes.taken(), ["kept"]);
});

// PostgreSQL commits nothing behind a statement that failed.
scenario!(
    postgres(hooks_of_a_doomed_transaction_are_not_run),
    |place| {
        place.create_all(schema![Letter]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let notes = Notes::default();
        let doomed = session
            .transaction(async |tx| {
                tx.after_commit(notes.hook("lost"));
                tx.insert(letter("a")).await?;
                assert!(tx.insert(letter("a")).await.is_err());
                Ok::<_, orm_core::Error>(())
            })
            .await;
        assert!(doomed.is_err());
        assert!(notes.taken().is_empty());
    }
);

// A constraint that is looked at by COMMIT: it is refused, and known to be.
scenario!(postgres(hooks_of_a_refused_commit_are_not_run), |place| {
    place.create_all(schema![Letter]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let late =
        "ALTER TABLE letters ADD CONSTRAINT once UNIQUE (text) DEFERRABLE INITIALLY DEFERRED;
                ALTER TABLE letters DROP CONSTRAINT letters_text_key";
    let late = match session.batch_execute(late).await {
        Ok(()) => Ok(()),
        // The unique is an index by itself.
        Err(_) => {
            let late = "DROP INDEX letters_text_key;
                ALTER TABLE letters ADD CONSTRAINT once UNIQUE (text) DEFERRABLE INITIALLY DEFERRED";
            session.batch_execute(late).await
        }
    };
    late.unwrap();
    let notes = Notes::default();
    let refused = session
        .transaction(async |tx| {
            tx.after_commit(notes.hook("lost"));
            tx.insert(letter("a")).await?;
            tx.insert(letter("a")).await?;
            Ok::<_, orm_core::Error>(())
        })
        .await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Invalid);
    assert!(notes.taken().is_empty());
    session
        .transaction(async |tx| tx.insert(letter("a")).await)
        .await
        .unwrap();
    assert!(notes.taken().is_empty());
});

// To be awaited a panic ends the task.
scenario!(sync(a_hook_that_panics_costs_nothing_else), |place| {
    place.create_all(schema![Letter]).await.unwrap();
    let notes = Notes::default();
    let mut session = place.session().await.unwrap();
    let panic = catch_unwind(AssertUnwindSafe(|| {
        session.transaction(|tx| {
            tx.insert(letter("kept"))?;
            tx.after_commit(notes.hook("before"));
            tx.after_commit(|| std::panic::resume_unwind(Box::new("on purpose")));
            tx.after_commit(notes.hook("behind"));
            Ok::<_, orm_core::Error>(())
        })
    }));
    assert_eq!(
        panic.unwrap_err().downcast_ref::<&str>(),
        Some(&"on purpose")
    );
    assert_eq!(notes.taken(), ["before", "behind"]);
    assert_eq!(Letter::query().count(&mut session).unwrap(), 1);
    drop(session);
    // On the engine as well: the connection that was used is the one that is there.
    let own = "SELECT 1";
    let _ = catch_unwind(AssertUnwindSafe(|| {
        place.transaction(|tx| {
            tx.batch_execute(own).map_err(orm_core::Error::from)?;
            tx.after_commit(|| std::panic::resume_unwind(Box::new("on purpose")));
            Ok::<_, orm_core::Error>(())
        })
    }));
    place
        .transaction(|tx| {
            tx.after_commit(notes.hook("again"));
            tx.insert(letter("more"))
        })
        .unwrap();
    assert_eq!(notes.taken(), ["again"]);
});

// A hook may want a connection, and there is one.
scenario!(
    hooks_of_an_engine_find_its_connection_in_the_pool,
    |place| {
        place.create_all(schema![Letter]).await.unwrap();
        let engine = Engine::<Conn>::builder()
            .url(place.url.as_str())
            .pool_size(1)
            .max_overflow(0)
            .open()
            .await
            .unwrap();
        let options = TransactionOptions::new().immediate();
        let retry = TransactionOptions::new().retry(1);
        let idle = Arc::new(Mutex::new(Vec::new()));
        let hook = || {
            let (engine, idle) = (engine.clone(), idle.clone());
            move || idle.lock().unwrap().push(engine.pool().state().idle)
        };
        engine
            .transaction(async |tx| {
                tx.after_commit(hook());
                tx.insert(letter("a")).await
            })
            .await
            .unwrap();
        engine
            .transaction_with(&options, async |tx| {
                tx.after_commit(hook());
                tx.insert(letter("b")).await
            })
            .await
            .unwrap();
        engine
            .transaction_retry(&retry, async |tx| {
                tx.after_commit(hook());
                tx.insert(letter("c")).await
            })
            .await
            .unwrap();
        let lost: orm_core::Result<()> = engine
            .transaction(async |tx| {
                tx.after_commit(hook());
                Err(failed())
            })
            .await;
        assert!(lost.is_err());
        assert_eq!(*idle.lock().unwrap(), [1, 1, 1]);
    }
);

// What a hook does is not done twice, nor lost, for the sake of a plan.
scenario!(plans_are_asked_for_behind_the_hooks, |place| {
    use orm_core::event::Event;
    place.create_all(schema![Letter]).await.unwrap();
    let noted = Arc::new(Mutex::new(Vec::new()));
    let sees = noted.clone();
    let engine = Engine::<Conn>::builder()
        .url(place.url.as_str())
        .pool_size(1)
        .max_overflow(0)
        .slow_queries(std::time::Duration::ZERO)
        .explain_slow_queries()
        .observe(move |event: Event<'_>| {
            if let Event::Query { sql, .. } = event {
                sees.lock().unwrap().push(sql.to_owned());
            }
        })
        .open()
        .await
        .unwrap();
    let mut session = engine.session().await.unwrap();
    noted.lock().unwrap().clear();
    let hooks = noted.clone();
    session
        .transaction(async |tx| {
            tx.insert(letter("a")).await?;
            tx.after_commit(move || hooks.lock().unwrap().push("the hook".to_owned()));
            Ok::<_, orm_core::Error>(())
        })
        .await
        .unwrap();
    let noted = noted.lock().unwrap();
    let commit = noted.iter().position(|sql| sql == "COMMIT").unwrap();
    assert_eq!(noted[commit + 1], "the hook", "{noted:#?}");
    // On PostgreSQL within a block of its own.
    let explained = noted[commit + 2..]
        .iter()
        .any(|sql| sql.contains("EXPLAIN"));
    let is_mysql = place.database == orm_core::backend::Database::Mysql;
    assert_eq!(explained, !is_mysql, "{noted:#?}");
});
