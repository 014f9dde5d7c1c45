//! A table beside itself: `alias!`, `field`, `fields`.

use diesel::dsl::{count, exists};
use diesel::prelude::*;

behaviour!(a_table_is_joined_with_itself, |conn| {
    let boss = diesel::alias!(people as boss);
    let rows = people::table
        .inner_join(boss.on(boss.field(people::id).nullable().eq(people::boss_id)))
        .select((people::name, boss.field(people::name)))
        .order(people::id)
        .load::<(String, String)>(conn);
    let led = |name: &str| (name.to_owned(), "Ann".to_owned());
    assert_eq!(rows, Ok(vec![led("Bob"), led("Cid")]));
});

behaviour!(an_alias_on_the_outer_side_is_nullable, |conn| {
    let boss = diesel::alias!(people as boss);
    let rows = people::table
        .left_join(boss.on(boss.field(people::id).nullable().eq(people::boss_id)))
        .select((
            people::id,
            boss.fields((people::name, people::email)).nullable(),
        ))
        .filter(boss.field(people::age).gt(20).or(people::boss_id.is_null()))
        .order(people::id)
        .load::<(i64, Option<(String, Option<String>)>)>(conn);
    let ann = || Some(("Ann".to_owned(), Some("ann@x".to_owned())));
    assert_eq!(rows, Ok(vec![(1, None), (2, ann()), (3, ann()), (4, None)]));
});

behaviour!(an_alias_loads_as_the_struct, |conn| {
    let worker = diesel::alias!(people as worker);
    let rows = worker
        .filter(worker.field(people::boss_id).eq(1))
        .order(worker.field(people::id).desc())
        .load::<Person>(conn)
        .unwrap();
    assert_eq!(rows[0].name, "Cid");
    let both = people::table
        .inner_join(worker.on(worker.field(people::boss_id).eq(people::id.nullable())))
        .order(worker.field(people::id))
        .load::<(Person, Person)>(conn)
        .unwrap();
    assert_eq!((both[0].0.id, both[0].1.id), (1, 2));
    let all = worker.fields(people::all_columns);
    assert_eq!(worker.select(all).load::<Person>(conn).unwrap().len(), 4);
});

behaviour!(two_aliases_stand_beside_a_table, |conn| {
    let (first, second) = diesel::alias!(people as first, people as second);
    let pairs = first
        .inner_join(second.on(first.field(people::age).eq(second.field(people::age))))
        .filter(first.field(people::id).lt(second.field(people::id)))
        .select((first.field(people::name), second.field(people::name)))
        .load::<(String, String)>(conn);
    assert_eq!(pairs, Ok(vec![("Bob".to_owned(), "Dan".to_owned())]));
});

behaviour!(an_alias_joins_by_the_foreign_key, |conn| {
    let buyer = diesel::alias!(people as buyer);
    let rows = orders::table
        .inner_join(buyer)
        .select((orders::id, buyer.field(people::name)))
        .order(orders::id.desc())
        .load::<(i64, String)>(conn)
        .unwrap();
    assert_eq!(rows[0], (3, "Bob".to_owned()));
    let bought = diesel::alias!(orders as bought);
    let rows = people::table
        .left_join(bought)
        .filter(bought.field(orders::id).is_null())
        .select(people::name)
        .order(people::id)
        .load::<String>(conn);
    assert_eq!(rows, Ok(vec!["Cid".to_owned(), "Dan".to_owned()]));
});

behaviour!(an_alias_is_grouped_by, |conn| {
    let buyer = diesel::alias!(people as buyer);
    let rows = orders::table
        .inner_join(buyer)
        .group_by(buyer.field(people::name))
        .select((buyer.field(people::name), count(orders::id)))
        .order(buyer.field(people::name))
        .load::<(String, i64)>(conn);
    assert_eq!(rows, Ok(vec![("Ann".to_owned(), 2), ("Bob".to_owned(), 1)]));
});

behaviour!(an_alias_is_in_a_subquery_of_its_table, |conn| {
    let worker = diesel::alias!(people as worker);
    let led = worker.filter(worker.field(people::boss_id).eq(people::id.nullable()));
    let bosses = people::table
        .filter(exists(led))
        .select(people::name)
        .load::<String>(conn);
    assert_eq!(bosses, Ok(vec!["Ann".to_owned()]));
});
