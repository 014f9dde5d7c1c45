//! A cluster's operations dropped in the midst: each shard has all of its part or nothing, and its
//! pool is as large as before.

use std::time::Duration;

use orm_core::aio::prelude::*;
use orm_core::event::Event;
use orm_shard::aio::prelude::*;

use crate::cut::{Cut, Numbers, Sent, drop_after};
use crate::place::{Home, Homed, SIZE};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(shard_key = id)]
pub(crate) struct Parcel {
    pub(crate) id: i64,
    pub(crate) weight: i64,
}

struct Shards<C: Homed> {
    cluster: AsyncCluster<C>,
    homes: Vec<Home>,
    sent: Sent,
}

impl<C: Homed> Shards<C> {
    async fn open(topic: &str) -> Option<Self> {
        let homes: Vec<_> = (0..3).map_while(|_| C::home(topic)).collect();
        if homes.is_empty() {
            return None;
        }
        let sent = Sent::default();
        let noted = sent.clone();
        let mut builder = AsyncCluster::<C>::builder();
        for (number, home) in homes.iter().enumerate() {
            builder = builder.shard(format!("s{number}"), home.url.as_str());
        }
        let cluster = builder
            .strategy(Modulo)
            .pool_size(u32::try_from(SIZE).expect("a few"))
            .max_overflow(0)
            .pool_timeout(Duration::from_secs(10))
            .observe(move |event: Event<'_>| {
                if let Event::Query { .. } = event {
                    noted.note();
                }
            })
            .open()
            .await
            .expect("fresh databases open");
        cluster
            .create_all(schema![Parcel])
            .await
            .expect("fresh tables");
        Some(Shards {
            cluster,
            homes,
            sent,
        })
    }

    /// All connections of all pools can be had, and the servers have no others.
    async fn are_whole(&self) {
        for (engine, home) in self.cluster.engines().iter().zip(&self.homes) {
            let mut all = Vec::new();
            for _ in 0..SIZE {
                all.push(engine.session().await.expect("a connection is free"));
            }
            drop(all);
            home.rests(SIZE).await;
            let state = engine.pool().state();
            assert_eq!((state.connections, state.idle), (SIZE, SIZE), "{state:?}");
        }
    }
}

const ROWS: i64 = 30;

macro_rules! on_shards {
    ($name:ident, |$shards:ident| $body:block) => {
        mod $name {
            use super::*;

            shard_test!(sqlite, AsyncSqliteConnection, $name, $shards, $body);
            #[cfg(feature = "postgres")]
            shard_test!(postgres, AsyncPgConnection, $name, $shards, $body);
            #[cfg(feature = "mysql")]
            shard_test!(mysql, AsyncMysqlConnection, $name, $shards, $body);
        }
    };
}

macro_rules! shard_test {
    ($database:ident, $conn:ident, $name:ident, $shards:ident, $body:block) => {
        #[test]
        fn $database() {
            crate::form::asynchronous::run(async {
                let open = Shards::<orm_core::aio::$conn>::open(stringify!($name)).await;
                let Some($shards) = open else { return };
                $body
            });
        }
    };
}

on_shards!(
    an_insert_of_many_is_all_or_nothing_on_each_shard,
    |shards| {
        let mut first = 0;
        for cut in Cut::EACH {
            let mut numbers = Numbers::up_to(3);
            loop {
                let rows = (first..first + ROWS).map(|id| NewParcel { id, weight: 1 });
                first += ROWS;
                let insert = shards.cluster.insert_many(rows);
                let done = cut.at(numbers.next(), &shards.sent, insert).await;
                if let Some(rows) = &done {
                    let rows = rows.as_ref().expect("nothing is in its way").len();
                    assert_eq!(rows, usize::try_from(ROWS).unwrap());
                }
                if numbers.is_enough(done.is_none()) {
                    break;
                }
            }
        }
        shards.are_whole().await;
        for engine in shards.cluster.engines() {
            let mut session = engine.session().await.unwrap();
            let rows: Vec<Parcel> = parcels::table
                .select(parcels::all_columns)
                .load(&mut session)
                .await
                .unwrap();
            let mut groups = std::collections::BTreeMap::<i64, i64>::new();
            for row in rows {
                *groups.entry(row.id / ROWS).or_default() += 1;
            }
            assert!(groups.values().all(|rows| *rows == ROWS / 3), "{groups:?}");
            assert!(!groups.is_empty());
        }
    }
);

on_shards!(a_scattered_query_is_dropped, |shards| {
    let rows = (0..ROWS).map(|id| NewParcel { id, weight: 1 });
    shards.cluster.insert_many(rows).await.unwrap();
    let mut numbers = Numbers::up_to(2);
    loop {
        let query = Parcel::query().scatter().order_by(parcels::id.asc());
        let load = query.load(&shards.cluster);
        let done = drop_after(numbers.next(), &shards.sent, load).await;
        if let Some(rows) = &done {
            let rows = rows.as_ref().expect("nothing is in its way");
            let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
            assert_eq!(ids, (0..ROWS).collect::<Vec<_>>());
        }
        if numbers.is_enough(done.is_none()) {
            break;
        }
    }
    shards.are_whole().await;
});

on_shards!(a_shard_that_fails_costs_the_others_nothing, |shards| {
    const MANY: i64 = 3000;
    let rows = (0..MANY).map(|id| NewParcel { id, weight: 1 });
    shards.cluster.insert_many(rows).await.unwrap();
    let engines = shards.cluster.engines();
    let open = || {
        let states = engines.iter().map(|engine| engine.pool().state());
        states
            .map(|state| (state.connections, state.idle))
            .collect::<Vec<_>>()
    };
    let before = open();
    // Two fail at once, while the first still reads.
    for engine in &engines[1..] {
        engine.drop_all(schema![Parcel]).await.unwrap();
    }
    for _ in 0..20 {
        let all = Parcel::query().scatter().order_by(parcels::id.asc());
        let error = all.load(&shards.cluster).await.unwrap_err();
        assert_eq!(error.database(), Some("s1"), "{error}");
        assert_eq!(open(), before);
        let count = Parcel::query().scatter().count(&shards.cluster).await;
        assert_eq!(count.unwrap_err().database(), Some("s1"));
        assert_eq!(open(), before);
    }
});
