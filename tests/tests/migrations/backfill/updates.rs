//! Filled by SQL: which rows, how far, and what is remembered.

use std::time::Duration;

use orm_core::backfill::{Backfill, Ending, Progress};
use orm_core::inspect::Scope;
use orm_core::metadata::SqlText;
use orm_core::prelude::*;

use super::{Base, Entry, FILL, Place, totals};

on_each_database! {
    each_row_is_filled_once_and_done_is_remembered,
    an_empty_table_is_done,
    a_condition_changes_fewer_rows_than_are_walked,
    rows_that_are_deleted_softly_are_filled,
    a_call_ends_at_its_limit_and_the_next_goes_on,
    rows_that_are_inserted_meanwhile_behind_the_cursor_are_walked,
    the_notes_are_no_table_of_the_application,
    backfills_are_listed_and_reset,
}

fn each_row_is_filled_once_and_done_is_remembered<C: Base>(place: &Place<C>) {
    place.entries(101);
    let mut told: Vec<Progress> = Vec::new();
    let done = place
        .engine
        .backfill(&totals(10), |one| told.push(one.clone()));
    let done = done.expect("filled");
    assert_eq!(
        (done.ending, done.walked, done.changed),
        (Ending::Done, 101, 101)
    );
    place.assert_filled(101);
    let walked: Vec<u64> = told.iter().map(|one| one.walked).collect();
    assert_eq!(walked, [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 101, 101]);
    assert!(
        told.iter().all(|one| one.total == Some(101)),
        "it is counted"
    );
    assert!(told[11].done && !told[10].done);
    let again = place
        .engine
        .backfill(&totals(10), |_| panic!("nothing is done"));
    let again = again.expect("done before");
    assert_eq!((again.ending, again.walked), (Ending::DoneBefore, 0));
    place.assert_filled(101);
}

fn an_empty_table_is_done<C: Base>(place: &Place<C>) {
    place.entries(0);
    let mut told = Vec::new();
    let done = place
        .engine
        .backfill(&totals(10), |one| told.push(one.to_string()));
    let done = done.expect("filled");
    assert_eq!((done.ending, done.walked), (Ending::Done, 0));
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("totals: done, 0 rows"), "{told:?}");
}

fn a_condition_changes_fewer_rows_than_are_walked<C: Base>(place: &Place<C>) {
    place.entries(50);
    // Quotes, a comment at the end, and a text a database.
    let even = SqlText::each(
        Some("price % 2 = 0 AND 'it''s ?' <> '' -- even"),
        Some("price % 2 = 0 AND 'it''s ?' <> '' -- even"),
        Some("price MOD 2 = 0 AND 'it''s ?' <> '' -- even"),
    );
    let set = SqlText::all("total = price * amount, touched = touched + 1 -- filled");
    let filled = Backfill::update::<Entry>("even ones", set)
        .only(even)
        .chunk(7);
    let done = place.engine.backfill(&filled, |_| {}).expect("filled");
    assert_eq!((done.walked, done.changed), (50, 25));
    assert_eq!(place.touched("entries"), (25, 25));
    let odd = "entries WHERE touched = 1 AND price % 2 = 1";
    assert_eq!(place.ask("COUNT(*)", odd), "0");
    let status = &place.engine.backfills().expect("listed")[0];
    assert_eq!((status.walked, status.changed), (50, 25));
}

fn rows_that_are_deleted_softly_are_filled<C: Base>(place: &Place<C>) {
    place.entries(20);
    place.sql("UPDATE entries SET deleted_at = '2026-11-21 12:00:00' WHERE price <= 10");
    place.engine.backfill(&totals(3), |_| {}).expect("filled");
    place.assert_filled(20);
}

fn a_call_ends_at_its_limit_and_the_next_goes_on<C: Base>(place: &Place<C>) {
    place.entries(30);
    let part = totals(10).at_most(12).pause(Duration::from_millis(1));
    for (ending, walked, all) in [
        (Ending::Limit, 12, 12),
        (Ending::Limit, 12, 24),
        (Ending::Done, 6, 30),
        (Ending::DoneBefore, 0, 30),
    ] {
        let done = place.engine.backfill(&part, |_| {}).expect("filled");
        assert_eq!((done.ending, done.walked), (ending, walked));
        assert_eq!(place.touched("entries"), (all, 30 - all));
        assert_eq!(place.engine.backfills().expect("listed")[0].walked, all);
    }
    // Without time there is one chunk a call.
    assert!(place.engine.reset_backfill("totals").expect("reset"));
    place.sql("UPDATE entries SET touched = 0");
    let none = totals(20).within(Duration::ZERO);
    let endings = [20, 10, 0].map(|walked| {
        let done = place.engine.backfill(&none, |_| {}).expect("filled");
        assert_eq!(done.walked, walked);
        done.ending
    });
    assert_eq!(endings, [Ending::Limit, Ending::Limit, Ending::Done]);
    place.assert_filled(30);
}

fn rows_that_are_inserted_meanwhile_behind_the_cursor_are_walked<C: Base>(place: &Place<C>) {
    place.entries(20);
    let insert = |id: u64| {
        let values = format!("({id}, 1, 3, 0)");
        place.sql(&format!(
            "INSERT INTO entries (id, price, amount, touched) VALUES {values}"
        ));
    };
    let mut told = 0;
    let done = place.engine.backfill(&totals(10), |_| {
        told += 1;
        if told == 1 {
            insert(1); // before the cursor, which is at 70
            insert(71);
            insert(1_000);
        }
    });
    assert_eq!(done.expect("filled").walked, 22);
    assert_eq!(place.touched("entries"), (22, 1));
    assert_eq!(place.ask("id", "entries WHERE touched = 0"), "1");
}

fn the_notes_are_no_table_of_the_application<C: Base>(place: &Place<C>) {
    place.entries(1);
    place.engine.backfill(&totals(10), |_| {}).expect("filled");
    let found = place
        .engine
        .inspect_in(&Scope::default())
        .expect("inspected");
    let names: Vec<_> = found
        .tables
        .iter()
        .map(|one| one.name.name.as_str())
        .collect();
    assert_eq!(names, ["entries"]);
    assert!(
        place
            .engine
            .drift(schema![Entry])
            .expect("drift")
            .is_empty()
    );
    let plan = place.engine.plan(schema![Entry], &[]).expect("a plan");
    assert!(plan.steps.is_empty());
}

fn backfills_are_listed_and_reset<C: Base>(place: &Place<C>) {
    let engine = &place.engine;
    assert!(engine.backfills().expect("listed").is_empty());
    assert!(
        !engine
            .reset_backfill("totals")
            .expect("nothing is known of it")
    );
    place.entries(5);
    let other = Backfill::update::<Entry>("`Ärger` \"o'clock\"", "amount = amount").at_most(2);
    engine.backfill(&other, |_| {}).expect("a part");
    engine.backfill(&totals(10), |_| {}).expect("filled");
    let list = engine.backfills().expect("listed");
    assert_eq!(list.len(), 2);
    assert_eq!((list[0].name.as_str(), list[0].walked), (other.name(), 2));
    assert_eq!(list[0].done_at, None);
    assert_eq!(list[1].target, "entries (id)");
    assert!(list[1].done_at >= Some(list[1].changed_at));
    assert!(list[1].changed_at >= list[1].started_at);
    let text = list[1].to_string();
    let start = "totals: 5 rows of entries (id) walked, 5 changed, done at 2";
    assert!(text.starts_with(start), "{text}");

    assert!(engine.reset_backfill("totals").expect("reset"));
    assert_eq!(engine.backfills().expect("listed").len(), 1);
    place.sql("UPDATE entries SET touched = 0");
    let anew = Backfill::update::<Entry>("totals", FILL);
    assert_eq!(
        engine.backfill(&anew, |_| {}).expect("anew").ending,
        Ending::Done
    );
    place.assert_filled(5);
}
