//! The recorder of the testing kit: what it keeps, counts, and says of a wrong count.

use std::panic::{AssertUnwindSafe, catch_unwind};

use orm_core::Error;
use orm_core::backend::Database;
use orm_core::diesel;
use orm_core::event::Rows;
use orm_core::testing::{Recorder, Sent};
use orm_core::vocabulary::*;

use super::seen::{Person, observed, people, person};

/// The summaries, transactions and all.
fn summaries(sent: &[Sent]) -> Vec<&str> {
    sent.iter().map(|one| one.summary.as_str()).collect()
}

/// An insert gives its row back, or the row is read again.
fn per_insert(database: Database) -> usize {
    match database {
        Database::Mysql => 2,
        _ => 1,
    }
}

/// What a panic says.
fn message(panic: &(dyn std::any::Any + Send)) -> &str {
    panic.downcast_ref::<String>().expect("a text")
}

scenario!(what_was_sent_is_kept_in_order, |place| {
    place.create_all(schema![Person]).await.unwrap();
    let sent = Recorder::new();
    let engine = observed!(place, sent.clone());
    let mut session = engine.session().await.unwrap();
    sent.clear();
    session.insert(person("Ann")).await.unwrap();
    session.insert(person("Ann")).await.unwrap_err();
    let done: Result<usize, Error> = session
        .transaction(async |tx| Ok(Person::query().load(tx).await?.len()))
        .await;
    assert_eq!(done.unwrap(), 1);

    let all = sent.statements();
    let mut expected = vec!["INSERT people"];
    expected.extend((place.database == Database::Mysql).then_some("SELECT people"));
    expected.extend(["INSERT people", "BEGIN", "SELECT people", "COMMIT"]);
    assert_eq!(summaries(&all), expected);
    let control: Vec<&str> = all
        .iter()
        .filter(|one| one.is_transaction_control())
        .map(|one| one.summary.as_str())
        .collect();
    assert_eq!(control, ["BEGIN", "COMMIT"]);
    assert!(all.iter().all(|one| one.duration.is_some()));
    assert!(
        all.iter()
            .all(|one| one.binds.is_none() && one.database == "watched")
    );
    assert_eq!(all[0].rows.any(), Some(1));
    let failed: Vec<_> = all.iter().filter_map(|one| one.error).collect();
    assert_eq!(failed, [ErrorKind::Invalid]);
    let inside: Vec<bool> = all.iter().map(|one| one.in_transaction).collect();
    assert!(!inside[0] && inside[all.len() - 2]);
    assert_eq!(all[all.len() - 2].rows, Rows::Returned(1));

    sent.clear();
    assert!(sent.statements().is_empty());
});

scenario!(bound_values_are_kept_where_an_engine_shows_them, |place| {
    place.create_all(schema![Person]).await.unwrap();
    let sent = Recorder::new();
    let engine = observed!(place, sent.clone(), show_binds());
    let mut session = engine.session().await.unwrap();
    sent.clear();
    session.insert(person("Ann")).await.unwrap();
    let binds = sent.statements()[0].binds.clone();
    assert!(binds.is_some_and(|binds| binds.contains("Ann")));
});

// Closures; futures have forms of their own, below.
scenario!(sync(a_closure_is_counted), |place| {
    place.create_all(schema![Person]).unwrap();
    let sent = Recorder::new();
    let engine = observed!(place, sent.clone());
    let mut session = engine.session().unwrap();
    let each = per_insert(place.database);

    let ann = sent.assert_statements(each, || session.insert(person("Ann")));
    // A transaction does not count, a savepoint neither.
    sent.assert_statements(2 * each, || {
        session.transaction(|tx| {
            tx.insert(person("Bob"))?;
            tx.transaction(|tx| tx.insert(person("Cid")))
        })
    })
    .unwrap();
    sent.assert_at_most(4, || session.get::<Person>(ann.unwrap().id))
        .unwrap();
    let (count, queries) = sent.record(|| Person::query().count(&mut session));
    assert_eq!((count.unwrap(), queries.len()), (3, 1));

    // What was sent before, and what was forgotten, is not counted.
    let (done, queries) = sent.record(|| {
        Person::query().count(&mut session).unwrap();
        sent.clear();
        Person::query().count(&mut session)
    });
    assert_eq!((done.unwrap(), queries.len()), (3, 1));
});

scenario!(sync(a_wrong_count_lists_the_statements), |place| {
    place.create_all(schema![Person]).unwrap();
    let sent = Recorder::new();
    let engine = observed!(place, sent.clone());
    let mut session = engine.session().unwrap();
    let ids: Vec<i64> = (0..7)
        .map(|nth| session.insert(person(&format!("name {nth}"))).unwrap().id)
        .collect();
    let mut one_by_one = || {
        session.transaction(|tx| {
            Person::query().count(&mut *tx)?;
            for id in &ids {
                tx.get::<Person>(*id)?;
            }
            Ok::<_, Error>(())
        })
    };
    let wrong = AssertUnwindSafe(|| sent.assert_statements(2, &mut one_by_one));
    let panic = catch_unwind(wrong).unwrap_err();
    let lines: Vec<&str> = message(&*panic).lines().collect();
    assert_eq!(lines.len(), 3, "{lines:#?}");
    assert_eq!(lines[0], "2 statements were expected, and 8 were sent:");
    assert!(lines[1].starts_with("   1. SELECT "), "{lines:#?}");
    assert!(lines[2].starts_with("   2. 7 x SELECT "), "{lines:#?}");
    assert!(lines[2].contains("people"), "{lines:#?}");

    let wrong = AssertUnwindSafe(|| sent.assert_at_most(7, &mut one_by_one));
    let panic = catch_unwind(wrong).unwrap_err();
    let first = message(&*panic).lines().next();
    let expected = "at most 7 statements were expected, and 8 were sent:";
    assert_eq!(first, Some(expected));

    let wrong = AssertUnwindSafe(|| sent.assert_statements(1, || ()));
    let panic = catch_unwind(wrong).unwrap_err();
    assert_eq!(
        message(&*panic),
        "1 statement was expected, and none was sent:"
    );

    let nonsense = diesel::sql_query("SELECT nonsense FROM people");
    let wrong = AssertUnwindSafe(|| {
        sent.assert_statements(0, || diesel::RunQueryDsl::execute(nonsense, &mut session))
    });
    let panic = catch_unwind(wrong).unwrap_err();
    assert!(message(&*panic).ends_with("SELECT nonsense FROM people (failed: Database)"));
    // Nothing that is under way keeps a recorder from going on.
    sent.assert_statements(1, || Person::query().count(&mut session))
        .unwrap();
});

#[cfg(feature = "async")]
mod awaited {
    use super::*;

    /// One test a database.
    macro_rules! awaited {
        ($name:ident, |$place:ident| $body:block) => {
            mod $name {
                use super::*;

                async_test!(sqlite, sqlite, SqliteConnection, $name, $place, $body);
                #[cfg(feature = "postgres")]
                async_test!(postgres, postgres, PgConnection, $name, $place, $body);
                #[cfg(feature = "mysql")]
                async_test!(mysql, mysql, MysqlConnection, $name, $place, $body);
            }
        };
    }

    awaited!(a_future_is_counted_wherever_it_runs, |place| {
        place.create_all(schema![Person]).await.unwrap();
        let sent = Recorder::new();
        let engine = observed!(place, sent.clone());
        let each = per_insert(place.database);
        let (notes, database) = (sent.clone(), engine.clone());
        // A task of a runtime with two threads: it may go on on either.
        let counted = tokio::spawn(async move {
            let mut session = database.session().await.unwrap();
            notes
                .assert_statements_async(2 * each, async {
                    session.insert(person("Ann")).await.unwrap();
                    tokio::task::yield_now().await;
                    session
                        .transaction(async |tx| tx.insert(person("Bob")).await)
                        .await
                        .unwrap();
                })
                .await;
            notes
                .assert_at_most_async(3, Person::query().count(&mut session))
                .await
        });
        assert_eq!(counted.await.unwrap().unwrap(), 2);
        let mut session = engine.session().await.unwrap();
        // Only what is sent while it is awaited.
        let later = sent.record_async(async {
            let all = people::table.load::<Person>(&mut session).await;
            all.unwrap().len()
        });
        let mut other = place.session().await.unwrap();
        other.insert(person("Cid")).await.unwrap();
        let (rows, statements) = later.await;
        assert_eq!(rows, 3);
        assert_eq!(summaries(&statements), ["SELECT people"]);
    });

    awaited!(
        a_future_with_a_wrong_count_says_where_it_was_asked,
        |place| {
            place.create_all(schema![Person]).await.unwrap();
            let sent = Recorder::new();
            let engine = observed!(place, sent.clone());
            let wrong = tokio::spawn(async move {
                let mut session = engine.session().await.unwrap();
                let get = session.get::<Person>(1);
                sent.assert_statements_async(0, get).await
            });
            let panic = wrong.await.unwrap_err().into_panic();
            let said = message(&*panic);
            assert!(said.starts_with(file!()), "{said}");
            assert!(
                said.contains(": 0 statements were expected, and 1 was sent:\n   1. SELECT "),
                "{said}"
            );
        }
    );
}
