//! Runners that are killed by -9, in a process of their own: between chunks, inside of one, and at
//! whatever place they are at.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use orm_core::backfill::Backfill;
use orm_core::operation::LoadModel;
use orm_core::prelude::*;

use super::{Base, Entry, Place, totals};

on_each_database! {
    a_killed_runner_leaves_whole_chunks,
}

/// For the child: the database.
const URL: &str = "ORM_BACKFILL_URL";
/// For the child: where it waits to be killed.
const AT: &str = "ORM_BACKFILL_AT";

const ROWS: u64 = 300;
const CHUNK: u64 = 10;

/// Where a runner is killed.
#[derive(Clone, Copy)]
enum At {
    /// It waits behind its nth chunk.
    Behind(u32),
    /// It waits in its nth chunk, half of which is changed.
    Inside(u32),
    /// It goes on while it is killed, when it has told of so many.
    Running(u32),
}

fn a_killed_runner_leaves_whole_chunks<C: Base>(place: &Place<C>) {
    place.entries(ROWS);
    let mut before = 0;
    for at in [
        At::Inside(1),
        At::Behind(1),
        At::Inside(3),
        At::Inside(2),
        At::Behind(2),
        At::Running(1),
        At::Running(2),
        At::Running(1),
        At::Running(3),
    ] {
        killed(place, at);
        // The server rolls a chunk back, or ends its COMMIT: this waits for that.
        place.sql("UPDATE __orm_backfills SET name = name");
        let noted = place.engine.backfills().expect("listed")[0].walked;
        assert_eq!(place.touched("entries"), (noted, ROWS - noted));
        match at {
            At::Behind(nth) => assert_eq!(noted, before + CHUNK * u64::from(nth)),
            At::Inside(nth) => assert_eq!(noted, before + CHUNK * u64::from(nth - 1)),
            At::Running(_) if noted == ROWS => {}
            At::Running(_) => assert!(noted > before && noted.is_multiple_of(CHUNK), "{noted}"),
        }
        before = noted;
        if before == ROWS {
            break;
        }
    }
    place
        .engine
        .backfill(&totals(CHUNK), |_| {})
        .expect("the rest");
    place.assert_filled(ROWS);
    let list = place.engine.backfills().expect("listed");
    assert!(list[0].walked == ROWS && list[0].done_at.is_some());
}

/// Starts a runner, and kills it.
fn killed<C: Base>(place: &Place<C>, at: At) {
    let name = format!("backfill::killed::runner_on_{}", place.database().name());
    let (words, lines) = match at {
        At::Behind(nth) => (format!("behind {nth}"), nth),
        At::Inside(nth) => (format!("inside {nth}"), nth),
        At::Running(nth) => ("nowhere 0".to_owned(), nth),
    };
    let mut command = Command::new(std::env::current_exe().expect("a test binary"));
    let mut child = command
        .args([name.as_str(), "--exact", "--nocapture", "--test-threads=1"])
        .env(URL, &place.url)
        .env(AT, words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let told = BufReader::new(child.stdout.take().expect("piped")).lines();
    let told = told.map(|line| line.expect("a line"));
    let told = told
        .filter(|line| line.contains("a chunk"))
        .take(lines as usize);
    assert_eq!(told.count(), lines as usize, "it comes so far");
    child.kill().expect("killed");
    let ended = child.wait().expect("it is gone").success();
    assert!(!ended || matches!(at, At::Running(_)), "it waits");
}

#[test]
fn runner_on_sqlite() {
    runner::<SqliteConnection>();
}

#[cfg(feature = "postgres")]
#[test]
fn runner_on_postgres() {
    runner::<PgConnection>();
}

#[cfg(feature = "mysql")]
#[test]
fn runner_on_mysql() {
    runner::<MysqlConnection>();
}

/// In a process of its own: tells of each chunk, and waits at the one that is named until it is
/// killed.
fn runner<C: Base>()
where
    Entry: LoadModel<C::Backend>,
{
    let (Ok(url), Ok(at)) = (std::env::var(URL), std::env::var(AT)) else {
        return;
    };
    let (place, nth) = at.split_once(' ').expect("two words");
    let nth: u32 = nth.parse().expect("a number");
    let wait = || {
        println!("a chunk");
        let mut line = String::new();
        let _ = std::io::stdin().read_line(&mut line);
    };
    let engine = Engine::<C>::open(&url).expect("the database");
    let (mut inside, mut behind) = (0, 0);
    let filled = Backfill::rows::<Entry>("totals").chunk(CHUNK);
    let done = engine.backfill_rows(
        &filled,
        |session, entries| {
            inside += 1;
            for (position, one) in entries.into_iter().enumerate() {
                if place == "inside" && inside == nth && position == 5 {
                    wait();
                }
                let patch = Entry::patch(one.id).touched(one.touched + 1);
                session.update(patch.total(Some(one.price * one.amount)))?;
            }
            Ok(())
        },
        |_| {
            behind += 1;
            if place == "behind" && behind == nth {
                wait();
            }
            println!("a chunk");
        },
    );
    done.expect("it is killed before, or all is filled");
}
