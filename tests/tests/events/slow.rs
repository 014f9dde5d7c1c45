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

// A plan would be taken in the midst of it, and end it.
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
        session.batch_execute("BEGIN").await.unwrap();
        session.insert(person("Ann")).await.unwrap();
        session.get::<Person>(1).await.unwrap();
        session.batch_execute("ROLLBACK").await.unwrap();
        assert_eq!(Person::query().count(&mut session).await.unwrap(), 0);
        let lines = slow(&seen);
        assert!(lines.len() > 3, "{lines:?}");
        assert!(
            lines.iter().all(|line| line.ends_with("no plan")),
            "{lines:?}"
        );
    }
);

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
