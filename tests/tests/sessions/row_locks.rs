//! Rows that are locked as they are read: what others can do meanwhile, and what is sent.

use orm_core::backend::Database;
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(has_many(stamps: Stamp))]
struct Job {
    #[model(generated)]
    id: i64,
    text: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Stamp {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Job, index)]
    job_id: i64,
}

fn job(text: &str) -> NewJob {
    NewJob { text: text.into() }
}

/// Three jobs, of which the first has a stamp.
macro_rules! given {
    ($place:ident) => {
        form!({
            $place.create_all(schema![Job, Stamp]).await.unwrap();
            let mut session = $place.session().await.unwrap();
            let three = [job("a"), job("b"), job("c")];
            let three = session.insert_many(three).await.unwrap();
            let stamp = NewStamp {
                job_id: three[0].id,
            };
            session.insert(stamp).await.unwrap();
            $place.sent();
            three
        })
    };
}

scenario!(a_lock_is_what_the_database_calls_it, |place| {
    let given = given!(place);
    let mut session = place.session().await.unwrap();
    let first = given[0].id;
    session
        .transaction(async |tx| {
            let of = || Job::query().filter(jobs::id.eq(first));
            of().for_update().load(&mut *tx).await?;
            of().for_no_key_update().nowait().first(&mut *tx).await?;
            of().for_share().skip_locked().optional(&mut *tx).await?;
            let text: String = of()
                .select(jobs::text)
                .for_key_share()
                .first(&mut *tx)
                .await?;
            assert_eq!(text, "a");
            Ok::<_, orm_core::Error>(())
        })
        .await
        .unwrap();
    let sent = place.sent();
    let locks = |sql: &&String| sql.starts_with("SELECT") && sql.contains("jobs");
    let ends: Vec<_> = sent
        .iter()
        .filter(locks)
        .map(|sql| {
            sql.find(" /*")
                .or(sql.find(" FOR "))
                .map_or("", |at| &sql[at + 1..])
        })
        .collect();
    match place.database {
        Database::Postgres => assert_eq!(
            ends,
            [
                "FOR UPDATE OF \"jobs\"",
                "FOR NO KEY UPDATE OF \"jobs\" NOWAIT",
                "FOR SHARE OF \"jobs\" SKIP LOCKED",
                "FOR KEY SHARE OF \"jobs\"",
            ],
            "{sent:?}"
        ),
        Database::Mysql => assert_eq!(
            ends,
            [
                "FOR UPDATE",
                "FOR UPDATE NOWAIT",
                "/*!80001 FOR SHARE *//*M! LOCK IN SHARE MODE */ SKIP LOCKED",
                "/*!80001 FOR SHARE *//*M! LOCK IN SHARE MODE */",
            ],
            "{sent:?}"
        ),
        _ => {
            let taken = sent.iter().filter(|sql| sql.starts_with("DELETE"));
            assert_eq!(taken.count(), 4, "{sent:?}");
        }
    }
});

scenario!(a_locked_row_is_skipped_or_refused, |place| {
    let given = given!(place);
    let mut session = place.session().await.unwrap();
    let mut other = place.session().await.unwrap();
    let database = place.database;
    session
        .transaction(async |tx| {
            let held = Job::query()
                .order_by(jobs::id)
                .for_update()
                .first(&mut *tx)
                .await?;
            assert_eq!(held, given[0]);
            let refused = other
                .transaction(async |other| {
                    let query = Job::query().order_by(jobs::id);
                    query.for_update().nowait().load(other).await
                })
                .await;
            let refused = refused.unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Conflict, "{refused}");
            assert!(refused.is_retryable());
            if database != Database::Sqlite {
                let free = other
                    .transaction(async |other| {
                        let query = Job::query().order_by(jobs::id);
                        query.for_update().skip_locked().load(other).await
                    })
                    .await?;
                assert_eq!(free, given[1..]);
            }
            Ok::<_, orm_core::Error>(())
        })
        .await
        .unwrap();
    // The locks went with the transaction.
    let all = other
        .transaction(async |other| Job::query().for_update().nowait().load(other).await)
        .await;
    assert_eq!(all.unwrap().len(), 3);
});

scenario!(a_lock_holds_in_a_savepoint_and_a_helper, |place| {
    let given = given!(place);
    let mut session = place.session().await.unwrap();
    let mut other = place.session().await.unwrap();
    let first = given[0].id;
    session
        .transaction(async |tx| {
            let mine = tx
                .transaction(async |inner| {
                    let query = Job::query().filter(jobs::id.eq(first));
                    query.for_update().first(inner).await
                })
                .await?;
            let refused = other
                .transaction(async |other| {
                    let query = Job::query().filter(jobs::id.eq(first));
                    query.for_update().nowait().first(other).await
                })
                .await;
            assert!(refused.unwrap_err().is_retryable());
            tx.update(Job::patch(mine.id).text("mine")).await
        })
        .await
        .unwrap();
    let job = other.get::<Job>(first).await.unwrap().unwrap();
    assert_eq!(job.text, "mine");
});

scenario!(rows_that_come_along_are_not_locked, |place| {
    let given = given!(place);
    let mut session = place.session().await.unwrap();
    let mut other = place.session().await.unwrap();
    let first = given[0].id;
    let database = place.database;
    session
        .transaction(async |tx| {
            let rows = Job::query()
                .filter(jobs::id.eq(first))
                .with(job::stamps)
                .for_update()
                .load(&mut *tx)
                .await?;
            assert_eq!(rows[0][job::stamps].len(), 1);
            if database == Database::Postgres {
                let joined: Vec<(Job, Option<Stamp>)> = Job::query()
                    .left_join(stamps::table)
                    .filter(jobs::id.eq(first))
                    .for_update()
                    .load(&mut *tx)
                    .await?;
                assert_eq!(joined.len(), 1);
                // The row that was joined is free.
                let free = other
                    .transaction(async |other| {
                        Stamp::query().for_update().nowait().load(other).await
                    })
                    .await?;
                assert_eq!(free.len(), 1);
            }
            Ok::<_, orm_core::Error>(())
        })
        .await
        .unwrap();
});

scenario!(nothing_is_locked_where_no_row_is, |place| {
    let given = given!(place);
    let mut session = place.session().await.unwrap();
    let none = session
        .transaction(async |tx| {
            let query = Job::query().filter(jobs::id.eq(-1));
            let none = query.clone().for_update().optional(&mut *tx).await?;
            assert_eq!(none, None);
            query.for_update().first(tx).await
        })
        .await;
    assert_eq!(none.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(given.len(), 3);
});

// What was read under the lock of the file is still so when it is written, and who read before
// another one wrote is told.
scenario!(sqlite(a_lock_of_sqlite_is_that_of_the_file), |place| {
    let given = given!(place);
    let mut session = place.session().await.unwrap();
    let mut other = place.session().await.unwrap();
    let first = given[0].id;
    let late = session
        .transaction(async |tx| {
            let seen = tx.get::<Job>(first).await?.expect("it is there");
            other.update(Job::patch(first).text("theirs")).await?;
            let query = Job::query().filter(jobs::id.eq(first));
            let locked = query.for_update().first(&mut *tx).await?;
            assert_eq!(locked, seen);
            Ok::<_, orm_core::Error>(())
        })
        .await;
    assert_eq!(late.unwrap_err().kind(), ErrorKind::Conflict);
});
