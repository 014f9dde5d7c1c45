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
    }
);

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
