//! `ONLY` and `TABLESAMPLE` of PostgreSQL.

use diesel::prelude::*;
use diesel::{pg::expression::extensions::OnlyDsl, pg::expression::extensions::TablesampleDsl};

behaviour!(postgres(a_table_is_read_without_its_children), |conn| {
    let names = people::table
        .only()
        .filter(people::age.eq(25))
        .order(people::id)
        .select(people::name)
        .load::<String>(conn);
    assert_eq!(names, Ok(vec!["Bob".to_owned(), "Dan".to_owned()]));
    let whole = people::table.only().select(people::all_columns);
    assert_eq!(whole.load::<Person>(conn).map(|rows| rows.len()), Ok(4));
});

behaviour!(postgres(a_table_is_sampled), |conn| {
    let names = people::table
        .tablesample_bernoulli(100)
        .select(people::name)
        .order(people::id)
        .load::<String>(conn)
        .unwrap();
    assert_eq!(names.len(), 4);
    let none = people::table
        .tablesample_system(0)
        .with_seed(1.0)
        .select(people::id);
    assert_eq!(none.load::<i64>(conn), Ok(vec![]));
});

behaviour!(postgres(such_sources_are_joined), |conn| {
    let rows = orders::table
        .inner_join(people::table.only().on(people::id.eq(orders::person_id)))
        .select((orders::id, people::name))
        .order(orders::id)
        .load::<(i64, String)>(conn)
        .unwrap();
    assert_eq!(rows[2], (3, "Bob".to_owned()));
    let sampled = orders::table
        .inner_join(
            people::table
                .tablesample_bernoulli(100)
                .on(people::id.eq(orders::person_id)),
        )
        .select(people::name)
        .order(orders::id)
        .load::<String>(conn)
        .unwrap();
    assert_eq!(sampled.len(), 3);
});
