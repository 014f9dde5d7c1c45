//! Transactions and savepoints: begun, ended, left.

use orm_core::Error;
use orm_core::vocabulary::*;

use super::seen::{Person, Seen, observed, person};

scenario!(transactions_and_savepoints_are_told_of, |place| {
    place.create_all(schema![Person]).await.unwrap();
    let seen = Seen::default();
    let engine = observed!(place, seen.observer());
    let mut session = engine.session().await.unwrap();
    seen.lines();
    let kept: Result<(), Error> = session
        .transaction(async |tx| {
            tx.update(Person::patch(1).name("x")).await.unwrap_err();
            let undone: Result<(), Error> = tx
                .transaction(async |_| Err(Error::new(ErrorKind::Refused, "no")))
                .await;
            undone.unwrap_err();
            Ok(())
        })
        .await;
    kept.unwrap();
    let expected = [
        "BEGIN",
        "begin 1",
        "UPDATE people 0 inside",
        "SAVEPOINT inside",
        "begin 2",
        "ROLLBACK inside",
        "rollback 2",
        "COMMIT inside",
        "commit 1",
    ];
    assert_eq!(seen.lines(), expected);

    let undone: Result<(), Error> = session
        .transaction(async |_| Err(Error::new(ErrorKind::Refused, "no")))
        .await;
    undone.unwrap_err();
    let expected = ["BEGIN", "begin 1", "ROLLBACK inside", "rollback 1"];
    assert_eq!(seen.lines(), expected);
    assert_eq!(seen.under_way(), 0);
});

// What is read in a transaction is counted there as elsewhere.
scenario!(statements_know_that_they_are_inside, |place| {
    place.create_all(schema![Person]).await.unwrap();
    let seen = Seen::default();
    let engine = observed!(place, seen.observer());
    let mut session = engine.session().await.unwrap();
    session.insert(person("Ann")).await.unwrap();
    seen.lines();
    let done: Result<Vec<Person>, Error> = session
        .transaction(async |tx| Person::query().load(tx).await)
        .await;
    assert_eq!(done.unwrap().len(), 1);
    let expected = [
        "BEGIN",
        "begin 1",
        "SELECT people 1 inside",
        "COMMIT inside",
        "commit 1",
    ];
    assert_eq!(seen.lines(), expected);
});

// PostgreSQL ends a transaction with the COMMIT that fails, SQLite with the ROLLBACK behind it. MariaDB
// checks no constraint as late as that.
scenario!(
    returning(a_commit_that_fails_ends_its_transaction),
    |place| {
        place.create_all(schema![Person]).await.unwrap();
        let seen = Seen::default();
        let engine = observed!(place, seen.observer());
        let mut session = engine.session().await.unwrap();
        session
            .batch_execute(
                "CREATE TABLE pairs (id BIGINT PRIMARY KEY, other BIGINT \
             REFERENCES pairs (id) DEFERRABLE INITIALLY DEFERRED)",
            )
            .await
            .unwrap();
        seen.lines();
        let failed: Result<(), Error> = session
            .transaction(async |tx| {
                tx.batch_execute("INSERT INTO pairs VALUES (1, 2)").await?;
                Ok(())
            })
            .await;
        failed.unwrap_err();
        let lines = seen.lines();
        let steps = ["begin 1", "commit 1 Invalid", "rollback 1"];
        let is_step = |line: &&String| steps.contains(&line.as_str());
        let told: Vec<&String> = lines.iter().filter(is_step).collect();
        assert_eq!(told, steps, "{lines:#?}");
        assert!(session.get::<Person>(1).await.unwrap().is_none());
        assert_eq!(seen.lines(), ["SELECT people 0"]);
        drop(session);
        drop(engine);
        let lines = seen.lines();
        assert!(
            !lines.iter().any(|line| line.starts_with("leave")),
            "{lines:?}"
        );
    }
);

// The connection is closed with it, and what was open is left to the database.
scenario!(sync(a_transaction_that_is_left_is_told_of), |place| {
    use orm_core::diesel::connection::TransactionManager;

    place.create_all(schema![Person]).await.unwrap();
    let seen = Seen::default();
    let engine = observed!(place, seen.observer());
    let mut session = engine.session().await.unwrap();
    <Session<Conn> as Connection>::TransactionManager::begin_transaction(&mut session).unwrap();
    seen.lines();
    drop(session);
    assert_eq!(seen.lines()[..2], ["leave 1", "close"]);
});
