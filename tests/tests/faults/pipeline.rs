//! Reads of many tasks over one connection: each gets its own answer, whatever happens to others.

use futures_util::future::join_all;
use orm_core::aio::Pipeline;
use orm_core::aio::prelude::*;
use orm_core::diesel::dsl::sql as raw;
use orm_core::diesel::sql_types::Bool;

use crate::cut::drop_after;
use crate::form::asynchronous::run;
use crate::models::{Account, NewAccount, accounts};
use crate::place::{Place, eventually};

const READS: i64 = 100;

/// A pipeline on a fresh database, where account n has n cents.
async fn opened(topic: &str) -> Option<(Pipeline, Place<AsyncPgConnection>)> {
    let place = Place::<AsyncPgConnection>::open(topic).await?;
    let rows = (1..=READS).map(|id| NewAccount { id, cents: id });
    place.session().await.insert_many(rows).await.unwrap();
    Some((place.engine.pipeline().await.unwrap(), place))
}

async fn cents(pipeline: &Pipeline, id: i64) -> orm_core::Result<i64> {
    match id % 2 {
        0 => Ok(pipeline
            .get::<Account>(id)
            .await?
            .expect("it is there")
            .cents),
        _ => {
            let query = Account::query().filter(accounts::id.eq(id));
            Ok(query.first(pipeline).await?.cents)
        }
    }
}

/// Fails in the database, and only there.
async fn fails(pipeline: &Pipeline) -> orm_core::Result<Vec<Account>> {
    Account::query()
        .filter(raw::<Bool>("1 / (cents - cents) = 1"))
        .load(pipeline)
        .await
}

#[test]
fn many_reads_at_once_are_right() {
    run(async {
        let Some((pipeline, _place)) = opened("many_reads").await else {
            return;
        };
        for _ in 0..3 {
            let reads = join_all((1..=READS).map(|id| cents(&pipeline, id))).await;
            for (id, read) in (1..).zip(reads) {
                assert_eq!(read.unwrap(), id);
            }
        }
        // The same from tasks, which run on several threads.
        let tasks: Vec<_> = (1..=READS)
            .map(|id| {
                let pipeline = pipeline.clone();
                tokio::spawn(async move { cents(&pipeline, id).await })
            })
            .collect();
        for (id, task) in (1..).zip(tasks) {
            assert_eq!(task.await.unwrap().unwrap(), id);
        }
    });
}

#[test]
fn a_read_that_fails_disturbs_no_other() {
    run(async {
        let Some((pipeline, place)) = opened("failing_reads").await else {
            return;
        };
        let reads = join_all((1..=READS).map(|id| {
            let pipeline = &pipeline;
            async move {
                match id % 5 {
                    0 => fails(pipeline).await.map(|_| 0),
                    _ => cents(pipeline, id).await,
                }
            }
        }))
        .await;
        for (id, read) in (1..).zip(reads) {
            match id % 5 {
                0 => assert_eq!(read.unwrap_err().kind(), ErrorKind::Database),
                _ => assert_eq!(read.unwrap(), id),
            }
        }
        // One of the pool's, and the one that it was from the first.
        assert_eq!(place.home.connections().0, 2);
    });
}

#[test]
fn reads_that_are_dropped_disturb_no_other() {
    run(async {
        let Some((pipeline, place)) = opened("dropped_reads").await else {
            return;
        };
        let seed: u64 = match orm_tests::soak() {
            true => std::time::UNIX_EPOCH
                .elapsed()
                .map_or(7, |since| since.as_secs()),
            false => 20_240_229,
        };
        println!("seed {seed}");
        let mut random = seed;
        let mut next = move || {
            // xorshift64.
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random
        };
        for _ in 0..if orm_tests::soak() { 500 } else { 10 } {
            let reads = (1..=READS).map(|id| {
                let dropped = next() % 2 == 0;
                let waits = usize::try_from(next() % 4).expect("few");
                let (pipeline, sent) = (&pipeline, &place.sent);
                async move {
                    match dropped {
                        true => drop_after(waits, sent, cents(pipeline, id)).await,
                        false => Some(cents(pipeline, id).await),
                    }
                }
            });
            let reads = join_all(reads).await;
            let answered = reads.iter().flatten().count();
            assert!((20..100).contains(&answered), "{answered} of 100 answered");
            for (id, read) in (1..).zip(reads) {
                if let Some(read) = read {
                    assert_eq!(read.unwrap(), id);
                }
            }
        }
        assert_eq!(place.home.connections().0, 2);
    });
}

#[test]
fn a_connection_that_is_killed_fails_what_is_under_way_and_no_more() {
    run(async {
        let Some((pipeline, place)) = opened("killed_pipeline").await else {
            return;
        };
        for _ in 0..3 {
            let before = place.sent.count();
            let sleeping: Vec<_> = (0..10)
                .map(|_| {
                    let pipeline = pipeline.clone();
                    tokio::spawn(async move {
                        let asleep = raw::<Bool>("pg_sleep(60) IS NOT NULL");
                        Account::query().filter(asleep).load(&pipeline).await
                    })
                })
                .collect();
            eventually("all reads are sent, and one runs", || {
                place.sent.count() == before + 10 && place.home.connections().1 == 1
            })
            .await;
            let server = orm_tests::shared_postgres().expect("it runs");
            let killed = server.psql(
                "postgres",
                &format!(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                     WHERE datname = '{}' AND state = 'active'",
                    place.home.database()
                ),
            );
            assert_eq!(killed, "1");
            for read in sleeping {
                let error = read.await.unwrap().unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
                assert_eq!(error.database(), Some("till"));
            }
            assert_eq!(cents(&pipeline, 7).await.unwrap(), 7);
        }
        place.home.rests(2).await;
    });
}
