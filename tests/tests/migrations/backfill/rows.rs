//! Filled by a closure, in the transaction of its chunk.

use std::panic::{AssertUnwindSafe, catch_unwind};

use orm_core::backend::Database;
use orm_core::backfill::{Backfill, Ending, RowBackfill};
use orm_core::operation::LoadModel;
use orm_core::prelude::*;
use orm_core::{Error, ErrorKind};

use super::{Base, Entry, Place};

on_each_database! {
    a_closure_fills_rows_of_the_model,
    an_error_in_the_third_of_five_chunks_keeps_two,
    an_update_that_fails_names_its_keys,
    a_chunk_that_lost_is_run_again,
    a_panic_rolls_its_chunk_back,
}

fn rows(chunk: u64) -> RowBackfill<Entry> {
    Backfill::rows::<Entry>("totals").chunk(chunk)
}

/// Fills an entry through the session.
fn fill<C: Base>(session: &mut Session<C>, entries: &[Entry]) -> orm_core::Result<()>
where
    Entry: LoadModel<C::Backend>,
{
    for one in entries {
        if one.deleted_at.is_some() {
            // A patch does not find it.
            let text = format!("UPDATE entries SET {} WHERE id = {}", super::FILL, one.id);
            session.connection().batch_execute(&text)?;
            continue;
        }
        let patch = Entry::patch(one.id).touched(one.touched + 1);
        session.update(patch.total(Some(one.price * one.amount)))?;
    }
    Ok(())
}

fn a_closure_fills_rows_of_the_model<C: Base>(place: &Place<C>)
where
    Entry: LoadModel<C::Backend>,
{
    place.entries(23);
    place.sql("UPDATE entries SET deleted_at = '2026-11-21 12:00:00' WHERE price = 2");
    let mut chunks = Vec::new();
    let done = place.engine.backfill_rows(
        &rows(5),
        |session, entries| {
            assert!(entries.is_sorted_by_key(|one| one.id));
            chunks.push(entries.len());
            fill(session, &entries)
        },
        |_| {},
    );
    let done = done.expect("filled");
    assert_eq!(
        (done.ending, done.walked, done.changed),
        (Ending::Done, 23, 23)
    );
    assert_eq!(chunks, [5, 5, 5, 5, 3]);
    place.assert_filled(23);

    // Only some of them, and only a part of these.
    place.sql("UPDATE entries SET touched = 0, total = NULL WHERE price > 10");
    let part = Backfill::rows::<Entry>("rest")
        .only("total IS NULL")
        .chunk(4)
        .at_most(12);
    let done = |work: &mut dyn FnMut(&mut Session<C>, Vec<Entry>) -> orm_core::Result<()>| {
        let done = place
            .engine
            .backfill_rows(&part, work, |_| {})
            .expect("filled");
        (done.ending, done.walked, done.changed)
    };
    let mut work = |session: &mut Session<C>, entries: Vec<Entry>| fill(session, &entries);
    assert_eq!(done(&mut work), (Ending::Limit, 12, 2));
    assert_eq!(done(&mut work), (Ending::Done, 11, 11));
    place.assert_filled(23);
}

fn an_error_in_the_third_of_five_chunks_keeps_two<C: Base>(place: &Place<C>)
where
    Entry: LoadModel<C::Backend>,
{
    place.entries(50);
    let mut session = place.session();
    let mut failing = 3;
    let mut run = |session: &mut Session<C>| {
        session.backfill_rows(
            &rows(10),
            |session, entries| {
                fill(session, &entries[..5])?;
                failing -= 1;
                if failing == 0 {
                    return Err(Error::new(ErrorKind::Refused, "there is no such price"));
                }
                fill(session, &entries[5..])
            },
            |_| {},
        )
    };
    let error = run(&mut session).expect_err("the third chunk fails");
    assert_eq!(error.kind(), ErrorKind::BackfillFailed);
    let text = error.to_string();
    let expected = "the backfill `totals` of `entries` failed at keys behind (140) up to (210): there \
        is no such price (the chunks before are kept)";
    assert!(text.ends_with(expected), "{text}");
    assert_eq!(place.touched("entries"), (20, 30));
    assert_eq!(session.backfills().expect("listed")[0].walked, 20);

    let done = run(&mut session).expect("the rest");
    assert_eq!((done.ending, done.walked), (Ending::Done, 30));
    place.assert_filled(50);
}

fn an_update_that_fails_names_its_keys<C: Base>(place: &Place<C>) {
    place.entries(50);
    let check = "ALTER TABLE entries ADD CONSTRAINT positive CHECK (touched = 0 OR price <> 25)";
    if place.database() == Database::Sqlite {
        let trigger = "CREATE TRIGGER positive BEFORE UPDATE ON entries WHEN OLD.price = 25 \
            AND NEW.touched = 1 BEGIN SELECT RAISE(ABORT, 'positive is broken'); END";
        place.sql(trigger);
    } else {
        place.sql(check);
    }
    let filled = super::totals(10);
    let error = place
        .engine
        .backfill(&filled, |_| {})
        .expect_err("it fails");
    assert_eq!(error.kind(), ErrorKind::BackfillFailed, "{error}");
    let text = error.to_string();
    assert!(text.contains("keys behind (140) up to (210): "), "{text}");
    assert!(text.contains("positive"), "{text}");
    assert_eq!(place.touched("entries"), (20, 30));
    place.sql(match place.database() {
        Database::Sqlite => "DROP TRIGGER positive",
        _ => "ALTER TABLE entries DROP CONSTRAINT positive",
    });
    let done = place.engine.backfill(&filled, |_| {}).expect("the rest");
    assert_eq!(done.walked, 30);
    place.assert_filled(50);
}

fn a_chunk_that_lost_is_run_again<C: Base>(place: &Place<C>)
where
    Entry: LoadModel<C::Backend>,
{
    place.entries(10);
    let lost = || Error::new(ErrorKind::Conflict, "it lost");
    let mut times = 0;
    let done = place.engine.backfill_rows(
        &rows(5),
        |session, entries| {
            assert!(
                entries.iter().all(|one| one.touched == 0),
                "it was rolled back"
            );
            fill(session, &entries)?;
            times += 1;
            if times < 4 { Err(lost()) } else { Ok(()) }
        },
        |_| {},
    );
    assert_eq!(done.expect("filled").walked, 10);
    assert_eq!(times, 5);
    place.assert_filled(10);

    // So often, and no more.
    let mut times = 0;
    let error = place.engine.backfill_rows(
        &Backfill::rows::<Entry>("others").retries(2),
        |_, _| {
            times += 1;
            Err(lost())
        },
        |_| {},
    );
    let error = error.expect_err("it is given up");
    assert_eq!((error.kind(), times), (ErrorKind::Conflict, 3));
    assert!(
        error
            .to_string()
            .contains("`others` of `entries` failed at keys up to (70)")
    );
}

fn a_panic_rolls_its_chunk_back<C: Base>(place: &Place<C>)
where
    Entry: LoadModel<C::Backend>,
{
    place.entries(10);
    let mut session = place.session();
    let mut times = 0;
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        session.backfill_rows(
            &rows(4),
            |session, entries| {
                fill(session, &entries)?;
                times += 1;
                assert!(times < 2, "in the second chunk");
                Ok(())
            },
            |_| {},
        )
    }));
    assert!(panicked.is_err());
    assert_eq!(place.touched("entries"), (4, 6));
    // The session is as good as before.
    let work = |session: &mut Session<C>, entries: Vec<Entry>| fill(session, &entries);
    let done = session
        .backfill_rows(&rows(4), work, |_| {})
        .expect("the rest");
    assert_eq!(done.walked, 6);
    place.assert_filled(10);
}
