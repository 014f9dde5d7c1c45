//! `Engine::run`: the blocking engine in an async program never takes the runtime's threads, and
//! gives back what it took, however the work ends.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::mpsc;
use std::time::Duration;

use futures_util::FutureExt;
use orm_core::Error;
use orm_core::aio::AsyncSqliteConnection;
use orm_core::diesel::SqliteConnection;
use orm_core::engine::Engine;
use orm_core::vocabulary::*;

use crate::models::Account;
use crate::place::{Home, Homed, accounts};

/// An engine of one connection on a file with the accounts.
fn small(timeout: Duration) -> (Engine<SqliteConnection>, Home) {
    let home = AsyncSqliteConnection::home("offload").expect("a file");
    let engine = Engine::<SqliteConnection>::builder()
        .url(home.url.as_str())
        .name("small")
        .pool_size(1)
        .max_overflow(0)
        .pool_timeout(timeout)
        .open()
        .unwrap();
    engine.create_all(schema![Account]).unwrap();
    engine.session().unwrap().insert_many(accounts()).unwrap();
    (engine, home)
}

fn on_one_thread<T>(work: impl Future<Output = T>) -> T {
    let builder = &mut tokio::runtime::Builder::new_current_thread();
    builder
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(work)
}

const LONG: Duration = Duration::from_secs(20);

#[test]
fn work_that_holds_its_session_holds_up_no_task() {
    let (engine, _home) = small(LONG);
    on_one_thread(async {
        let (release, hold) = mpsc::channel();
        let (began, wait) = tokio::sync::oneshot::channel();
        let holds = tokio::spawn(engine.run(move |session| {
            let _ = began.send(());
            hold.recv().expect("another task of the one thread sends");
            Account::query().count(session)
        }));
        wait.await.unwrap();
        // As many again as wait for a thread: they wait as tasks.
        let waiting: Vec<_> = (0..50)
            .map(|_| tokio::spawn(engine.run(|session| Account::query().count(session))))
            .collect();
        // This task, of the same thread, makes progress while all of them wait.
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert!(!holds.is_finished() && waiting.iter().all(|task| !task.is_finished()));
        release.send(()).unwrap();
        assert_eq!(holds.await.unwrap().unwrap(), 2);
        for task in waiting {
            assert_eq!(task.await.unwrap().unwrap(), 2);
        }
    });
}

#[test]
fn work_that_has_begun_is_carried_through_when_nobody_waits_for_it() {
    let (engine, _home) = small(LONG);
    on_one_thread(async {
        let (release, hold) = mpsc::channel::<()>();
        let (began, wait) = tokio::sync::oneshot::channel();
        let work = tokio::spawn(engine.run(move |session| {
            session.transaction(|tx| {
                tx.update(Account::patch(1).cents(7))?;
                let _ = began.send(());
                hold.recv().expect("it is released");
                tx.update(Account::patch(2).cents(7))
            })
        }));
        wait.await.unwrap();
        work.abort();
        assert!(work.await.unwrap_err().is_cancelled());
        // Its permit is still held: the next work waits for it.
        let mut next = Box::pin(engine.run(|session| Account::query().load(session)));
        assert!(
            crate::cut::drop_after(1, &crate::cut::Sent::default(), &mut next)
                .await
                .is_none()
        );
        release.send(()).unwrap();
        let rows = next.await.unwrap();
        assert!(rows.iter().all(|row| row.cents == 7), "{rows:?}");
    });
}

#[test]
fn work_that_has_not_begun_is_not_done_when_it_is_dropped() {
    let (engine, _home) = small(LONG);
    on_one_thread(async {
        drop(engine.run(|session| session.delete_key::<Account>(1)));
        let (release, hold) = mpsc::channel::<()>();
        let (began, wait) = tokio::sync::oneshot::channel();
        let holds = tokio::spawn(engine.run(move |_| {
            let _ = began.send(());
            hold.recv()
                .map_err(|error| Error::new(ErrorKind::Config, error.to_string()))
        }));
        wait.await.unwrap();
        let waits = engine.run(|session| session.delete_key::<Account>(2));
        assert!(
            crate::cut::drop_after(1, &crate::cut::Sent::default(), waits)
                .await
                .is_none()
        );
        release.send(()).unwrap();
        holds.await.unwrap().unwrap();
        let rows = engine
            .run(|session| Account::query().count(session))
            .await
            .unwrap();
        assert_eq!(rows, 2);
    });
}

#[test]
fn a_panic_of_the_work_is_the_waiters_and_the_pool_is_as_large_as_before() {
    let (engine, _home) = small(LONG);
    on_one_thread(async {
        for _ in 0..3 {
            let work = engine.run(|session| {
                session.transaction(|tx| {
                    tx.update(Account::patch(1).cents(7))?;
                    assert!(tx.name().is_empty(), "the work panics");
                    Ok::<_, Error>(())
                })
            });
            let panic = AssertUnwindSafe(work).catch_unwind().await.unwrap_err();
            let said = panic.downcast_ref::<&str>().copied();
            assert_eq!(said, Some("the work panics"));
        }
        let rows = engine
            .run(|session| Account::query().load(session))
            .await
            .unwrap();
        assert!(rows.iter().all(|row| row.cents != 7), "{rows:?}");
    });
}

#[test]
fn whoever_waits_too_long_hears_of_an_exhausted_pool() {
    let (engine, _home) = small(Duration::from_millis(500));
    on_one_thread(async {
        let (release, hold) = mpsc::channel::<()>();
        let (began, wait) = tokio::sync::oneshot::channel();
        let holds = tokio::spawn(engine.run(move |_| {
            let _ = began.send(());
            let _ = hold.recv();
            Ok::<_, Error>(())
        }));
        wait.await.unwrap();
        let error = engine
            .run(|session| Account::query().count(session))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PoolTimeout);
        assert_eq!(error.database(), Some("small"));
        assert!(error.to_string().contains("1 of 1 are in use"), "{error}");
        release.send(()).unwrap();
        holds.await.unwrap().unwrap();
        let rows = engine.run(|session| Account::query().count(session)).await;
        assert_eq!(rows.unwrap(), 2);
    });
}
