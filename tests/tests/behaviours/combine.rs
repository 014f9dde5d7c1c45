//! UNION, INTERSECT, EXCEPT.

use diesel::prelude::*;

behaviour!(queries_are_united, |conn| {
    let names = people::table.filter(people::id.le(2)).select(people::name);
    let goods = products::table
        .filter(products::id.eq(1))
        .select(products::name);
    let mut both = names.union(goods).load::<String>(conn).unwrap();
    both.sort();
    assert_eq!(both, ["Ann", "Bob", "pen"]);
    let twice = names.union_all(names).load::<String>(conn).unwrap();
    assert_eq!(twice.len(), 4);
});

// Diesel writes neither for MySQL.
behaviour!(returning(queries_are_intersected_and_excepted), |conn| {
    let all = people::table.select(people::id);
    let buyers = orders::table.select(orders::person_id);
    let mut some = all.intersect(buyers).load::<i64>(conn).unwrap();
    some.sort_unstable();
    assert_eq!(some, [1, 2]);
    let mut others = all.except(buyers).load::<i64>(conn).unwrap();
    others.sort_unstable();
    assert_eq!(others, [3, 4]);
});
