//! The pool of an engine: how many connections it has, what it says of them, what it is told.

use std::time::Duration;

use orm_core::vocabulary::*;

/// Long enough for a new connection on a busy machine, and waited for where none comes.
const PATIENCE: Duration = Duration::from_secs(1);

/// A builder for the database of a place.
macro_rules! builder {
    ($place:ident) => {
        Engine::<Conn>::builder()
            .url($place.url.as_str())
            .name("till")
            .pool_timeout(PATIENCE)
    };
}

scenario!(defaults_are_those_that_are_documented, |place| {
    let engine = Engine::<Conn>::open(&place.url).await.unwrap();
    let state = engine.pool().state();
    assert_eq!((state.size, state.max_overflow), (5, 10));
    assert_eq!((state.connections, state.idle), (1, 1));
    assert_eq!(state.to_string(), "0 of 15 are in use, 1 idle, 0 waiting");
});

scenario!(
    overflow_is_opened_when_needed_and_closed_on_return,
    |place| {
        let engine = builder!(place)
            .pool_size(1)
            .max_overflow(1)
            .open()
            .await
            .unwrap();
        let first = engine.session().await.unwrap();
        let second = engine.session().await.unwrap();
        let state = engine.pool().state();
        assert_eq!((state.in_use, state.idle, state.overflow()), (2, 0, 1));
        drop(second);
        let state = engine.pool().state();
        assert_eq!((state.in_use, state.idle, state.overflow()), (1, 0, 0));
        drop(first);
        assert_eq!(engine.pool().state().idle, 1);
    }
);

scenario!(beyond_the_limit_the_error_has_the_figures, |place| {
    let engine = builder!(place)
        .pool_size(1)
        .max_overflow(1)
        .open()
        .await
        .unwrap();
    let held = [
        engine.session().await.unwrap(),
        engine.session().await.unwrap(),
    ];
    let error = engine.session().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PoolTimeout);
    assert_eq!(error.database(), Some("till"));
    let state = error.pool_state().expect("the figures");
    assert_eq!((state.in_use, state.idle, state.limit()), (2, 0, 2));
    let longest = state.longest.expect("two are in use");
    assert!(longest.location.file().ends_with("pool.rs"), "{longest:?}");
    assert!(longest.held_for >= PATIENCE, "{longest:?}");
    let text = error.to_string();
    for part in [
        "within 1s",
        "2 of 2 are in use, 0 idle",
        "longest in use: ",
        "pool.rs:",
    ] {
        assert!(text.contains(part), "{text}");
    }
    drop(held);
});

scenario!(each_connection_runs_what_it_is_told, |place| {
    let marks = "CREATE TEMPORARY TABLE marks (a INTEGER)";
    let builder = builder!(place).pool_size(2).max_overflow(1);
    let engine = builder
        .on_connect(marks)
        .on_connect("INSERT INTO marks VALUES (1)");
    let engine = engine.open().await.unwrap();
    let mut all = Vec::new();
    for _ in 0..3 {
        all.push(engine.session().await.unwrap());
    }
    for session in &mut all {
        session
            .batch_execute("UPDATE marks SET a = 2")
            .await
            .unwrap();
    }
    drop(all);
    let wrong = builder!(place).on_connect("SELEKT 1").open().await;
    let error = wrong.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Database, "{error}");
    assert_eq!(error.database(), Some("till"));
});

scenario!(connections_are_opened_in_advance, |place| {
    let engine = builder!(place)
        .pool_size(3)
        .max_overflow(2)
        .open()
        .await
        .unwrap();
    engine.pool().warm_up(2).await.unwrap();
    assert_eq!(engine.pool().state().idle, 2);
    let held = engine.session().await.unwrap();
    engine.pool().warm_up(20).await.unwrap();
    let state = engine.pool().state();
    assert_eq!((state.in_use, state.idle, state.connections), (1, 2, 3));
    drop(held);
});

scenario!(another_size_takes_effect_at_once, |place| {
    let engine = builder!(place)
        .pool_size(3)
        .max_overflow(0)
        .open()
        .await
        .unwrap();
    engine.pool().warm_up(3).await.unwrap();
    engine.pool().resize(1, 1).unwrap();
    assert_eq!(engine.pool().state().idle, 1);
    let held = [
        engine.session().await.unwrap(),
        engine.session().await.unwrap(),
    ];
    assert!(engine.session().await.is_err());
    engine.pool().resize(3, 0).unwrap();
    drop(engine.session().await.unwrap());
    drop(held);
    assert_eq!(engine.pool().state().idle, 3);
    let error = engine.pool().resize(0, 5).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
});

scenario!(a_drain_waits_for_what_is_in_use_and_is_for_good, |place| {
    let engine = builder!(place).pool_size(2).open().await.unwrap();
    engine.pool().warm_up(2).await.unwrap();
    let mut held = engine.session().await.unwrap();
    let error = engine
        .pool()
        .drain(Duration::from_millis(10))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PoolTimeout);
    assert_eq!(error.pool_state().expect("the figures").in_use, 1);
    let refused = engine.session().await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::PoolClosed);
    // Who has one goes on.
    held.batch_execute("SELECT 1").await.unwrap();
    drop(held);
    engine.pool().drain(PATIENCE).await.unwrap();
    let state = engine.pool().state();
    assert_eq!((state.connections, state.drained), (0, true));
});

scenario!(settings_that_make_no_sense_are_refused, |place| {
    let zero = Duration::ZERO;
    for (builder, name) in [
        (builder!(place).pool_size(0), "`pool_size` is 0"),
        (builder!(place).pool_timeout(zero), "`pool_timeout` is 0"),
        (builder!(place).pool_recycle(zero), "`pool_recycle` is 0"),
        (builder!(place).idle_timeout(zero), "`idle_timeout` is 0"),
        (builder!(place).keep_alive(zero), "`keep_alive` is 0"),
    ] {
        let error = builder.open().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(name), "{error}");
    }
    // No clock holds so much.
    let longest = builder!(place)
        .pool_recycle(Duration::MAX)
        .idle_timeout(Duration::MAX);
    let longest = longest
        .keep_alive(None)
        .ping_after(Duration::MAX)
        .open()
        .await
        .unwrap();
    drop(longest.session().await.unwrap());
});

scenario!(sqlite(a_database_in_memory_has_one_size), |_place| {
    let engine = Engine::<Conn>::open(":memory:").await.unwrap();
    let state = engine.pool().state();
    assert_eq!((state.limit(), state.connections), (1, 1));
    engine.pool().warm_up(5).await.unwrap();
    assert_eq!(engine.pool().state().connections, 1);
    let error = engine.pool().resize(2, 0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
});
