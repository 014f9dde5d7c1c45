//! Single operations dropped in the midst: get, insert, insert_many, loads with relations, and
//! what waits for a connection.

use orm_core::aio::prelude::*;

use crate::cut::{Cut, Numbers, drop_after};
use crate::models::{AT_FIRST, Account, NewNote, Note, account, notes};
use crate::place::accounts;

/// Cuts an operation at each wait, then at each statement, until it is done; after each cut the
/// session refuses, and the next one is not in a transaction.
macro_rules! cut {
    ($place:ident, |$session:ident| $operation:expr) => {{
        for cut in Cut::EACH {
            let mut numbers = Numbers::up_to(match cut {
                Cut::Waits => 2,
                // A statement of SQLite's may be done by the time at which it is counted.
                Cut::Statements => 0,
            });
            loop {
                let mut $session = $place.session().await;
                let number = numbers.next();
                let done = cut.at(number, &$place.sent, $operation).await;
                if numbers.is_enough(done.is_none()) {
                    break;
                }
                if let Some(result) = done {
                    result.unwrap();
                    continue;
                }
                let again = $session.get::<Account>(1).await;
                match cut.is_before_the_first_poll(number) {
                    true => assert!(again.unwrap().is_some(), "nothing was sent"),
                    false => assert_eq!(again.unwrap_err().kind(), ErrorKind::Interrupted),
                }
            }
        }
        $place.is_whole().await;
    }};
}

on_each!(a_get_is_dropped, |place| {
    place.session().await.insert_many(accounts()).await.unwrap();
    cut!(place, |session| session.get::<Account>(1));
});

on_each!(an_insert_is_dropped, |place| {
    place.session().await.insert_many(accounts()).await.unwrap();
    cut!(place, |session| session.insert(NewNote { account_id: 1 }));
    // Each row that is there is whole: none refers to nothing, and the count can be had.
    let mut session = place.session().await;
    let rows = Note::query()
        .filter(notes::account_id.eq(1))
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(
        i64::try_from(rows.len()).unwrap(),
        Note::query().count(&mut session).await.unwrap()
    );
});

on_each!(an_insert_of_many_is_all_or_nothing, |place| {
    place.session().await.insert_many(accounts()).await.unwrap();
    // Several statements: 600 rows are sent by 512 and less at a time.
    const ROWS: i64 = 600;
    let forms = || (0..ROWS).map(|_| NewNote { account_id: 2 });
    cut!(place, |session| session.insert_many(forms()));
    let rows = Note::query()
        .count(&mut place.session().await)
        .await
        .unwrap();
    assert!(rows > 0 && rows % ROWS == 0, "{rows} rows");
});

on_each!(a_load_with_relations_is_dropped, |place| {
    let mut session = place.session().await;
    session.insert_many(accounts()).await.unwrap();
    session.insert(NewNote { account_id: 2 }).await.unwrap();
    drop(session);
    cut!(place, |session| Account::query()
        .with(account::notes)
        .load(&mut session));
});

on_each!(a_checkout_is_dropped, |place| {
    place.session().await.insert_many(accounts()).await.unwrap();
    // A pool that has no connection yet opens one: cut that at each of its waits as well.
    let fresh = orm_core::aio::AsyncEngine::<Conn>::builder()
        .url(place.home.url.as_str())
        .pool_size(1)
        .max_overflow(0)
        .open()
        .await
        .unwrap();
    let mut numbers = Numbers::up_to(2);
    loop {
        // Left in the midst, so that the next checkout has to open another connection.
        let mut left = fresh.session().await.unwrap();
        drop_after(1, &place.sent, left.get::<Account>(1)).await;
        drop(left);
        let cut = drop_after(numbers.next(), &place.sent, fresh.session())
            .await
            .is_none();
        if numbers.is_enough(cut) {
            break;
        }
        let state = fresh.pool().state();
        assert_eq!((state.limit(), state.waiting), (1, 0), "{state:?}");
    }
    let mut session = fresh.session().await.unwrap();
    assert_eq!(
        session.get::<Account>(1).await.unwrap().unwrap().cents,
        AT_FIRST
    );
    drop(session);
    drop(fresh);
    place.is_whole().await;
});
