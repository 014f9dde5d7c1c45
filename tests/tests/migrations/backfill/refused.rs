//! What is no backfill, or none of this table.

use orm_core::backend::Database;
use orm_core::backfill::Backfill;
use orm_core::metadata::SqlText;
use orm_core::prelude::*;
use orm_core::{Error, ErrorKind};

use super::{Base, Entry, FILL, Place, totals};

on_each_database! {
    what_is_refused,
    a_cursor_of_another_key_is_refused,
    a_runner_stops_when_its_backfill_is_reset,
}

#[derive(Model)]
#[model(table = "others")]
struct Other {
    id: i64,
    touched: i64,
}

#[track_caller]
fn assert_refused<T: std::fmt::Debug>(result: Result<T, Error>, kind: ErrorKind, says: &str) {
    let error = result.expect_err("it is refused");
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.to_string().contains(says), "{error}");
}

fn what_is_refused<C: Base>(place: &Place<C>) {
    place.entries(3);
    place.engine.create_all(schema![Other]).expect("made");
    let mut session = place.session();
    let inside = session.transaction(|tx| tx.backfill(&totals(1), |_| {}));
    assert_refused(inside, ErrorKind::Refused, "the session is in one");
    for name in [String::new(), "x".repeat(201)] {
        let unnamed = Backfill::update::<Entry>(name, FILL);
        let refused = session.backfill(&unnamed, |_| {});
        assert_refused(refused, ErrorKind::Config, "1 to 200 characters");
    }
    let nowhere = Backfill::update::<Entry>("nowhere", SqlText::each(None, None, None));
    let refused = session.backfill(&nowhere, |_| {});
    assert_refused(refused, ErrorKind::Unsupported, "`nowhere` has no SQL for");
    // Nothing was noted by these.
    assert!(session.backfills().expect("listed").is_empty());

    session.backfill(&totals(10), |_| {}).expect("filled");
    let other = Backfill::update::<Other>("totals", "touched = 1");
    let refused = session.backfill(&other, |_| {});
    let says = "`totals` is one of entries (id), and not of others (id)";
    assert_refused(refused, ErrorKind::Refused, says);

    place.sql("DROP TABLE others");
    let gone = Backfill::update::<Other>("others", "touched = 1");
    assert!(session.backfill(&gone, |_| {}).is_err());
    if place.database() == Database::Mysql {
        let labels = "CREATE TABLE others (id ENUM('b', 'a') PRIMARY KEY, touched BIGINT)";
        place.sql(labels);
        let refused = session.backfill(&gone, |_| {});
        assert_refused(refused, ErrorKind::Unsupported, "is of the type enum");
    }
}

fn a_cursor_of_another_key_is_refused<C: Base>(place: &Place<C>) {
    place.entries(3);
    let part = totals(1).at_most(1);
    place.engine.backfill(&part, |_| {}).expect("a part");
    place.sql("UPDATE __orm_backfills SET reached = '[]'");
    let refused = place.engine.backfill(&part, |_| {});
    assert_refused(
        refused,
        ErrorKind::Refused,
        "no key of its table now: reset it",
    );
}

fn a_runner_stops_when_its_backfill_is_reset<C: Base>(place: &Place<C>) {
    place.entries(3);
    let mut told = 0;
    let stopped = place.engine.backfill(&totals(1), |_| {
        told += 1;
        let other = Engine::<C>::open(&place.url).expect("an engine of its own");
        assert!(other.reset_backfill("totals").expect("reset"));
    });
    assert_refused(stopped, ErrorKind::Refused, "`totals` was reset meanwhile");
    assert_eq!(told, 1);
    assert_eq!(place.touched("entries"), (1, 2));
}

#[derive(Model)]
#[model(table = "holes", key(code, part))]
struct Hole {
    code: String,
    part: i64,
    touched: i64,
}

/// Only SQLite has NULLs in a primary key. A bound is neither before nor behind one.
#[test]
fn a_key_with_null_is_refused_on_sqlite() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = folder.path().join("holes.db").display().to_string();
    let place = Place::<SqliteConnection>::new(&url);
    let says = "has a row with NULL in its key";

    // `others` is walked along one column, of text.
    place.sql("CREATE TABLE others (id TEXT PRIMARY KEY, touched BIGINT NOT NULL DEFAULT 0)");
    place.sql("INSERT INTO others (id) VALUES ('a'), ('b'), (NULL), (NULL), ('c')");
    let others = Backfill::update::<Other>("others", "touched = touched + 1");
    for chunk in [1, 2, 10] {
        let refused = place.engine.backfill(&others.clone().chunk(chunk), |_| {});
        assert_refused(refused, ErrorKind::Refused, says);
    }
    let rows = Backfill::rows::<Other>("others").chunk(2);
    let work = |_: &mut Session<SqliteConnection>, _: Vec<Other>| panic!("it is given no rows");
    let refused = place.engine.backfill_rows(&rows, work, |_| {});
    assert_refused(refused, ErrorKind::Refused, says);
    assert_eq!(place.touched("others"), (0, 5));
    assert!(place.engine.backfills().expect("listed").is_empty());

    place.sql("DELETE FROM others WHERE id IS NULL");
    let done = place.engine.backfill(&others.chunk(2), |_| {});
    assert_eq!(done.expect("filled").changed, 3);

    // In any column of the key, and the first chunks have none.
    place.sql(
        "CREATE TABLE holes (code TEXT, part INTEGER, touched BIGINT NOT NULL DEFAULT 0, \
         PRIMARY KEY (code, part))",
    );
    let holes = Backfill::update::<Hole>("holes", "touched = touched + 1").chunk(1);
    for (code, part) in [("'z'", "NULL"), ("NULL", "1"), ("NULL", "NULL")] {
        place.sql("DELETE FROM holes");
        place.sql("INSERT INTO holes (code, part) VALUES ('a', 1), ('a', 2), ('zz', 1)");
        place.sql(&format!(
            "INSERT INTO holes (code, part) VALUES ({code}, {part})"
        ));
        let refused = place.engine.backfill(&holes, |_| {});
        assert_refused(refused, ErrorKind::Refused, says);
        assert_eq!(place.touched("holes"), (0, 4), "{code}, {part}");
    }
}
