//! Panics inside of a statement: of an observer, and of a value that is turned into the
//! database's form. They end the statement and its session, and nothing else.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::FutureExt;
use orm_core::Error;
use orm_core::aio::prelude::*;
use orm_core::diesel::query_builder::{AstPass, QueryFragment, QueryId};
use orm_core::diesel::result::QueryResult;
use orm_core::event::Event;

use crate::models::{AT_FIRST, Account, Note};
use crate::place::accounts;

/// An engine whose observer panics while it is told to.
macro_rules! panicking {
    ($place:ident) => {{
        let panics = Arc::new(AtomicBool::new(false));
        let seen = panics.clone();
        let engine = AsyncEngine::<Conn>::builder()
            .url($place.home.url.as_str())
            .name("till")
            .pool_size(1)
            .max_overflow(0)
            .observe(move |event: Event<'_>| {
                if let Event::Query { sql, .. } = event {
                    assert!(
                        !AtomicBool::load(&seen, Ordering::SeqCst),
                        "the observer panics at {sql}"
                    );
                }
            })
            .open()
            .await
            .unwrap();
        engine
            .session()
            .await
            .unwrap()
            .insert_many(accounts())
            .await
            .unwrap();
        (engine, panics)
    }};
}

/// On threads the statement fails, elsewhere its caller's task panics with it.
macro_rules! fails {
    ($work:expr) => {
        match AssertUnwindSafe($work).catch_unwind().await {
            Ok(result) => {
                let error = result.map(drop).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
                assert_eq!(error.database(), Some("till"));
            }
            Err(_) => {}
        }
    };
}

on_each!(an_observer_that_panics_costs_one_session, |place| {
    let (engine, panics) = panicking!(place);
    for in_transaction in [false, true] {
        let mut session = engine.session().await.unwrap();
        panics.store(!in_transaction, Ordering::SeqCst);
        if in_transaction {
            fails!(session.transaction(async |tx| {
                tx.update(Account::patch(1).cents(0)).await?;
                panics.store(true, Ordering::SeqCst);
                tx.update(Account::patch(2).cents(0)).await?;
                Ok::<_, Error>(())
            }));
        } else {
            fails!(session.get::<Account>(1));
        }
        panics.store(false, Ordering::SeqCst);
        // Nothing more is sent on it.
        let error = session.get::<Account>(1).await.unwrap_err();
        let refused = [ErrorKind::Connect, ErrorKind::Interrupted];
        assert!(refused.contains(&error.kind()), "{error}");
        drop(session);
        let mut session = engine.session().await.unwrap();
        for id in [1, 2] {
            let row = session.get::<Account>(id).await.unwrap().unwrap();
            assert_eq!(row.cents, AT_FIRST);
        }
        session
            .insert(crate::models::NewNote { account_id: 1 })
            .await
            .unwrap();
        assert_eq!(engine.pool().state().connections, 1);
    }
    assert_eq!(
        Note::query()
            .count(&mut place.session().await)
            .await
            .unwrap(),
        2
    );
    drop(engine);
    place.is_whole().await;
});

/// What was lent out is not watched by the session; its thread is.
#[test]
fn a_panic_on_a_connection_that_was_lent_out_is_noticed() {
    type Conn = AsyncSqliteConnection;
    crate::form::asynchronous::run(async {
        let place = crate::place::Place::<Conn>::open("lent_panic")
            .await
            .unwrap();
        let (engine, panics) = panicking!(place);
        let mut session = engine.session().await.unwrap();
        session
            .batch_execute("CREATE TEMP TABLE mark (id)")
            .await
            .unwrap();
        panics.store(true, Ordering::SeqCst);
        let raw = session
            .connection()
            .batch_execute("UPDATE accounts SET cents = 0");
        assert!(raw.await.is_err());
        panics.store(false, Ordering::SeqCst);
        drop(session);
        let mut session = engine.session().await.unwrap();
        let row = session.get::<Account>(1).await.unwrap().unwrap();
        assert_eq!(row.cents, AT_FIRST);
        let other = session.batch_execute("SELECT id FROM mark").await;
        assert!(other.is_err(), "it is not used again");
    });
}

/// A part of a statement that panics when the statement is written.
struct Panics;

impl QueryId for Panics {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: orm_core::diesel::backend::Backend> QueryFragment<DB> for Panics {
    fn walk_ast<'b>(&'b self, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        panic!("the statement cannot be written")
    }
}

on_each!(
    a_statement_that_panics_when_it_is_written_costs_one_session,
    |place| {
        place.session().await.insert_many(accounts()).await.unwrap();
        let mut session = place.session().await;
        let written = AssertUnwindSafe(async { Panics.execute(&mut session).await });
        assert!(written.catch_unwind().await.is_err());
        let error = session.get::<Account>(1).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Interrupted);
        drop(session);
        place.is_whole().await;
    }
);
