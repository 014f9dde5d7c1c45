//! Several runners of one backfill at once.

use std::sync::Barrier;

use orm_core::backfill::{Backfill, Ending};
use orm_core::operation::LoadModel;
use orm_core::prelude::*;

use super::{Base, Entry, Place, totals};

on_each_database! {
    runners_share_the_chunks,
    runners_with_closures_share_the_chunks;
    servers a_deadlock_is_run_again,
}

const RUNNERS: usize = 3;
const ROWS: u64 = 300;

/// What each runner walked.
fn runners<C: Base>(
    place: &Place<C>,
    run: impl Fn(&mut Session<C>) -> orm_core::Result<orm_core::backfill::Backfilled> + Sync,
) -> Vec<u64> {
    let barrier = Barrier::new(RUNNERS);
    std::thread::scope(|scope| {
        let runner = || {
            let engine = Engine::<C>::open(&place.url).expect("an engine of its own");
            let mut session = engine.session().expect("a session");
            barrier.wait();
            let done = run(&mut session).expect("filled");
            let nothing = done.ending == Ending::DoneBefore && done.walked == 0;
            assert!(done.ending == Ending::Done || nothing, "{done:?}");
            done.walked
        };
        let runners: Vec<_> = (0..RUNNERS).map(|_| scope.spawn(runner)).collect();
        let walked = runners.into_iter().map(|one| one.join().expect("it ends"));
        walked.collect()
    })
}

fn runners_share_the_chunks<C: Base>(place: &Place<C>) {
    place.entries(ROWS);
    // The notes are not there yet: all of them make the table.
    let walked = runners(place, |session| session.backfill(&totals(5), |_| {}));
    assert_eq!(walked.iter().sum::<u64>(), ROWS, "{walked:?}");
    place.assert_filled(ROWS);
    assert_eq!(place.engine.backfills().expect("listed")[0].walked, ROWS);
}

fn runners_with_closures_share_the_chunks<C: Base>(place: &Place<C>)
where
    Entry: LoadModel<C::Backend>,
{
    place.entries(ROWS);
    let filled = Backfill::rows::<Entry>("totals").chunk(10);
    let walked = runners(place, |session| {
        let work = |session: &mut Session<C>, entries: Vec<Entry>| {
            for one in entries {
                let patch = Entry::patch(one.id).touched(one.touched + 1);
                session.update(patch.total(Some(one.price * one.amount)))?;
            }
            Ok(())
        };
        session.backfill_rows(&filled, work, |_| {})
    });
    assert_eq!(walked.iter().sum::<u64>(), ROWS, "{walked:?}");
    place.assert_filled(ROWS);
}

/// A backfill that waits for a row of another transaction, which then waits for one of its.
#[cfg(any(feature = "postgres", feature = "mysql"))]
fn deadlock<C: Base>(
    place: &Place<C>,
    filled: &Backfill,
) -> orm_core::Result<orm_core::backfill::Backfilled> {
    use orm_core::backend::Database;

    let mut other = place.session();
    let mut run = |text: &str| other.connection().batch_execute(text);
    // The other is the one that goes on: PostgreSQL ends who looks first, MariaDB who did less.
    let before = match place.database() {
        Database::Postgres => "SET deadlock_timeout = '1h'; BEGIN".to_owned(),
        _ => {
            let rows: Vec<_> = (0..300).map(|nth| format!("({nth})")).collect();
            let table = "CREATE OR REPLACE TABLE load_of_rows (id INTEGER PRIMARY KEY)";
            let rows = rows.join(", ");
            format!("{table}; BEGIN; INSERT INTO load_of_rows VALUES {rows}")
        }
    };
    for text in before.split("; ") {
        run(text).expect("begun");
    }
    run("UPDATE entries SET amount = amount WHERE id = 70").expect("locked");
    std::thread::scope(|scope| {
        let filling = scope.spawn(|| place.engine.backfill(filled, |_| {}));
        let mut asking = place.session();
        // Until the backfill has the row before the last.
        let free = "SELECT 'it' FROM entries WHERE id = 63 FOR UPDATE SKIP LOCKED";
        while !C::texts(&mut asking, free).is_empty() {
            std::thread::yield_now();
        }
        run("UPDATE entries SET amount = amount WHERE id = 7").expect("it goes on");
        run("COMMIT").expect("kept");
        filling.join().expect("it ends")
    })
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
fn a_deadlock_is_run_again<C: Base>(place: &Place<C>) {
    place.entries(10);
    let error = deadlock(place, &totals(10).retries(0)).expect_err("it loses");
    assert_eq!(error.kind(), orm_core::ErrorKind::Conflict, "{error}");
    assert!(
        error
            .to_string()
            .contains("`totals` of `entries` failed at keys up to (70): "),
        "{error}"
    );
    assert_eq!(place.touched("entries"), (0, 10));
    let done = deadlock(place, &totals(10)).expect("again");
    assert_eq!((done.ending, done.walked), (Ending::Done, 10));
    place.assert_filled(10);
}
