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
