//! Reads of many tasks over one connection: each gets its own answer, whatever happens to others.

use std::time::Duration;

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
            let server = orm_tests::shared_postgres().expect("it runs");
            let kill = format!(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                 WHERE datname = '{}' AND wait_event = 'PgSleep'",
                place.home.database()
            );
            eventually("all reads are sent, and one sleeps", || {
                place.sent.count() == before + 10 && server.psql("postgres", &kill) == "1"
            })
            .await;
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

/// A connection that nobody hears of: its server has stopped, and no bytes tell. Readers who give up
/// do not make it better; the first who asks after half a minute gets another one.
#[test]
fn a_connection_that_is_silent_is_replaced() {
    if !orm_tests::postgres::available() {
        return;
    }
    // One thread: its clock can be put forward.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let server = orm_tests::PgServer::start();
        let engine = AsyncEngine::<AsyncPgConnection>::builder()
            .url(server.url())
            .name("till")
            .pool_size(1)
            .max_overflow(0)
            .pool_timeout(Duration::from_secs(4))
            .open()
            .await
            .unwrap();
        engine.create_all(schema![Account]).await.unwrap();
        let row = NewAccount { id: 7, cents: 7 };
        engine.session().await.unwrap().insert(row).await.unwrap();
        let pooled = server.connections();
        let pipeline = engine.pipeline().await.unwrap();
        assert_eq!(cents(&pipeline, 7).await.unwrap(), 7);
        let mut own = server.connections();
        own.retain(|one| pooled.iter().all(|other| other.id != one.id));
        assert_eq!(own.len(), 1);

        // One that answers is asked, and kept.
        half_a_minute_later().await;
        assert_eq!(cents(&pipeline, 7).await.unwrap(), 7);
        let ids = |mut all: Vec<orm_tests::connection::Connection>| {
            all.retain(|one| own.iter().any(|other| other.id == one.id));
            all.len()
        };
        assert_eq!(ids(server.connections()), 1);
        assert_eq!(server.connections().len(), 2);

        crate::place::signal(&own, "-STOP");
        let within = Duration::from_millis(100);
        for _ in 0..3 {
            let read = tokio::time::timeout(within, cents(&pipeline, 7)).await;
            assert!(read.is_err(), "it does not answer");
        }
        half_a_minute_later().await;
        // None of these waits as long as the connection is waited for.
        let mut rounds = 0;
        loop {
            let reads = join_all((0..5).map(|_| cents(&pipeline, 7)));
            if let Ok(reads) = tokio::time::timeout(within, reads).await {
                for read in reads {
                    assert_eq!(read.unwrap(), 7);
                }
                break;
            }
            rounds += 1;
            assert!(rounds < 200, "another connection answers");
        }
        crate::place::signal(&own, "-CONT");
    });
}

async fn half_a_minute_later() {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(31)).await;
    tokio::time::resume();
}

#[test]
fn a_pipeline_is_opened_in_time_or_not_at_all() {
    run(async {
        let Some((_, place)) = opened("swallowed_pipeline").await else {
            return;
        };
        let (proxy, url) = super::servers::network::proxied(&place.home.url);
        let engine = AsyncEngine::<AsyncPgConnection>::builder()
            .url(url)
            .name("till")
            .pool_timeout(Duration::from_secs(1))
            .open()
            .await
            .unwrap();
        let pipeline = engine.pipeline().await.unwrap();
        let long = Duration::from_secs(20);
        proxy.blackhole();
        let opening = tokio::time::timeout(long, engine.pipeline()).await;
        let error = opening.expect("in time").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect);
        assert!(error.to_string().contains("within 1s"), "{error}");

        // All who wait for the one that opens another wait no longer than it does.
        proxy.cut();
        let lost = tokio::time::timeout(long, cents(&pipeline, 7)).await;
        assert_eq!(
            lost.expect("it is cut").unwrap_err().kind(),
            ErrorKind::Connect
        );
        let reads = join_all((0..10).map(|_| cents(&pipeline, 7)));
        let reads = tokio::time::timeout(Duration::from_secs(5), reads).await;
        for read in reads.expect("in time") {
            assert_eq!(read.unwrap_err().kind(), ErrorKind::Connect);
        }
        proxy.resume();
        assert_eq!(cents(&pipeline, 7).await.unwrap(), 7);
    });
}
