//! Diesel's own statements on a session: rows half read, first rows, statements dropped.

use futures_util::StreamExt;
use orm_core::aio::prelude::*;

use crate::cut::drop_after;
use crate::models::{AT_FIRST, Account, NewAccount, accounts as table};

const ROWS: i64 = 2000;

macro_rules! filled {
    ($place:ident) => {
        let rows = (1..=ROWS).map(|id| NewAccount {
            id,
            cents: AT_FIRST,
        });
        $place.session().await.insert_many(rows).await.unwrap();
    };
}

on_each!(
    a_stream_read_by_half_and_dropped_leaves_a_good_session,
    |place| {
        filled!(place);
        for read in [0, 1, 700] {
            let mut session = place.session().await;
            let query = table::table.select(table::id).order_by(table::id.asc());
            let mut rows = query.load_stream::<i64>(&mut session).await.unwrap();
            for id in 1..=read {
                assert_eq!(rows.next().await.unwrap().unwrap(), id);
            }
            drop(rows);
            // The next answer is its own, on this session and on whoever has the connection next.
            assert_eq!(session.get::<Account>(7).await.unwrap().unwrap().id, 7);
            let mut rows = query.load_stream::<i64>(&mut session).await.unwrap();
            rows.next().await.unwrap().unwrap();
            drop(rows);
            drop(session);
            let mut all = [place.session().await, place.session().await];
            for session in &mut all {
                assert_eq!(session.get::<Account>(8).await.unwrap().unwrap().id, 8);
            }
        }
        place.is_whole().await;
    }
);

on_each!(a_stream_dropped_while_it_waits_is_as_good, |place| {
    filled!(place);
    for waits in 0..40 {
        let mut session = place.session().await;
        let query = table::table.select(table::id).order_by(table::id.asc());
        let reads = async {
            let rows = query.load_stream::<i64>(&mut session).await.unwrap();
            let mut rows = std::pin::pin!(rows);
            let mut read = 0;
            while let Some(id) = rows.next().await {
                read += 1;
                assert_eq!(id.unwrap(), read);
            }
            read
        };
        let done = drop_after(waits, &place.sent, reads).await;
        // Before the first row it was left in the midst, later the rest is passed over.
        match session.get::<Account>(9).await {
            Ok(row) => assert_eq!(row.unwrap().id, 9),
            Err(error) => assert_eq!(error.kind(), ErrorKind::Interrupted),
        }
        drop(session);
        let mut next = place.session().await;
        assert_eq!(next.get::<Account>(10).await.unwrap().unwrap().id, 10);
        if let Some(read) = done {
            assert_eq!(read, ROWS);
            break;
        }
    }
    place.is_whole().await;
});

on_each!(a_first_row_leaves_a_good_session, |place| {
    filled!(place);
    let mut session = place.session().await;
    for id in 1..=5 {
        let query = table::table
            .filter(table::id.ge(id))
            .order_by(table::id.asc());
        let first: i64 = query.select(table::id).first(&mut session).await.unwrap();
        assert_eq!(first, id);
        assert_eq!(session.get::<Account>(id).await.unwrap().unwrap().id, id);
    }
    // All rows but the first are passed over.
    let any: i64 = RunQueryDsl::get_result(table::table.select(table::id), &mut session)
        .await
        .unwrap();
    assert!(any >= 1);
    assert_eq!(session.get::<Account>(3).await.unwrap().unwrap().id, 3);
    drop(session);
    place.is_whole().await;
});

on_each!(a_statement_of_diesels_that_is_dropped_is_noticed, |place| {
    filled!(place);
    let mut session = place.session().await;
    loop {
        let raise = orm_core::diesel::update(table::table).set(table::cents.eq(AT_FIRST + 1));
        if drop_after(1, &place.sent, raise.execute(&mut session))
            .await
            .is_none()
        {
            break;
        }
    }
    let again = table::table
        .select(table::id)
        .first::<i64>(&mut session)
        .await;
    let error = orm_core::Error::from(again.unwrap_err());
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    drop(session);
    // One statement: all rows have it, or none.
    let mut session = place.session().await;
    let same = orm_core::diesel::sql_query("UPDATE accounts SET cents = cents");
    same.execute(&mut session).await.unwrap();
    let rows = Account::query().load(&mut session).await.unwrap();
    let raised = rows.iter().filter(|row| row.cents == AT_FIRST + 1).count();
    assert!(
        raised == 0 || raised == rows.len(),
        "{raised} of {}",
        rows.len()
    );
    drop(session);
    place.is_whole().await;
});
