//! A transaction of diesel-async's that is left inside of ours: nobody is told of it, and what is
//! around it must not take its end for its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use orm_core::Error;
use orm_core::aio::prelude::*;

use crate::models::{AT_FIRST, Account};
use crate::place::accounts;

/// Begins a transaction inside by Diesel's own way, or past the session, and leaves it between two
/// statements.
macro_rules! leave_one {
    ($inside:expr) => {{
        let (begun, wait) = tokio::sync::oneshot::channel();
        let work = AsyncConnection::transaction($inside, async |inner| {
            let change = "UPDATE accounts SET cents = 5 WHERE id = 2";
            inner.batch_execute(change).await?;
            let _ = begun.send(());
            std::future::pending::<()>().await;
            Ok::<_, orm_core::diesel::result::Error>(())
        });
        tokio::select! {
            _ = work => unreachable!("it never ends"),
            told = wait => told.unwrap(),
        }
    }};
}

on_each!(what_was_left_inside_is_no_commit, |place| {
    let mut session = place.session().await;
    session.insert_many(accounts()).await.unwrap();
    let hooks = Arc::new(AtomicUsize::new(0));
    for past_the_session in [false, true] {
        for nested in [false, true] {
            let ran = hooks.clone();
            let result = session
                .transaction(async |tx| {
                    tx.after_commit(move || {
                        ran.fetch_add(1, Ordering::SeqCst);
                    });
                    tx.update(Account::patch(1).cents(7)).await?;
                    let left = async |tx: &mut AsyncSession<Conn>| match past_the_session {
                        true => leave_one!(tx.connection()),
                        false => leave_one!(&mut *tx),
                    };
                    if nested {
                        let inner = tx
                            .transaction(async |inner| {
                                inner.update(Account::patch(1).cents(8)).await?;
                                left(inner).await;
                                Ok::<_, Error>(())
                            })
                            .await;
                        assert_eq!(inner.unwrap_err().kind(), ErrorKind::Refused);
                        return Ok(());
                    }
                    left(tx).await;
                    tx.update(Account::patch(2).cents(6)).await?;
                    Ok::<_, Error>(())
                })
                .await;
            let (left, right) = match nested {
                false => {
                    assert_eq!(result.unwrap_err().kind(), ErrorKind::Refused);
                    (AT_FIRST, AT_FIRST)
                }
                true => {
                    result.unwrap();
                    (7, AT_FIRST)
                }
            };
            // Others see it, and may write.
            let mut other = place.session().await;
            for (id, cents) in [(1, left), (2, right)] {
                let row = other.get::<Account>(id).await.unwrap().unwrap();
                assert_eq!(row.cents, cents);
            }
            session
                .update(Account::patch(1).cents(AT_FIRST))
                .await
                .unwrap();
            other
                .update(Account::patch(1).cents(AT_FIRST))
                .await
                .unwrap();
        }
    }
    assert_eq!(AtomicUsize::load(&hooks, Ordering::SeqCst), 2);
    drop(session);
    place.is_whole().await;
});
