//! Transactions: what is rolled back, and that session and pool stay usable.

use std::panic::{AssertUnwindSafe, catch_unwind};

use orm_core::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Entry {
    #[model(generated)]
    id: i64,
    #[model(unique)]
    text: String,
}

fn entry(text: &str) -> NewEntry {
    NewEntry { text: text.into() }
}

macro_rules! texts {
    ($session:expr) => {{
        let query = Entry::query().order_by(entries::id).select(entries::text);
        let texts: Vec<String> = query.load($session).unwrap();
        texts
    }};
}

scenario!(ok_commits_and_err_rolls_back, |place| {
    place.create_all(schema![Entry]).unwrap();
    let mut session = place.session().unwrap();
    let row = session.transaction(|tx| tx.insert(entry("kept"))).unwrap();
    assert_eq!(row.text, "kept");
    place.sent();
    let failed: Result<(), orm_core::Error> = session.transaction(|tx| {
        tx.insert(entry("lost"))?;
        tx.insert(entry("kept"))?;
        Ok(())
    });
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::Invalid);
    let sent = place.sent();
    assert!(sent.first().unwrap().starts_with("BEGIN"), "{sent:?}");
    assert_eq!(sent.last().unwrap(), "ROLLBACK");
    assert_eq!(texts!(&mut session), ["kept"]);
    // Another connection sees the same.
    assert_eq!(texts!(&mut place.session().unwrap()), ["kept"]);
});

scenario!(an_error_of_ones_own_passes_through, |place| {
    #[derive(Debug)]
    enum Mine {
        Orm,
        NoMoney,
    }
    impl From<orm_core::Error> for Mine {
        fn from(_: orm_core::Error) -> Self {
            Mine::Orm
        }
    }
    place.create_all(schema![Entry]).unwrap();
    let mut session = place.session().unwrap();
    let failed: Result<(), Mine> = session.transaction(|tx| {
        tx.insert(entry("lost"))?;
        Err(Mine::NoMoney)
    });
    assert!(matches!(failed, Err(Mine::NoMoney)));
    let failed: Result<(), Mine> = session.transaction(|tx| {
        tx.insert_many([entry("a"), entry("a")])?;
        Ok(())
    });
    assert!(matches!(failed, Err(Mine::Orm)));
    assert!(texts!(&mut session).is_empty());
});

scenario!(a_panic_rolls_back_and_the_session_goes_on, |place| {
    place.create_all(schema![Entry]).unwrap();
    let mut session = place.session().unwrap();
    let panic = catch_unwind(AssertUnwindSafe(|| {
        session.transaction(|tx| -> orm_core::Result<()> {
            tx.insert(entry("lost"))?;
            std::panic::resume_unwind(Box::new("on purpose"))
        })
    }));
    assert_eq!(
        panic.unwrap_err().downcast_ref::<&str>(),
        Some(&"on purpose")
    );
    session.insert(entry("after")).unwrap();
    assert_eq!(texts!(&mut session), ["after"]);
});

scenario!(a_transaction_inside_another_is_a_savepoint, |place| {
    place.create_all(schema![Entry]).unwrap();
    let mut session = place.session().unwrap();
    place.sent();
    session
        .transaction(|tx| {
            tx.insert(entry("outer"))?;
            let inner = tx.transaction(|tx| {
                tx.insert(entry("inner"))?;
                tx.insert(entry("outer"))
            });
            assert!(inner.is_err());
            tx.transaction(|tx| tx.insert(entry("second")))?;
            tx.insert(entry("last"))
        })
        .unwrap();
    assert_eq!(texts!(&mut session), ["outer", "second", "last"]);
    let sent = place.sent();
    assert_eq!(
        sent.iter().filter(|sql| sql.starts_with("BEGIN")).count(),
        1
    );
    assert_eq!(
        sent.iter()
            .filter(|sql| sql.starts_with("SAVEPOINT"))
            .count(),
        2
    );
    let failed: orm_core::Result<()> = session.transaction(|tx| {
        tx.transaction(|tx| tx.insert(entry("committed inside")))?;
        Err(orm_core::Error::new(ErrorKind::Refused, "outside"))
    });
    assert!(failed.is_err());
    assert_eq!(texts!(&mut session).len(), 3, "a savepoint is no commit");
});

scenario!(diesels_transaction_is_the_same, |place| {
    place.create_all(schema![Entry]).unwrap();
    let mut session = place.session().unwrap();
    // By the trait's path: the session's own method comes first.
    let done = Connection::transaction(&mut session, |tx| {
        orm_core::diesel::insert_into(entries::table)
            .values(entry("a"))
            .execute(tx)
    });
    assert_eq!(done.unwrap(), 1);
    assert_eq!(texts!(&mut session), ["a"]);
});

scenario!(a_connection_goes_back_clean, |place| {
    use orm_core::diesel::connection::{SimpleConnection, TransactionManager};
    place.create_all(schema![Entry]).unwrap();
    type Transactions = <orm_core::session::Session<Conn> as Connection>::TransactionManager;
    for _ in 0..3 {
        let mut session = place.session().unwrap();
        // Begun and never ended: the work must not reach the next user.
        Transactions::begin_transaction(&mut session).unwrap();
        session.insert(entry("forgotten")).unwrap();
    }
    let mut first = place.session().unwrap();
    let mut second = place.session().unwrap();
    assert!(texts!(&mut first).is_empty());
    assert!(texts!(&mut second).is_empty());
    first.insert(entry("a")).unwrap();
    assert_eq!(texts!(&mut second), ["a"]);
    drop((first, second));
    // The same begun by hand, where nothing counts the depth.
    let mut session = place.session().unwrap();
    session.batch_execute("BEGIN").unwrap();
    session.insert(entry("by hand")).unwrap();
    session.batch_execute("ROLLBACK").unwrap();
    assert_eq!(texts!(&mut session), ["a"]);
});
