//! Statements: each is told of when it is sent and when it is finished, with its rows or its error.

use orm_core::backend::Database;
use orm_core::diesel;
use orm_core::vocabulary::*;

use super::seen::{Person, Seen, observed, people, person};

/// An insert gives its row back, or the row is read again.
fn inserted(database: Database) -> Vec<&'static str> {
    match database {
        Database::Mysql => vec!["INSERT people 1", "SELECT people 1"],
        _ => vec!["INSERT people 1"],
    }
}

scenario!(a_statement_is_told_of_with_its_rows, |place| {
    place.create_all(schema![Person]).await.unwrap();
    let seen = Seen::default();
    let engine = observed!(place, seen.observer());
    assert_eq!(seen.lines()[0], "open");
    let mut session = engine.session().await.unwrap();
    seen.lines();

    let ann = session.insert(person("Ann")).await.unwrap();
    assert_eq!(seen.lines(), inserted(place.database));
    session.insert(person("Bob")).await.unwrap();
    seen.lines();

    assert!(session.get::<Person>(ann.id).await.unwrap().is_some());
    assert!(session.get::<Person>(0).await.unwrap().is_none());
    assert_eq!(seen.lines(), ["SELECT people 1", "SELECT people 0"]);

    let all: Vec<Person> = Person::query().load(&mut session).await.unwrap();
    let names = Person::query().select(people::name);
    let first: String = names.first(&mut session).await.unwrap();
    assert!(!first.is_empty());
    assert_eq!(Person::query().count(&mut session).await.unwrap(), 2);
    assert_eq!(all.len(), 2);
    let expected = ["SELECT people 2", "SELECT people 1", "SELECT people 1"];
    assert_eq!(seen.lines(), expected);

    session
        .update(Person::patch(ann.id).name("Anne"))
        .await
        .unwrap();
    assert_eq!(seen.lines(), ["UPDATE people 1"]);

    // Diesel's own, on the same session.
    let ids: Vec<i64> = people::table
        .select(people::id)
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(ids.len(), 2);
    let gone = diesel::delete(people::table)
        .execute(&mut session)
        .await
        .unwrap();
    assert_eq!(gone, 2);
    assert_eq!(seen.lines(), ["SELECT people 2", "DELETE people 2"]);
    assert_eq!(seen.under_way(), 0);
});

scenario!(a_statement_that_fails_says_how, |place| {
    place.create_all(schema![Person]).await.unwrap();
    let seen = Seen::default();
    let engine = observed!(place, seen.observer());
    let mut session = engine.session().await.unwrap();
    session.insert(person("Ann")).await.unwrap();
    seen.lines();

    session.insert(person("Ann")).await.unwrap_err();
    assert_eq!(seen.lines(), ["INSERT people Invalid"]);

    let again = diesel::insert_into(people::table).values(people::name.eq("Ann"));
    again.execute(&mut session).await.unwrap_err();
    assert_eq!(seen.lines(), ["INSERT people Invalid"]);

    let nonsense = diesel::sql_query("SELECT nonsense FROM people");
    nonsense.execute(&mut session).await.unwrap_err();
    assert_eq!(seen.lines(), ["SELECT people Database"]);
    assert_eq!(seen.under_way(), 0);
});

// RETURNING fails when its first row is read, where the rows are read one by one.
scenario!(
    returning(a_row_that_fails_is_an_error_of_its_statement),
    |place| {
        place.create_all(schema![Person]).await.unwrap();
        let seen = Seen::default();
        let engine = observed!(place, seen.observer());
        let mut session = engine.session().await.unwrap();
        session.insert(person("Ann")).await.unwrap();
        seen.lines();
        let again = diesel::insert_into(people::table).values(people::name.eq("Ann"));
        let failed: QueryResult<Vec<i64>> =
            again.returning(people::id).get_results(&mut session).await;
        failed.unwrap_err();
        assert_eq!(seen.lines(), ["INSERT people Invalid"]);
        assert_eq!(seen.under_way(), 0);
    }
);

scenario!(what_is_sent_past_a_session_is_told_of_at_once, |place| {
    place.create_all(schema![Person]).await.unwrap();
    let seen = Seen::default();
    let engine = observed!(place, seen.observer());
    let mut session = engine.session().await.unwrap();
    seen.lines();
    let delete = diesel::delete(people::table);
    delete.execute(session.connection()).await.unwrap();
    assert_eq!(seen.lines(), ["DELETE people"]);
    drop(session);
    drop(engine);
    assert_eq!(seen.under_way(), 0);
});

scenario!(
    another_instrumentation_does_not_close_the_connection,
    |place| {
        place.create_all(schema![Person]).await.unwrap();
        let seen = Seen::default();
        let engine = observed!(place, seen.observer());
        let mut session = engine.session().await.unwrap();
        seen.lines();
        let nobody = |_: diesel::connection::InstrumentationEvent<'_>| {};
        Connection::set_instrumentation(&mut session, nobody);
        assert!(session.get::<Person>(1).await.unwrap().is_none());
        assert_eq!(seen.lines(), [""; 0]);
        // The next one is observed.
        for past in [false, true] {
            drop(session);
            session = engine.session().await.unwrap();
            assert!(session.get::<Person>(1).await.unwrap().is_none());
            // An async connection of MariaDB that was lent is closed, and this is another one.
            let lines = seen.lines();
            assert_eq!(lines.last().unwrap(), "SELECT people 0", "{lines:?}");
            if !past {
                Connection::set_instrumentation(session.connection(), nobody);
            }
        }
    }
);

mod kind {
    use orm_core::vocabulary::*;

    /// What people are called.
    #[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
    pub(super) enum Kind {
        Good,
    }

    #[derive(Model, Debug)]
    #[model(table = "people")]
    pub(super) struct Kindly {
        #[model(generated)]
        pub(super) id: i64,
        pub(super) name: Kind,
    }
}

// The rows came, and one of them is none of these.
scenario!(a_row_that_cannot_be_read_is_an_error, |place| {
    place.create_all(schema![Person]).await.unwrap();
    let mut session = place.session().await.unwrap();
    session.insert(person("Ann")).await.unwrap();
    drop(session);
    let seen = Seen::default();
    let engine = observed!(place, seen.observer());
    let mut session = engine.session().await.unwrap();
    seen.lines();
    let failed: orm_core::Result<Vec<kind::Kindly>> =
        kind::Kindly::query().load(&mut session).await;
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::Conversion);
    assert_eq!(seen.lines(), ["SELECT people Conversion"]);
    let found: Vec<Person> = Person::query().load(&mut session).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(seen.lines(), ["SELECT people 1"]);
});

// The statement is not sent, and ends all the same: other observers have noted its begin.
scenario!(
    sync(an_observer_that_panics_leaves_none_under_way),
    |place| {
        use orm_core::event::Event;
        use std::panic::{AssertUnwindSafe, catch_unwind};

        let seen = Seen::default();
        let panics = |event: Event<'_>| {
            if let Event::Query { sql, .. } = event {
                assert!(!sql.contains("'no'"), "not that");
            }
        };
        let engine = observed!(place, seen.observer(), observe(panics));
        let mut session = engine.session().await.unwrap();
        seen.lines();
        let sent = AssertUnwindSafe(|| session.batch_execute("SELECT 'no'"));
        catch_unwind(sent).unwrap_err();
        drop(session);
        drop(engine);
        // A thread of the pool may be the last to have the connection.
        let late = std::time::Instant::now() + std::time::Duration::from_secs(30);
        while seen.under_way() > 0 && std::time::Instant::now() < late {
            std::thread::yield_now();
        }
        assert_eq!(seen.lines()[0], "SELECT Interrupted");
        assert_eq!(seen.under_way(), 0);
    }
);

// What cannot be used is told of as what cannot be reached.
scenario!(a_connection_that_cannot_be_set_up_failed, |place| {
    let seen = Seen::default();
    let builder = Engine::<Conn>::builder().url(place.url.as_str());
    let builder = builder.on_connect("SELEKT 1").observe(seen.observer());
    builder.open().await.unwrap_err();
    let lines = seen.lines();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].starts_with("Fail"), "{lines:?}");
    assert!(lines[0].ends_with("error: Database }"), "{lines:?}");
});

scenario!(what_nobody_sees_is_not_asked_for, |place| {
    let of = || Engine::<Conn>::builder().url(place.url.as_str());
    let zero = std::time::Duration::ZERO;
    for builder in [
        of().show_binds(),
        of().slow_queries(zero),
        of().observe(|_: orm_core::event::Event<'_>| {})
            .explain_slow_queries(),
    ] {
        let refused = builder.open().await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Config, "{refused}");
    }
});

scenario!(observers_are_told_in_their_order, |place| {
    let (first, second) = (Seen::default(), Seen::default());
    let (one, two) = (first.observer(), second.clone());
    let before = first.clone();
    let later = move |event: orm_core::event::Event<'_>| {
        assert_eq!(
            before.under_way(),
            usize::from(matches!(event, orm_core::event::Event::Query { .. }))
        );
        two.observer()(event);
    };
    let engine = observed!(place, one, observe(later));
    engine.create_all(schema![Person]).await.unwrap();
    assert!(!first.lines().is_empty());
    assert!(!second.lines().is_empty());
});

#[cfg(all(feature = "async", feature = "postgres"))]
mod left {
    use orm_core::aio::prelude::*;

    use super::*;
    use crate::place::asynchronous::postgres;

    /// A future that waits for the server is dropped.
    #[tokio::test]
    async fn a_statement_that_was_left_is_interrupted() {
        let Some(place) = postgres("a_statement_that_was_left").await else {
            return;
        };
        place.create_all(schema![Person]).await.unwrap();
        let seen = Seen::default();
        type Engine<C> = AsyncEngine<C>;
        type Conn = AsyncPgConnection;
        use crate::form::as_written as form;
        let engine = observed!(place, seen.observer());
        let mut session = engine.session().await.unwrap();
        seen.lines();
        {
            let mut get = session.get::<Person>(1);
            assert!(futures_util::poll!(&mut get).is_pending());
        }
        assert_eq!(seen.under_way(), 1);
        drop(session);
        assert_eq!(seen.lines()[0], "SELECT people Interrupted");
        assert_eq!(seen.under_way(), 0);
    }

    /// The connection of what was left is not used again, whatever observers do.
    #[tokio::test]
    async fn an_observer_that_panics_gives_no_busy_connection_back() {
        use orm_core::event::Event;

        let panics = |event: Event<'_>| {
            if let Event::Finished(done) = event {
                assert_ne!(done.error, Some(ErrorKind::Interrupted), "not that");
            }
        };
        use crate::form::as_written as form;
        type Engine<C> = AsyncEngine<C>;
        macro_rules! left {
            ($place:ident, $conn:ty, $long:expr) => {{
                type Conn = $conn;
                $place.create_all(schema![Person]).await.unwrap();
                let engine = observed!($place, panics);
                let mut session = engine.session().await.unwrap();
                {
                    let mut long = Box::pin(session.batch_execute($long));
                    assert!(futures_util::poll!(&mut long).is_pending());
                }
                drop(session);
                let mut session = engine.session().await.unwrap();
                assert!(session.get::<Person>(1).await.unwrap().is_none());
            }};
        }
        let file = crate::place::asynchronous::sqlite("a_panic_in_a_drop").await;
        let file = file.unwrap();
        let counts = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n \
                      LIMIT 5000000) SELECT COUNT(*) FROM n";
        left!(file, AsyncSqliteConnection, counts);
        let Some(place) = postgres("a_panic_in_a_drop").await else {
            return;
        };
        left!(place, AsyncPgConnection, "SELECT pg_sleep(60)");
    }

    /// A statement that was built and not sent does not hold up what is sent past the session.
    #[tokio::test]
    async fn what_was_never_sent_holds_nothing_up() {
        let place = crate::place::asynchronous::sqlite("what_was_never_sent").await;
        let place = place.unwrap();
        place.create_all(schema![Person]).await.unwrap();
        let seen = Seen::default();
        type Engine<C> = AsyncEngine<C>;
        type Conn = AsyncSqliteConnection;
        use crate::form::as_written as form;
        let engine = observed!(place, seen.observer());
        let mut session = engine.session().await.unwrap();
        drop(diesel::delete(people::table).execute(&mut session));
        seen.lines();
        let delete = diesel::delete(people::table);
        delete.execute(session.connection()).await.unwrap();
        assert_eq!(seen.lines(), ["DELETE people"]);
    }

    /// A network that swallows everything.
    #[tokio::test]
    async fn a_connection_that_is_waited_for_in_vain_failed() {
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = silent.local_addr().unwrap().port();
        let seen = Seen::default();
        let builder = AsyncEngine::<AsyncPgConnection>::builder();
        let builder = builder.url(format!("postgres://app@127.0.0.1:{port}/shop"));
        let builder = builder.pool_timeout(std::time::Duration::from_millis(50));
        builder.observe(seen.observer()).open().await.unwrap_err();
        let mut lines = Vec::new();
        // A task that opens has its own time, and is told of when that is over.
        let told = async {
            while !lines.iter().any(|line: &String| line.starts_with("Fail")) {
                tokio::task::yield_now().await;
                lines.extend(seen.lines());
            }
        };
        let _ = tokio::time::timeout(std::time::Duration::from_secs(30), told).await;
        assert!(
            lines
                .iter()
                .any(|line| line.starts_with("Fail") && line.ends_with("error: Connect }")),
            "{lines:?}"
        );
    }

    #[tokio::test]
    async fn the_connection_of_a_pipeline_is_opened_and_closed() {
        let Some(place) = postgres("the_connection_of_a_pipeline").await else {
            return;
        };
        let seen = Seen::default();
        type Engine<C> = AsyncEngine<C>;
        type Conn = AsyncPgConnection;
        use crate::form::as_written as form;
        let engine = observed!(place, seen.observer());
        seen.lines();
        let pipeline = engine.pipeline().await.unwrap();
        assert_eq!(seen.lines(), ["open"]);
        drop(pipeline);
        assert_eq!(seen.lines(), ["close"]);
    }

    #[tokio::test]
    async fn reads_of_a_pipeline_are_told_of() {
        let Some(place) = postgres("reads_of_a_pipeline").await else {
            return;
        };
        place.create_all(schema![Person]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let ann = session.insert(person("Ann")).await.unwrap();
        let seen = Seen::default();
        type Engine<C> = AsyncEngine<C>;
        type Conn = AsyncPgConnection;
        use crate::form::as_written as form;
        let engine = observed!(place, seen.observer());
        let pipeline = engine.pipeline().await.unwrap();
        seen.lines();
        let (one, all, none) = futures_util::join!(
            pipeline.get::<Person>(ann.id),
            Person::query().load(&pipeline),
            pipeline.get::<Person>(0),
        );
        assert!(one.unwrap().is_some() && none.unwrap().is_none());
        let all: Vec<Person> = all.unwrap();
        assert_eq!(all.len(), 1);
        let mut lines = seen.lines();
        lines.sort();
        let expected = ["SELECT people 0", "SELECT people 1", "SELECT people 1"];
        assert_eq!(lines, expected);
        {
            let mut get = pipeline.get::<Person>(1);
            assert!(futures_util::poll!(&mut get).is_pending());
        }
        assert_eq!(seen.lines(), ["SELECT people Interrupted"]);
        assert_eq!(seen.under_way(), 0);
    }
}
