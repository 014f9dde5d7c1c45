//! What a pool does with connections that come back: nothing of one session is left for the next.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use orm_core::backend::Database;
use orm_core::diesel::sql_query;
use orm_core::event::{Event, PoolStep};
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Note {
    #[model(generated)]
    id: i64,
    #[model(length(1..=50))]
    text: String,
}

fn note(text: &str) -> NewNote {
    NewNote { text: text.into() }
}

/// An engine of one connection on the database of a place.
macro_rules! one {
    ($place:ident) => {
        Engine::<Conn>::builder()
            .url($place.url.as_str())
            .name("till")
            .pool_size(1)
            .max_overflow(0)
    };
}

/// What somebody sees.
macro_rules! texts {
    ($engine:expr) => {
        form! {{
            let mut session = $engine.session().await.unwrap();
            let found = Note::query().order_by(notes::id.asc()).select(notes::text);
            let texts: Vec<String> = found.load(&mut session).await.unwrap();
            texts
        }}
    };
}

scenario!(a_transaction_that_was_left_open_is_rolled_back, |place| {
    place.create_all(schema![Note]).await.unwrap();
    let engine = one!(place).open().await.unwrap();
    for way in 0..5 {
        let mut session = engine.session().await.unwrap();
        match way {
            0 => session.begin_test_transaction().await.unwrap(),
            1 => session.batch_execute("BEGIN").await.unwrap(),
            2 => session
                .batch_execute("SELECT 1; START TRANSACTION")
                .await
                .or_else(|error| match place.database {
                    // It has no such statement.
                    Database::Sqlite => Ok(()),
                    _ => Err(error),
                })
                .unwrap(),
            3 => {
                sql_query("BEGIN").execute(&mut session).await.unwrap();
            }
            _ => session.connection().batch_execute("BEGIN").await.unwrap(),
        }
        if place.database != Database::Sqlite || way != 2 {
            session.insert(note("left")).await.unwrap();
        }
        drop(session);
        let mut session = engine.session().await.unwrap();
        session.insert(note("kept")).await.unwrap();
        drop(session);
        assert_eq!(texts!(place).len(), way + 1, "begun in way {way}");
    }
    engine.pool().drain(Duration::from_secs(10)).await.unwrap();
    assert_eq!(texts!(place), ["kept"; 5]);
});

// MariaDB begins by itself then.
scenario!(mysql(autocommit_is_not_left_off), |place| {
    place.create_all(schema![Note]).await.unwrap();
    let engine = one!(place).open().await.unwrap();
    let mut session = engine.session().await.unwrap();
    session.batch_execute("SET autocommit = 0").await.unwrap();
    session.insert(note("left")).await.unwrap();
    drop(session);
    let mut session = engine.session().await.unwrap();
    session.insert(note("kept")).await.unwrap();
    drop(session);
    assert_eq!(texts!(place), ["kept"]);
});

scenario!(
    sqlite(a_database_in_memory_outlives_transactions),
    |_place| {
        let engine = Engine::<Conn>::open(":memory:").await.unwrap();
        engine.create_all(schema![Note]).await.unwrap();
        for by_text in [false, true] {
            let mut session = engine.session().await.unwrap();
            session.insert(note("kept")).await.unwrap();
            match by_text {
                false => session.begin_test_transaction().await.unwrap(),
                true => session.connection().batch_execute("BEGIN").await.unwrap(),
            }
            session.insert(note("left")).await.unwrap();
        }
        assert_eq!(texts!(engine), ["kept", "kept"]);
    }
);

/// A session that is dropped by a panic.
#[test]
fn a_database_in_memory_outlives_a_panic() {
    use orm_core::diesel::{Connection, SqliteConnection};
    let engine = orm_core::engine::Engine::<SqliteConnection>::open(":memory:").unwrap();
    engine.create_all(schema![Note]).unwrap();
    let panics: [&dyn Fn(); 3] = [
        &|| {
            let mut session = engine.session().unwrap();
            session.insert(note("kept")).unwrap();
            panic!("on purpose");
        },
        &|| {
            let mut session = engine.session().unwrap();
            let _: orm_core::Result<()> = session.transaction(|tx| {
                tx.insert(note("left"))?;
                panic!("on purpose");
            });
        },
        &|| {
            let mut session = engine.session().unwrap();
            let _: orm_core::diesel::QueryResult<()> =
                Connection::transaction(&mut session, |session| {
                    session.insert(note("left")).unwrap();
                    panic!("on purpose");
                });
        },
    ];
    for panics in panics {
        assert!(catch_unwind(AssertUnwindSafe(panics)).is_err());
        let mut session = engine.session().unwrap();
        assert_eq!(Note::query().count(&mut session).unwrap(), 1);
    }
}

#[cfg(feature = "async")]
#[test]
fn a_database_in_memory_outlives_work_that_panics() {
    use futures_util::FutureExt;
    use orm_core::diesel::SqliteConnection;
    let engine = orm_core::engine::Engine::<SqliteConnection>::open(":memory:").unwrap();
    engine.create_all(schema![Note]).unwrap();
    crate::form::asynchronous::run(async move {
        let panics = engine.run(|session| {
            session.insert(note("kept"))?;
            panic!("on purpose");
            #[expect(unreachable_code)]
            Ok::<_, orm_core::Error>(())
        });
        assert!(AssertUnwindSafe(panics).catch_unwind().await.is_err());
        let rows = engine.run(|session| Note::query().count(session)).await;
        assert_eq!(rows.unwrap(), 1);
    });
}

scenario!(a_crowd_is_told_that_the_pool_was_exhausted, |place| {
    let builder = one!(place).pool_timeout(Duration::from_millis(20));
    let engine = builder.open().await.unwrap();
    let kinds = at_once!(32, engine, async |engine| {
        let mut kinds = Vec::new();
        for _ in 0..4 {
            match engine.session().await {
                Ok(mut session) => session.batch_execute("SELECT 1").await.unwrap(),
                Err(error) => kinds.push(error.kind()),
            }
        }
        kinds
    });
    for kind in kinds.into_iter().flatten() {
        assert_eq!(kind, ErrorKind::PoolTimeout);
    }
});

scenario!(who_holds_a_connection_is_named_by_the_program, |place| {
    let builder = one!(place).pool_timeout(Duration::from_millis(50));
    let engine = builder.open().await.unwrap();
    macro_rules! names_this_file {
        ($tx:ident) => {{
            let error = engine.session().await.unwrap_err();
            let state = *error.pool_state().expect("the figures");
            let file = state.longest.expect("one is in use").location.file();
            assert!(file.ends_with("pool_returns.rs"), "{file}");
            Ok::<_, orm_core::Error>(())
        }};
    }
    let done = engine.transaction(async |_tx| names_this_file!(_tx)).await;
    done.unwrap();
    let options = TransactionOptions::new();
    let done = engine.transaction_with(&options, async |_tx| names_this_file!(_tx));
    done.await.unwrap();
    let retry = options.retry(2);
    let done = engine.transaction_retry(&retry, async |_tx| names_this_file!(_tx));
    done.await.unwrap();
});

scenario!(observers_are_told_who_is_lent_what, |place| {
    let told: Arc<Mutex<Vec<&'static str>>> = Arc::default();
    let notes = told.clone();
    let builder =
        one!(place)
            .pool_timeout(Duration::from_millis(50))
            .observe(move |event: Event<'_>| {
                let Event::Pool(pool) = event else { return };
                notes.lock().unwrap().push(match pool.step {
                    PoolStep::Open { .. } => "open",
                    PoolStep::CheckOut { .. } => "out",
                    PoolStep::CheckIn { .. } => "in",
                    PoolStep::Timeout { .. } => "timeout",
                    _ => "other",
                });
            });
    let engine = builder.open().await.unwrap();
    let told = || std::mem::take(&mut *told.lock().unwrap());
    assert_eq!(told(), ["open", "out", "in"]);
    let session = engine.session().await.unwrap();
    assert_eq!(told(), ["out"]);
    engine.session().await.unwrap_err();
    assert_eq!(told(), ["timeout"]);
    drop(session);
    assert_eq!(told(), ["in"]);
});

// What a server passes on from elsewhere may read like libpq's own words.
scenario!(
    postgres(an_error_that_reads_like_the_drivers_is_sent_once),
    |place| {
        drop(place.session().await.unwrap());
        place.sent();
        let mut session = place.session().await.unwrap();
        let raise = "DO $$ BEGIN RAISE EXCEPTION 'no connection to the server'; END $$";
        session.batch_execute(raise).await.unwrap_err();
        drop(session);
        assert_eq!(place.sent(), [raise]);
    }
);
