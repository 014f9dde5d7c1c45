//! A lost deadlock ends all of a transaction, whatever its closure makes of the error.

use orm_core::diesel::sql_query;
use orm_core::diesel::sql_types::BigInt;
use orm_core::vocabulary::*;

use self::rival::Rival;

#[derive(Model, Debug, Clone, PartialEq)]
struct Account {
    id: i64,
    cents: i64,
}

/// What the transactions here write, and the rival does not.
const OURS: i64 = 1_000;

fn accounts() -> impl Iterator<Item = NewAccount> {
    (1..=50).map(|id| NewAccount { id, cents: 0 })
}

/// The other side of a deadlock, on a thread and a connection of its own.
mod rival {
    use std::sync::mpsc::{Sender, channel};
    use std::thread::{JoinHandle, spawn};

    use orm_core::diesel::connection::SimpleConnection;
    use orm_core::diesel::{Connection, MysqlConnection};

    /// It holds all accounts but the first, then wants that, and has written so much that the
    /// server lets it win.
    pub(super) struct Rival {
        thread: JoinHandle<()>,
        go: Sender<()>,
    }

    impl Rival {
        pub(super) fn at(url: &str) -> Self {
            let mut connection = MysqlConnection::establish(url).expect("a connection");
            connection
                .batch_execute("BEGIN; UPDATE accounts SET cents = cents + 1 WHERE id > 1")
                .expect("nobody else is there");
            let (go, asked) = channel();
            let thread = spawn(move || {
                asked.recv().expect("it is told to go on");
                connection
                    .batch_execute("UPDATE accounts SET cents = cents + 1 WHERE id = 1; COMMIT")
                    .expect("it wins");
            });
            Rival { thread, go }
        }

        pub(super) fn goes_on(&self) {
            self.go.send(()).expect("it waits");
        }

        pub(super) fn has_won(self) {
            self.thread.join().expect("it won");
        }
    }
}

macro_rules! nothing_of_ours_is_kept {
    ($place:ident, $session:ident) => {
        form!({
            let ours = Account::query().filter(accounts::cents.ge(OURS));
            assert_eq!(ours.count(&mut $session).await.unwrap(), 0);
            // The session goes on, and in no transaction: the others see what it writes.
            $session
                .update(Account::patch(5).cents(OURS))
                .await
                .unwrap();
            drop($session);
            for _ in 0..3 {
                let mut one = $place.session().await.unwrap();
                let mut two = $place.session().await.unwrap();
                for session in [&mut one, &mut two] {
                    let seen = session.get::<Account>(5).await.unwrap();
                    assert_eq!(seen.unwrap().cents, OURS);
                }
            }
        })
    };
}

scenario!(
    mysql(a_deadlock_in_a_savepoint_dooms_the_whole_transaction),
    |place| {
        place.create_all(schema![Account]).await.unwrap();
        let mut session = place.session().await.unwrap();
        session.insert_many(accounts()).await.unwrap();
        let rival = Rival::at(&place.url);
        let result = session
            .transaction(async |tx| {
                tx.update(Account::patch(1).cents(OURS)).await?;
                rival.goes_on();
                let inner = tx
                    .transaction(async |tx| tx.update(Account::patch(2).cents(OURS)).await)
                    .await;
                assert_eq!(inner.unwrap_err().kind(), ErrorKind::Conflict);
                // Whatever is sent now would be kept by itself.
                let written = tx.update(Account::patch(3).cents(OURS)).await;
                assert_eq!(written.unwrap_err().kind(), ErrorKind::Conflict);
                let read = Account::query().load(&mut *tx).await;
                assert_eq!(read.unwrap_err().kind(), ErrorKind::Conflict);
                let by_diesel = sql_query("UPDATE accounts SET cents = 1000 WHERE id = 4");
                let by_diesel = by_diesel.execute(&mut *tx).await;
                let by_diesel = orm_core::Error::from(by_diesel.unwrap_err());
                assert_eq!(by_diesel.kind(), ErrorKind::Conflict);
                let again = tx
                    .transaction(async |tx| tx.update(Account::patch(3).cents(OURS)).await)
                    .await;
                assert_eq!(again.unwrap_err().kind(), ErrorKind::Conflict);
                Ok::<_, orm_core::Error>(())
            })
            .await;
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Conflict);
        rival.has_won();
        nothing_of_ours_is_kept!(place, session);
    }
);

scenario!(
    mysql(a_deadlock_that_is_passed_over_is_no_commit),
    |place| {
        place.create_all(schema![Account]).await.unwrap();
        let mut session = place.session().await.unwrap();
        session.insert_many(accounts()).await.unwrap();
        let rival = Rival::at(&place.url);
        let result = session
            .transaction(async |tx| {
                tx.update(Account::patch(1).cents(OURS)).await?;
                rival.goes_on();
                let lost = tx.update(Account::patch(2).cents(OURS)).await;
                assert_eq!(lost.unwrap_err().kind(), ErrorKind::Conflict);
                let more = tx.update(Account::patch(3).cents(OURS)).await;
                assert!(more.unwrap_err().is_retryable());
                Ok::<_, orm_core::Error>(())
            })
            .await;
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Conflict);
        rival.has_won();
        nothing_of_ours_is_kept!(place, session);
    }
);

scenario!(
    mysql(a_deadlock_comes_out_of_nested_transactions_as_a_conflict),
    |place| {
        place.create_all(schema![Account]).await.unwrap();
        let mut session = place.session().await.unwrap();
        session.insert_many(accounts()).await.unwrap();
        let rival = Rival::at(&place.url);
        let result = session
            .transaction(async |tx| {
                tx.update(Account::patch(1).cents(OURS)).await?;
                rival.goes_on();
                tx.transaction(async |tx| {
                    tx.transaction(async |tx| tx.update(Account::patch(2).cents(OURS)).await)
                        .await
                })
                .await
            })
            .await;
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Conflict);
        rival.has_won();
        nothing_of_ours_is_kept!(place, session);
    }
);

scenario!(
    mysql(diesels_transaction_is_doomed_by_a_deadlock_as_well),
    |place| {
        place.create_all(schema![Account]).await.unwrap();
        let mut session = place.session().await.unwrap();
        session.insert_many(accounts()).await.unwrap();
        let rival = Rival::at(&place.url);
        // By the trait's path: the session's own method comes first.
        let result = Connection::transaction(&mut session, async |tx| {
            let set = |id: i64| {
                sql_query("UPDATE accounts SET cents = 1000 WHERE id = ?").bind::<BigInt, _>(id)
            };
            set(1).execute(&mut *tx).await?;
            rival.goes_on();
            let inner = Connection::transaction(&mut *tx, async |tx| set(2).execute(tx).await);
            assert!(inner.await.is_err());
            assert!(set(3).execute(&mut *tx).await.is_err());
            Ok::<_, orm_core::diesel::result::Error>(())
        })
        .await;
        let error = orm_core::Error::from(result.unwrap_err());
        assert_eq!(error.kind(), ErrorKind::Conflict);
        rival.has_won();
        nothing_of_ours_is_kept!(place, session);
    }
);

// Error 1020, which servers from 11.6 give out of the box.
scenario!(
    mysql(a_row_that_changed_since_the_snapshot_dooms_it_too),
    |place| {
        place.create_all(schema![Account]).await.unwrap();
        let mut session = place.session().await.unwrap();
        let mut other = place.session().await.unwrap();
        session.insert_many(accounts()).await.unwrap();
        session
            .batch_execute("SET SESSION innodb_snapshot_isolation = ON")
            .await
            .unwrap();
        let result = session
            .transaction(async |tx| {
                tx.update(Account::patch(1).cents(OURS)).await?;
                Account::query().load(&mut *tx).await?;
                other.update(Account::patch(2).cents(7)).await?;
                let inner = tx
                    .transaction(async |tx| tx.update(Account::patch(2).cents(OURS)).await)
                    .await;
                assert_eq!(inner.unwrap_err().kind(), ErrorKind::Conflict);
                assert!(tx.update(Account::patch(3).cents(OURS)).await.is_err());
                Ok::<_, orm_core::Error>(())
            })
            .await;
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Conflict);
        drop(other);
        nothing_of_ours_is_kept!(place, session);
    }
);
