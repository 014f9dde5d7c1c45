//! Transactions that are run again: as a whole, if they lost, and so often.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use orm_core::backend::Database;
use orm_core::transaction::Retry;
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Page {
    #[model(generated)]
    id: i64,
    visits: i64,
}

/// Without a wait: nobody is in the way for longer than a try.
fn retry(most: u32) -> Retry {
    let none = Duration::ZERO;
    TransactionOptions::new()
        .repeatable_read()
        .retry(most)
        .backoff(none, none)
}

/// What a user may make of our errors: nothing is to be seen in it.
#[derive(Debug)]
struct Mine;

impl From<orm_core::Error> for Mine {
    fn from(_: orm_core::Error) -> Self {
        Mine
    }
}

/// How many tries there were.
fn count(tries: &AtomicU32) -> u32 {
    AtomicU32::load(tries, Ordering::SeqCst)
}

/// Adds one to the visits of a page, which somebody else changes in between in the first tries; what
/// came of it.
macro_rules! visited {
    ($place:ident, $session:ident, $tries:ident, $lost:expr, $id:expr, $error:ty) => {
        form!({
            let done: Result<(), $error> = $session
                .transaction_retry(&retry(2), async |tx| {
                    let page = tx.get::<Page>($id).await?.expect("it is there");
                    if $tries.fetch_add(1, Ordering::SeqCst) < $lost {
                        let mut other = $place.session().await?;
                        let theirs = Page::patch($id).visits(page.visits + 10);
                        other.update(theirs).await?;
                    }
                    tx.update(Page::patch($id).visits(page.visits + 1)).await?;
                    Ok(())
                })
                .await;
            done
        })
    };
}

// On MariaDB a write sees the newest row, so this loses nothing there: deadlocks do, see `counters`.
macro_rules! loses {
    ($place:ident) => {
        if $place.database == Database::Mysql {
            return;
        }
    };
}

scenario!(what_lost_is_run_again_as_a_whole, |place| {
    loses!(place);
    place.create_all(schema![Page]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let id = session.insert(NewPage { visits: 0 }).await.unwrap().id;
    let tries = AtomicU32::new(0);
    visited!(place, session, tries, 2, id, orm_core::Error).unwrap();
    assert_eq!(count(&tries), 3);
    let page = session.get::<Page>(id).await.unwrap().unwrap();
    assert_eq!(page.visits, 21);
});

scenario!(an_error_of_ones_own_is_run_again_too, |place| {
    loses!(place);
    place.create_all(schema![Page]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let id = session.insert(NewPage { visits: 0 }).await.unwrap().id;
    let tries = AtomicU32::new(0);
    visited!(place, session, tries, 1, id, Mine).unwrap();
    assert_eq!(count(&tries), 2);
    // One that has nothing to do with others is not.
    let tries = AtomicU32::new(0);
    let failed: Result<(), Mine> = session
        .transaction_retry(&retry(2), async |_| {
            tries.fetch_add(1, Ordering::SeqCst);
            Err(Mine)
        })
        .await;
    assert!(failed.is_err());
    assert_eq!(count(&tries), 1);
});

scenario!(the_last_error_says_how_often_it_was_tried, |place| {
    loses!(place);
    place.create_all(schema![Page]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let id = session.insert(NewPage { visits: 0 }).await.unwrap().id;
    let tries = AtomicU32::new(0);
    let failed = visited!(place, session, tries, u32::MAX, id, orm_core::Error).unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::Conflict);
    assert!(failed.to_string().ends_with("(tried 3 times)"), "{failed}");
    let page = session.get::<Page>(id).await.unwrap().unwrap();
    assert_eq!(page.visits, 30, "nothing of ours is kept");
    // An error of the data is not tried again.
    let tries = AtomicU32::new(0);
    let failed: orm_core::Result<()> = session
        .transaction_retry(&retry(2), async |tx| {
            tries.fetch_add(1, Ordering::SeqCst);
            tx.update(Page::patch(id + 1).visits(1)).await?;
            Ok(())
        })
        .await;
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(count(&tries), 1);
});

scenario!(hooks_are_those_of_the_try_that_won, |place| {
    use std::sync::Arc;
    loses!(place);
    place.create_all(schema![Page]).await.unwrap();
    let id = {
        let mut session = place.session().await.unwrap();
        session.insert(NewPage { visits: 0 }).await.unwrap().id
    };
    let tries = AtomicU32::new(0);
    let ran = Arc::new(AtomicU32::new(0));
    place
        .transaction_retry(&retry(2), async |tx| {
            let ran = ran.clone();
            tx.after_commit(move || {
                ran.fetch_add(1, Ordering::SeqCst);
            });
            let page = tx.get::<Page>(id).await?.expect("it is there");
            if tries.fetch_add(1, Ordering::SeqCst) == 0 {
                let mut other = place.session().await?;
                other
                    .update(Page::patch(id).visits(page.visits + 10))
                    .await?;
            }
            tx.update(Page::patch(id).visits(page.visits + 1)).await
        })
        .await
        .unwrap();
    assert_eq!(count(&ran), 1);
});

/// Another connection that holds the file until a BEGIN is told to have failed.
mod holder {
    use std::sync::Mutex;
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::thread::spawn;

    use orm_core::diesel::connection::SimpleConnection;
    use orm_core::diesel::{Connection, SqliteConnection};
    use orm_core::event::Event;

    /// What is observed while it holds the file.
    pub(super) fn at(url: &str) -> impl Fn(Event<'_>) + Send + Sync + 'static {
        let file = url.trim_start_matches("sqlite://");
        let mut connection = SqliteConnection::establish(file).expect("a connection");
        connection
            .batch_execute("BEGIN IMMEDIATE")
            .expect("nobody else is there");
        let (lost, told): (Sender<()>, Receiver<()>) = channel();
        let (lets_go, gone) = channel();
        spawn(move || {
            told.recv().expect("it is told");
            connection.batch_execute("COMMIT").expect("it holds it");
            lets_go.send(()).expect("somebody waits");
        });
        let both = Mutex::new((lost, gone));
        move |event: Event<'_>| {
            if let Event::Finished(done) = event
                && done.error.is_some()
                && done.statement.sql.starts_with("BEGIN")
            {
                let both = both.lock().expect("no panic in here");
                both.0.send(()).expect("it holds the file");
                both.1.recv().expect("it lets go");
            }
        }
    }
}

macro_rules! begins_again {
    ($place:ident, $error:ty) => {
        form!({
            let observed = holder::at(&$place.url);
            let engine = Engine::<Conn>::builder()
                .url($place.url.as_str())
                .pool_size(1)
                .max_overflow(0)
                .observe(observed)
                .open()
                .await
                .unwrap();
            let none = Duration::ZERO;
            let retry = TransactionOptions::new()
                .immediate()
                .lock_timeout(Duration::from_millis(1))
                .retry(2)
                .backoff(none, none);
            let tries = AtomicU32::new(0);
            let done: Result<(), $error> = engine
                .transaction_retry(&retry, async |tx| {
                    tries.fetch_add(1, Ordering::SeqCst);
                    tx.insert(NewPage { visits: 1 }).await?;
                    Ok(())
                })
                .await;
            done.unwrap();
            assert_eq!(count(&tries), 1);
        })
    };
}

// Who holds the file lets go between two tries.
scenario!(sqlite(a_begin_that_lost_is_run_again), |place| {
    place.create_all(schema![Page]).await.unwrap();
    begins_again!(place, orm_core::Error);
    begins_again!(place, Mine);
    let mut session = place.session().await.unwrap();
    assert_eq!(Page::query().count(&mut session).await.unwrap(), 2);
});

scenario!(
    postgres(a_lock_of_a_name_that_is_taken_is_run_again_too),
    |place| {
        use orm_core::transaction::AdvisoryLock;
        let mut session = place.session().await.unwrap();
        let mut other = place.session().await.unwrap();
        let taken = "SELECT pg_advisory_lock(7)";
        other.batch_execute(taken).await.unwrap();
        for lock in [
            AdvisoryLock::numbered(7).no_wait(),
            AdvisoryLock::numbered(7).timeout(Duration::from_millis(1)),
        ] {
            let tries = AtomicU32::new(0);
            let failed: Result<(), Mine> = session
                .transaction_retry(&retry(2), async |tx| {
                    tries.fetch_add(1, Ordering::SeqCst);
                    tx.advisory_lock(&lock).await?;
                    Ok(())
                })
                .await;
            assert!(failed.is_err());
            assert_eq!(count(&tries), 3);
        }
    }
);

// What a text quotes is nobody's word.
scenario!(postgres(a_value_that_is_quoted_says_nothing), |place| {
    let mut session = place.session().await.unwrap();
    for quoted in [
        "Deadlock found when trying to get lock",
        "Lock wait timeout exceeded",
        "Lost connection to x",
        "Column ''x'' cannot be null",
        "a foreign key constraint fails",
        "server closed the connection unexpectedly",
    ] {
        let cast = format!("SELECT CAST('{quoted}' AS INTEGER)");
        let error = session.batch_execute(&cast).await.unwrap_err();
        let error = orm_core::Error::from(error);
        assert_eq!(error.kind(), ErrorKind::Database, "{error}");
    }
});

// A plan is asked for in a transaction of its own.
scenario!(
    postgres(that_a_try_lost_is_not_forgotten_over_a_plan),
    |place| {
        place.create_all(schema![Page]).await.unwrap();
        let mut other = place.session().await.unwrap();
        let id = other.insert(NewPage { visits: 0 }).await.unwrap().id;
        let held = "BEGIN; UPDATE pages SET visits = 1";
        other.batch_execute(held).await.unwrap();
        let engine = Engine::<Conn>::builder()
            .url(place.url.as_str())
            .slow_queries(Duration::ZERO)
            .explain_slow_queries()
            .observe(|_: orm_core::event::Event<'_>| {})
            .open()
            .await
            .unwrap();
        let tries = AtomicU32::new(0);
        let failed: Result<(), Mine> = engine
            .transaction_retry(&retry(2), async |tx| {
                tries.fetch_add(1, Ordering::SeqCst);
                let page = tx.get::<Page>(id).await?.expect("it is there");
                let taken = tx
                    .transaction(async |inner| {
                        let same = Page::query().filter(pages::id.eq(page.id));
                        same.for_update().nowait().first(inner).await
                    })
                    .await;
                assert_eq!(taken.unwrap_err().kind(), ErrorKind::Conflict);
                Err(Mine)
            })
            .await;
        assert!(failed.is_err());
        assert_eq!(count(&tries), 3);
        other.batch_execute("ROLLBACK").await.unwrap();
    }
);

// It is not waited for there, whatever the timeout.
scenario!(
    sqlite(a_table_that_is_locked_in_a_shared_cache_is_a_conflict),
    |place| {
        place.create_all(schema![Page]).await.unwrap();
        let engine = Engine::<Conn>::builder()
            .url(format!("{}?cache=shared", place.url))
            .pool_size(2)
            .max_overflow(0)
            .open()
            .await
            .unwrap();
        let mut other = engine.session().await.unwrap();
        engine
            .transaction(async |tx| {
                tx.insert(NewPage { visits: 1 }).await?;
                let locked = other.get::<Page>(1).await.unwrap_err();
                assert_eq!(locked.kind(), ErrorKind::Conflict, "{locked}");
                Ok::<_, orm_core::Error>(())
            })
            .await
            .unwrap();
        assert!(other.get::<Page>(1).await.unwrap().is_some());
    }
);
