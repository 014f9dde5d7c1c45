//! Statements are told apart by their types: each is prepared once.

use std::sync::atomic::{AtomicUsize, Ordering};

use diesel::connection::InstrumentationEvent;
use diesel::prelude::*;
use diesel::query_builder::QueryId;

/// How many statements were prepared, from here on.
macro_rules! preparations {
    ($conn:ident) => {{
        let prepared = std::sync::Arc::new(AtomicUsize::new(0));
        let counter = prepared.clone();
        $conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::CacheQuery { .. } = event {
                counter.fetch_add(1, Ordering::Relaxed);
            }
        });
        prepared
    }};
}

fn is_static<Q: QueryId>(_: &Q) -> bool {
    Q::HAS_STATIC_QUERY_ID
}

fn same_id<A: QueryId, B: QueryId>(_: &A, _: &B) -> bool
where
    A::QueryId: 'static,
    B::QueryId: 'static,
{
    A::query_id() == B::query_id() && A::query_id().is_some()
}

behaviour!(a_statement_is_prepared_once, |conn| {
    let prepared = preparations!(conn);
    for age in [25, 30, 41] {
        let query = people::table
            .inner_join(orders::table)
            .filter(people::age.eq(age))
            .order(people::name.asc())
            .select((people::name, orders::total));
        query.load::<(String, i32)>(conn).unwrap();
        people::table
            .find(i64::from(age))
            .first::<Person>(conn)
            .optional()
            .unwrap();
    }
    assert_eq!(prepared.load(Ordering::Relaxed), 2);
});

behaviour!(every_column_and_table_has_an_id, |_conn| {
    assert!(is_static(&people::table));
    assert!(is_static(&people::age));
    assert!(is_static(&people::table.star()));
    assert!(is_static(
        &people::table
            .inner_join(orders::table)
            .filter(people::age.gt(1))
    ));
    assert!(same_id(&people::age.eq(1), &people::age.eq(2)));
    assert!(!same_id(&people::age, &people::id));
    assert!(!same_id(&people::id, &orders::id));
    assert!(!same_id(&people::table, &orders::table));
    let boss = diesel::alias!(people as boss);
    assert!(same_id(&boss.field(people::id), &boss.field(people::id)));
    assert!(!is_static(&people::table.into_boxed::<Db>()));
    assert!(is_static(&diesel::delete(people::table.find(1))));
});
