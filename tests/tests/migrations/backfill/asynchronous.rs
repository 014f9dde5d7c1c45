//! The same operations, awaited.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use orm_core::aio::{AsyncDatabaseConnection, AsyncEngine};
use orm_core::backfill::{Backfill, Ending};
use orm_core::operation::LoadModel;
use orm_core::{Error, ErrorKind};

use super::{Base, Entry, Place, totals};

async fn awaited<C: Base, A: AsyncDatabaseConnection>(place: &Place<C>)
where
    Entry: LoadModel<A::Backend>,
{
    place.entries(40);
    let engine = AsyncEngine::<A>::open(&place.url).await.expect("an engine");
    assert!(engine.backfills().await.expect("listed").is_empty());

    // Two at once, in tasks that may change their threads.
    let runner = |engine: AsyncEngine<A>| {
        tokio::spawn(async move {
            let part = totals(3).pause(Duration::from_micros(1));
            let mut told = 0;
            let done = engine.backfill(&part, |_| told += 1).await.expect("filled");
            assert!(told > 0 || done.ending == Ending::DoneBefore);
            done.walked
        })
    };
    let (one, other) = (runner(engine.clone()), runner(engine.clone()));
    let walked = one.await.expect("it ends") + other.await.expect("it ends");
    assert_eq!(walked, 40);
    place.assert_filled(40);
    let again = engine
        .backfill(&totals(3), |_| {})
        .await
        .expect("done before");
    assert_eq!(again.ending, Ending::DoneBefore);
    assert!(engine.reset_backfill("totals").await.expect("reset"));

    // A closure that loses, fails, and goes on.
    place.sql("UPDATE entries SET touched = 0, total = NULL");
    let rows = Backfill::rows::<Entry>("totals").chunk(8);
    let times = AtomicU32::new(0);
    let work = async |session: &mut orm_core::aio::AsyncSession<A>, entries: Vec<Entry>| {
        for one in entries {
            let patch = Entry::patch(one.id).touched(one.touched + 1);
            let patch = patch.total(Some(one.price * one.amount));
            session.update(patch).await?;
        }
        match times.fetch_add(1, Ordering::Relaxed) {
            0 => Err(Error::new(ErrorKind::Conflict, "it lost")),
            3 => Err(Error::new(ErrorKind::Refused, "no more")),
            _ => Ok(()),
        }
    };
    let failed = engine.backfill_rows(&rows, &work, |_| {}).await;
    let error = failed.expect_err("the third chunk fails");
    assert_eq!(error.kind(), ErrorKind::BackfillFailed, "{error}");
    assert!(
        error.to_string().contains("behind (112) up to (168): "),
        "{error}"
    );
    assert_eq!(place.touched("entries"), (16, 24));

    // A future that is dropped in the midst of a chunk leaves nothing of it.
    let mut session = engine.session().await.expect("a session");
    let (inside, came) = (tokio::sync::Notify::new(), AtomicU32::new(0));
    let stuck = async |session: &mut orm_core::aio::AsyncSession<A>, entries: Vec<Entry>| {
        work(session, entries).await?;
        came.store(1, Ordering::Relaxed);
        inside.notify_one();
        std::future::pending::<()>().await;
        Ok(())
    };
    tokio::select! {
        done = session.backfill_rows(&rows, &stuck, |_| {}) => panic!("{done:?}"),
        () = inside.notified() => {}
    }
    drop(session);
    assert_eq!(came.into_inner(), 1);
    let mut session = engine.session().await.expect("a session");
    let done = session
        .backfill_rows(&rows, &work, |_| {})
        .await
        .expect("the rest");
    assert_eq!((done.ending, done.walked), (Ending::Done, 24));
    place.assert_filled(40);
    let list = session.backfills().await.expect("listed");
    assert_eq!((list[0].walked, list.len()), (40, 1));
    assert!(session.reset_backfill("totals").await.expect("reset"));
}

awaited_on_each_database!(awaited);
