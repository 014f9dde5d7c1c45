//! Slow queries and their plans: taken on the same connection, without running anything again.

use std::time::Duration;

use orm_core::backend::Database;
use orm_core::vocabulary::*;

use super::seen::{Person, Seen, observed, people, person};

/// What was slow; what is sent for the plans themselves is not.
fn slow(seen: &Seen) -> Vec<String> {
    let lines = seen.lines().into_iter();
    lines.filter(|line| line.starts_with("slow ")).collect()
}

fn has_plan(database: Database, line: &str) -> bool {
    let (_, plan) = line.split_once(": ").unwrap();
    match database {
        Database::Sqlite => plan.contains("SEARCH people") || plan.contains("SCAN people"),
        Database::Postgres => plan.contains("Scan") && plan.contains("on people"),
        Database::Mysql => plan == "no plan",
        _ => false,
    }
}

scenario!(a_slow_query_comes_with_its_plan, |place| {
    place.create_all(schema![Person]).await.unwrap();
    let seen = Seen::default();
    let none = Duration::ZERO;
    let engine = observed!(
        place,
        seen.observer(),
        slow_queries(none),
        explain_slow_queries()
    );
    let mut session = engine.session().await.unwrap();
    let ann = session.insert(person("marked-4Tz9-value")).await.unwrap();
    seen.lines();

    session.get::<Person>(ann.id).await.unwrap();
    let lines = slow(&seen);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(has_plan(place.database, &lines[0]), "{lines:?}");

    session
        .update(Person::patch(ann.id).name("marked-4Tz9-other"))
        .await
        .unwrap();
    let lines = slow(&seen);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(has_plan(place.database, &lines[0]), "{lines:?}");

    // Rows that Diesel reads: at latest when the session ends.
    let marked = Person::query().filter(people::name.eq("marked-4Tz9-other"));
    let found: Vec<Person> = marked.load(&mut session).await.unwrap();
    assert_eq!(found.len(), 1);
    drop(session);
    let lines = slow(&seen);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(has_plan(place.database, &lines[0]), "{lines:?}");
    assert!(!lines[0].contains("marked-4Tz9"), "{lines:?}");

    let mut session = engine.session().await.unwrap();
    assert_eq!(Person::query().count(&mut session).await.unwrap(), 1);
    assert_eq!(seen.under_way(), 0);
});

scenario!(a_plan_waits_for_the_end_of_its_transaction, |place| {
    place.create_all(schema![Person]).await.unwrap();
    let seen = Seen::default();
    let none = Duration::ZERO;
    let engine = observed!(
        place,
        seen.observer(),
        slow_queries(none),
        explain_slow_queries()
    );
    let mut session = engine.session().await.unwrap();
    for commits in [true, false] {
        seen.lines();
        let done: Result<(), orm_core::Error> = session
            .transaction(async |tx| {
                tx.get::<Person>(1).await?;
                // Undone by the rollback, or kept: and written once.
                tx.insert(person("Ann")).await?;
                match commits {
                    true => Ok(()),
                    false => Err(orm_core::Error::new(ErrorKind::Refused, "no")),
                }
            })
            .await;
        assert_eq!(done.is_ok(), commits);
        let lines = seen.lines();
        let ended = ["commit 1", "rollback 1"];
        let end = lines
            .iter()
            .position(|line| ended.contains(&line.as_str()))
            .unwrap();
        let is_slow = |line: &&String| line.starts_with("slow SELECT") && line.contains("people");
        let read = lines.iter().position(|line| is_slow(&line)).unwrap();
        assert_eq!(read > end, place.database != Database::Mysql, "{lines:#?}");
        assert!(has_plan(place.database, &lines[read]), "{lines:#?}");
        let delete = orm_core::diesel::delete(people::table);
        let gone = delete.execute(&mut session).await.unwrap();
        assert_eq!(gone, usize::from(commits));
    }
    assert_eq!(seen.under_way(), 0);
});

// A statement that failed has no plan, and one that the database gives no plan of is none's error.
scenario!(what_has_no_plan_is_slow_without, |place| {
    place.create_all(schema![Person]).await.unwrap();
    let seen = Seen::default();
    let none = Duration::ZERO;
    let engine = observed!(
        place,
        seen.observer(),
        slow_queries(none),
        explain_slow_queries()
    );
    let mut session = engine.session().await.unwrap();
    session.insert(person("Ann")).await.unwrap();
    seen.lines();
    session.insert(person("Ann")).await.unwrap_err();
    let lines = slow(&seen);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].ends_with("no plan"), "{lines:?}");
    session
        .batch_execute("DELETE FROM people; DELETE FROM people")
        .await
        .unwrap();
    let lines = slow(&seen);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].ends_with("no plan"), "{lines:?}");
    assert!(session.get::<Person>(1).await.unwrap().is_none());
});

// A plan is taken in the midst of it, and does not end it. Of a nested comment, or of dollars, other
// readers of the text would see no BEGIN, or one where there is none.
scenario!(
    a_transaction_that_was_begun_by_hand_is_left_alone,
    |place| {
        place.create_all(schema![Person]).await.unwrap();
        let seen = Seen::default();
        let none = Duration::ZERO;
        let engine = observed!(
            place,
            seen.observer(),
            slow_queries(none),
            explain_slow_queries()
        );
        let mut session = engine.session().await.unwrap();
        let begins = match place.database {
            Database::Postgres => "/* a /* b */ c */ BEGIN",
            _ => "/* a */ BEGIN",
        };
        for begin in ["BEGIN", begins] {
            session.batch_execute(begin).await.unwrap();
            session.insert(person("Ann")).await.unwrap();
            session.get::<Person>(1).await.unwrap();
            session.batch_execute("ROLLBACK").await.unwrap();
            assert_eq!(Person::query().count(&mut session).await.unwrap(), 0);
            seen.lines();
        }
        if place.database == Database::Postgres {
            let text = "DO $orm$ DECLARE said text; BEGIN said := 'a'; END $orm$";
            session.batch_execute(text).await.unwrap();
        }
        session.get::<Person>(1).await.unwrap();
        seen.lines();
        session.get::<Person>(1).await.unwrap();
        let lines = slow(&seen);
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(has_plan(place.database, &lines[0]), "{lines:?}");
    }
);

// The rows are read while the connection is lent: the plan is taken before the next statement.
scenario!(sync(rows_that_are_read_have_their_plan_next), |place| {
    place.create_all(schema![Person]).await.unwrap();
    let seen = Seen::default();
    let none = Duration::ZERO;
    let engine = observed!(
        place,
        seen.observer(),
        slow_queries(none),
        explain_slow_queries()
    );
    let mut session = engine.session().await.unwrap();
    let load = |session: &mut Session<Conn>| -> Vec<String> {
        let names = Person::query().select(people::name);
        names.load(session).unwrap()
    };
    load(&mut session);
    load(&mut session);
    let lines = seen.lines();
    let read = lines.iter().rposition(|line| line == "SELECT people 0");
    let is_told = |line: &String| line.starts_with("slow ");
    let told = lines.iter().position(is_told).unwrap();
    assert!(told < read.unwrap(), "{lines:#?}");
    assert!(has_plan(place.database, &lines[told]), "{lines:#?}");
});

// Nothing that is set for a plan is left, and no statement fails for one: not either where the database
// cannot guess the types of what was bound.
scenario!(postgres(plans_leave_nothing_behind), |place| {
    use orm_core::diesel::sql_types::Text;

    place.create_all(schema![Person]).await.unwrap();
    macro_rules! explained {
        ($engine:expr, $seen:ident) => {
            form!({
                let engine = $engine;
                let mut session = engine.session().await.unwrap();
                session.get::<Person>(1).await.unwrap();
                let typed = orm_core::diesel::sql_query("SELECT 1 WHERE $1 IS NULL");
                let typed = typed.bind::<Text, _>("x").execute(&mut session).await;
                typed.unwrap();
                let day = "SELECT name FROM people WHERE name || '$orm$' = $1";
                let day = orm_core::diesel::sql_query(day).bind::<Text, _>("x");
                day.execute(&mut session).await.unwrap();
                let lines = $seen.lines();
                let fails = |line: &&String| line.contains("Database");
                assert_eq!(lines.iter().find(fails), None, "{lines:#?}");
                let slow = lines.iter().filter(|line| line.starts_with("slow SELECT"));
                let plans = slow.filter(|line| line.contains("Scan")).count();
                assert!(plans > 0, "{lines:#?}");
                for (setting, value) in [("plan_cache_mode", "auto"), ("lock_timeout", "0")] {
                    let asks = format!(
                        "DO $$ BEGIN ASSERT current_setting('{setting}') = '{value}'; END $$"
                    );
                    session.batch_execute(&asks).await.unwrap();
                }
                let none = "DO $$ BEGIN ASSERT NOT EXISTS \
                    (SELECT FROM pg_prepared_statements WHERE name = 'orm_plan'); END $$";
                session.batch_execute(none).await.unwrap();
            })
        };
    }
    let none = Duration::ZERO;
    let seen = Seen::default();
    let engine = observed!(
        place,
        seen.observer(),
        slow_queries(none),
        explain_slow_queries()
    );
    explained!(engine, seen);
    let test = Engine::<Conn>::builder()
        .url(place.url.as_str())
        .test_transaction()
        .slow_queries(none)
        .explain_slow_queries()
        .observe(seen.observer())
        .open()
        .await
        .unwrap();
    explained!(test, seen);
});

scenario!(what_is_quick_is_not_slow, |place| {
    let seen = Seen::default();
    let year = Duration::from_secs(365 * 24 * 60 * 60);
    let engine = observed!(
        place,
        seen.observer(),
        slow_queries(year),
        explain_slow_queries()
    );
    engine.create_all(schema![Person]).await.unwrap();
    assert_eq!(slow(&seen), [""; 0]);
});

#[cfg(feature = "async")]
mod left {
    use std::sync::{Arc, Mutex};

    use orm_core::aio::prelude::*;
    use orm_core::event::Event;

    use super::*;
    use crate::form::as_written as form;

    /// A request that is given up while its plan is taken tells of what was slow all the same. On
    /// PostgreSQL the task that reads the answer has its turn after this one.
    #[cfg(feature = "postgres")]
    #[tokio::test]
    async fn a_plan_that_is_given_up_is_told_as_none() {
        type Engine<C> = AsyncEngine<C>;
        type Conn = AsyncPgConnection;
        let topic = "a_plan_that_is_given_up";
        let Some(place) = crate::place::asynchronous::postgres(topic).await else {
            return;
        };
        place.create_all(schema![Person]).await.unwrap();
        let seen = Seen::default();
        let none = Duration::ZERO;
        let asked = Arc::new(Mutex::new(false));
        let notes = asked.clone();
        let asks = move |event: Event<'_>| {
            if let Event::Query { sql, .. } = event {
                *notes.lock().unwrap() |= sql.contains("EXPLAIN EXECUTE");
            }
        };
        let engine = observed!(
            place,
            seen.observer(),
            observe(asks),
            slow_queries(none),
            explain_slow_queries()
        );
        let mut session = engine.session().await.unwrap();
        let mut get = session.get::<Person>(1);
        while !*asked.lock().unwrap() {
            assert!(futures_util::poll!(&mut get).is_pending());
            tokio::task::yield_now().await;
        }
        drop(get);
        let lines = slow(&seen);
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].ends_with(": no plan"), "{lines:?}");
        drop(session);
        assert_eq!(slow(&seen), [""; 0]);
        assert_eq!(seen.under_way(), 0);
    }

    /// diesel-async's own statements on a session have nobody who would ask for a plan: they do not wait.
    #[tokio::test]
    async fn what_diesel_sends_is_told_at_once() {
        let place = crate::place::asynchronous::sqlite("what_diesel_sends").await;
        let place = place.unwrap();
        place.create_all(schema![Person]).await.unwrap();
        type Engine<C> = AsyncEngine<C>;
        type Conn = AsyncSqliteConnection;
        let seen = Seen::default();
        let none = Duration::ZERO;
        let engine = observed!(
            place,
            seen.observer(),
            slow_queries(none),
            explain_slow_queries()
        );
        let mut session = engine.session().await.unwrap();
        seen.lines();
        let names: Vec<String> = people::table
            .select(people::name)
            .load(&mut session)
            .await
            .unwrap();
        assert!(names.is_empty());
        let lines = slow(&seen);
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].ends_with(": no plan"), "{lines:?}");
    }
}
