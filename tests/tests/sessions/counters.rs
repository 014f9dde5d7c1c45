//! One row that many add to at the same time: no way of doing it loses an addition.

use std::time::Duration;

use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Counter {
    #[model(generated)]
    id: i64,
    total: i64,
    #[model(version)]
    version: i32,
}

/// How many add, each on a connection of its own.
const MANY: u32 = 16;

/// How often each of them does.
const EACH: u32 = 10;

/// An engine on which all can be at work, and a counter.
macro_rules! engine {
    ($place:ident) => {
        form!({
            $place.create_all(schema![Counter]).await.unwrap();
            let engine = Engine::<Conn>::builder()
                .url($place.url.as_str())
                .pool_size(MANY)
                .max_overflow(0)
                .open()
                .await
                .unwrap();
            let mut session = engine.session().await.unwrap();
            session.insert(NewCounter { total: 0 }).await.unwrap();
            drop(session);
            engine
        })
    };
}

/// Every addition is there, and each is a version.
macro_rules! exact {
    ($engine:ident, $first:ident) => {
        form!({
            let counter = $engine.session().await.unwrap().get::<Counter>(1).await;
            let counter = counter.unwrap().unwrap();
            assert_eq!(counter.total, i64::from(MANY * EACH));
            let versions = i64::from(counter.version) - i64::from($first);
            assert_eq!(versions, i64::from(MANY * EACH));
        })
    };
}

macro_rules! first_version {
    ($engine:ident) => {
        form!({
            let counter = $engine.session().await.unwrap().get::<Counter>(1).await;
            counter.unwrap().unwrap().version
        })
    };
}

scenario!(additions_by_versions_are_exact, |place| {
    let engine = engine!(place);
    let first = first_version!(engine);
    at_once!(MANY, engine.clone(), async |engine| {
        let mut session = engine.session().await.unwrap();
        for _ in 0..EACH {
            loop {
                let counter = session.get::<Counter>(1).await.unwrap().unwrap();
                let total = counter.total + 1;
                match session.update(counter.edit().total(total)).await {
                    Ok(_) => break,
                    Err(error) => assert!(error.is_stale() || error.is_retryable(), "{error}"),
                }
            }
        }
    });
    exact!(engine, first);
});

scenario!(additions_under_a_lock_are_exact, |place| {
    let engine = engine!(place);
    let first = first_version!(engine);
    at_once!(MANY, engine.clone(), async |engine| {
        // As long as it takes: nobody is passed over for ever.
        let options = TransactionOptions::new().lock_timeout(Duration::from_secs(300));
        for _ in 0..EACH {
            engine
                .transaction_with(&options, async |tx| {
                    let one = Counter::query().filter(counters::id.eq(1));
                    let counter = one.for_update().first(&mut *tx).await?;
                    tx.update(Counter::patch(1).total(counter.total + 1)).await
                })
                .await
                .unwrap();
        }
    });
    exact!(engine, first);
});

scenario!(additions_that_are_run_again_are_exact, |place| {
    let engine = engine!(place);
    let first = first_version!(engine);
    at_once!(MANY, engine.clone(), async |engine| {
        let longest = Duration::from_millis(100);
        let retry = TransactionOptions::new()
            .serializable()
            .retry(10_000)
            .backoff(Duration::from_millis(2), longest);
        for _ in 0..EACH {
            engine
                .transaction_retry(&retry, async |tx| {
                    let counter = tx.get::<Counter>(1).await?.expect("it is there");
                    tx.update(Counter::patch(1).total(counter.total + 1)).await
                })
                .await
                .unwrap();
        }
    });
    exact!(engine, first);
});
