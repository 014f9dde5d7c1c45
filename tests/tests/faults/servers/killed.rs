//! A server killed in the midst of a statement, by both engines: the error says that the
//! connection is gone, and each dead connection costs one unit of work at most.

use std::time::Duration;

use orm_core::diesel::sql_types::Bool;
use orm_core::vocabulary::*;

use crate::eventually::eventually;
use crate::models::{Account, Note};
use crate::place::accounts;

const SIZE: usize = 3;

const PASSWORD: &str = "hunter2";

/// Everything that a log could show of an error.
fn shown(error: &orm_core::Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        text.push_str(&format!(" {inner} {inner:?}"));
        source = inner.source();
    }
    text
}

#[track_caller]
fn is_gone(error: &orm_core::Error) {
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    assert_eq!(error.database(), Some("till"), "{error}");
    let shown = shown(error);
    assert!(!shown.contains(PASSWORD), "{shown}");
}

/// A private server and how it is named: `None` without the programs.
#[cfg(feature = "postgres")]
fn postgres() -> Option<(orm_tests::PgServer, String, &'static str)> {
    if !orm_tests::postgres::available() {
        return None;
    }
    let server = orm_tests::PgServer::start();
    let url = server.url().replace("app@", &format!("app:{PASSWORD}@"));
    Some((server, url, "pg_sleep(60) IS NOT NULL"))
}

#[cfg(feature = "mysql")]
fn mariadb() -> Option<(orm_tests::MariaServer, String, &'static str)> {
    if !orm_tests::mariadb::available() {
        return None;
    }
    let server = orm_tests::MariaServer::start();
    let url = server.create_user("teller", PASSWORD);
    Some((server, url, "SLEEP(60) = 0"))
}

/// The scenario, as async text of both forms.
macro_rules! killed {
    ($server:ident) => {
        form! {
            let Some((server, url, asleep)) = super::$server() else { return };
            let engine = Engine::<Conn>::builder()
                .url(url.as_str())
                .name("till")
                .pool_size(3).max_overflow(0)
                .pool_timeout(Duration::from_secs(3))
                .open()
                .await
                .unwrap();
            engine.create_all(schema![Account, Note]).await.unwrap();
            engine.session().await.unwrap().insert_many(accounts()).await.unwrap();

            // All connections are open: one sleeps in a statement, one is in a transaction, and
            // one lies idle.
            let mut all = Vec::new();
            for _ in 0..SIZE {
                all.push(engine.session().await.unwrap());
            }
            let mut idle = all.pop().unwrap();
            idle.get::<Account>(1).await.unwrap();
            drop(idle);
            let mut open = all.pop().unwrap();
            let mut sleeper = all.pop().unwrap();
            let killer = std::thread::spawn(move || {
                eventually("the statement runs", || {
                    server.connections().iter().any(|one| ["active", "Execute", "Query"].contains(&&*one.doing))
                });
                server.kill9();
                server
            });
            let left: Result<(), orm_core::Error> = open
                .transaction(async |tx| {
                    tx.update(Account::patch(1).cents(0)).await?;
                    let slept = Account::query().filter(sql::<Bool>(asleep)).load(&mut sleeper).await;
                    // On its way through `From` an error of a query has no name of a database.
                    let error = slept.unwrap_err();
                    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
                    assert!(!shown(&error).contains(PASSWORD));
                    tx.update(Account::patch(2).cents(0)).await?;
                    Ok(())
                })
                .await;
            is_gone(&left.unwrap_err());
            let server = killer.join().unwrap();

            // While the server is away, whoever asks for a session hears so.
            drop(sleeper);
            drop(open);
            let mut failures = 0;
            while let Ok(mut session) = engine.session().await {
                is_gone(&session.get::<Account>(1).await.unwrap_err());
                failures += 1;
                assert!(failures <= 1, "only what lay idle was not known to be dead");
            }
            is_gone(&engine.session().await.unwrap_err());

            // Back again: nothing is left of the dead, and all connections can be had.
            server.restart();
            let mut all = Vec::new();
            for _ in 0..SIZE {
                let mut session = engine.session().await.unwrap();
                let row = session.get::<Account>(1).await.unwrap().unwrap();
                assert_eq!(row.cents, crate::models::AT_FIRST);
                session.update(Account::patch(2).cents(5)).await.unwrap();
                all.push(session);
            }
            drop(all);

            // Once more, with all of them idle when it dies.
            server.kill9();
            server.restart();
            let mut failures = 0;
            for _ in 0..4 * SIZE {
                let mut session = engine.session().await.unwrap();
                if let Err(error) = session.get::<Account>(1).await {
                    is_gone(&error);
                    failures += 1;
                }
            }
            assert!(failures <= SIZE, "{failures} failures of {SIZE} dead connections");
            let mut all = Vec::new();
            for _ in 0..SIZE {
                let mut session = engine.session().await.unwrap();
                session.get::<Account>(1).await.unwrap();
                all.push(session);
            }
            drop(all);
            eventually("no more connections than the pool has", || {
                server.connections().len() <= SIZE
            });
        }
    };
}

#[cfg(feature = "postgres")]
in_both!(postgres, PgConnection, killed!(postgres));
#[cfg(feature = "mysql")]
in_both!(mariadb, MysqlConnection, killed!(mariadb));
