//! A transaction dropped at each of its awaits: all of it is done or nothing, the session that was
//! left sends nothing more, and the pool is as large as before.

use std::sync::LazyLock;
use std::time::Duration;

use orm_core::Error;
use orm_core::aio::prelude::*;

use crate::cut::{Cut, Numbers};
use crate::models::{Account, FIRST_NOTED, MOVED, NewAccount, transfers};
use crate::place::accounts;

/// A transfer in a transaction, noted under an id of its own.
macro_rules! transfer {
    ($session:ident, $noted:expr) => {
        $session.transaction(async |tx| {
            let from = tx.get::<Account>(1).await?.expect("it is there");
            tx.update(Account::patch(1).cents(from.cents - MOVED))
                .await?;
            let rows = Account::query().load(&mut *tx).await?;
            let to = rows.iter().find(|row| row.id == 2).expect("it is there");
            tx.update(Account::patch(2).cents(to.cents + MOVED)).await?;
            tx.insert(NewAccount {
                id: $noted,
                cents: 0,
            })
            .await?;
            Ok::<_, Error>(())
        })
    };
}

/// The same, the second half of it in a savepoint.
macro_rules! nested_transfer {
    ($session:ident, $noted:expr) => {
        $session.transaction(async |tx| {
            let from = tx.get::<Account>(1).await?.expect("it is there");
            tx.update(Account::patch(1).cents(from.cents - MOVED))
                .await?;
            tx.transaction(async |inner| {
                let to = inner.get::<Account>(2).await?.expect("it is there");
                inner
                    .update(Account::patch(2).cents(to.cents + MOVED))
                    .await?;
                inner
                    .insert(NewAccount {
                        id: $noted,
                        cents: 0,
                    })
                    .await?;
                Ok::<_, Error>(())
            })
            .await
        })
    };
}

/// The same under options, which are set before it and put back behind it.
macro_rules! transfer_under_options {
    ($session:ident, $noted:expr) => {
        $session.transaction_with(&OPTIONS, async |tx| {
            let from = tx.get::<Account>(1).await?.expect("it is there");
            tx.update(Account::patch(1).cents(from.cents - MOVED))
                .await?;
            let to = tx.get::<Account>(2).await?.expect("it is there");
            tx.update(Account::patch(2).cents(to.cents + MOVED)).await?;
            tx.insert(NewAccount {
                id: $noted,
                cents: 0,
            })
            .await?;
            Ok::<_, Error>(())
        })
    };
}

/// Settings on each database: of the connection or of the transaction.
static OPTIONS: LazyLock<TransactionOptions> = LazyLock::new(|| {
    let timeout = Duration::from_secs(30);
    TransactionOptions::new().immediate().lock_timeout(timeout)
});

/// Cuts one form of a transfer at each wait, then at each statement.
macro_rules! cut_everywhere {
    ($place:ident, $transfer:ident) => {
        let mut session = $place.session().await;
        session.insert_many(accounts()).await.unwrap();
        drop(session);
        let mut noted = FIRST_NOTED;
        for cut in Cut::EACH {
            // BEGIN, two reads, three writes and COMMIT each wait once at least. Of SQLite's
            // statements the last may be done by the time at which it is counted.
            let mut numbers = Numbers::up_to(6);
            loop {
                let mut session = $place.session().await;
                let number = numbers.next();
                noted += 1;
                let done = cut
                    .at(number, &$place.sent, $transfer!(session, noted))
                    .await;
                if numbers.is_enough(done.is_none()) {
                    break;
                }
                match done {
                    Some(result) => result.unwrap(),
                    None => cut_is_clean!($place, session, cut.is_before_the_first_poll(number)),
                }
            }
        }
        let rows = Account::query()
            .load(&mut $place.session().await)
            .await
            .unwrap();
        assert!(transfers(&rows) >= 2, "those that were not cut are done");
        $place.is_whole().await;
    };
}

/// What must hold right after a transfer was cut.
macro_rules! cut_is_clean {
    ($place:ident, $session:ident, $usable:expr) => {{
        let again = $session.get::<Account>(1).await;
        match $usable {
            true => assert!(again.unwrap().is_some(), "nothing was sent"),
            false => assert_eq!(again.unwrap_err().kind(), ErrorKind::Interrupted),
        }
        drop($session);
        let mut next = $place.session().await;
        let rows = Account::query().load(&mut next).await.unwrap();
        transfers(&rows);
        // It writes, so nobody holds a lock for good; and it commits, so it is in no transaction.
        let same = orm_core::diesel::sql_query("UPDATE accounts SET cents = cents");
        same.execute(&mut next).await.unwrap();
    }};
}

on_each!(a_transaction_is_dropped_at_every_await, |place| {
    cut_everywhere!(place, transfer);
});

on_each!(
    a_transaction_under_options_is_dropped_at_every_await,
    |place| {
        cut_everywhere!(place, transfer_under_options);
    }
);

on_each!(a_savepoint_is_dropped_at_every_await, |place| {
    cut_everywhere!(place, nested_transfer);
});
