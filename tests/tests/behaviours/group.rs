//! Groups: what a group holds, what may be selected of it, and aggregates.

use diesel::dsl::{avg, count, count_star, max, min, sum};
use diesel::prelude::*;

behaviour!(a_column_is_grouped_by, |conn| {
    let ages = people::table
        .group_by(people::age)
        .select((people::age, count_star()))
        .order(people::age)
        .load::<(i32, i64)>(conn);
    assert_eq!(ages, Ok(vec![(25, 2), (30, 1), (41, 1)]));
});

behaviour!(a_group_by_the_key_has_the_other_columns, |conn| {
    let rows = people::table
        .left_join(orders::table)
        .group_by(people::id)
        .select((people::name, people::email, sum(orders::total.nullable())))
        .order(people::id)
        .load::<(String, Option<String>, Option<i64>)>(conn);
    let row =
        |name: &str, email: Option<&str>, total| (name.to_owned(), email.map(str::to_owned), total);
    let expected = vec![
        row("Ann", Some("ann@x"), Some(150)),
        row("Bob", None, Some(70)),
        row("Cid", Some("cid@x"), None),
        row("Dan", None, None),
    ];
    assert_eq!(rows, Ok(expected));
});

behaviour!(a_group_by_the_key_has_the_struct, |conn| {
    let rows = people::table
        .inner_join(orders::table)
        .group_by(people::id)
        .select((Name::as_select(), count(orders::id)))
        .order(people::id)
        .load::<(Name, i64)>(conn);
    let name = |id, name: &str| Name {
        id,
        name: name.to_owned(),
    };
    assert_eq!(rows, Ok(vec![(name(1, "Ann"), 2), (name(2, "Bob"), 1)]));
});

behaviour!(a_group_holds_columns_of_two_tables, |conn| {
    let rows = orders::table
        .inner_join(people::table)
        .group_by((people::name, orders::note))
        .select((people::name, orders::note, max(orders::total)))
        .order((people::name, orders::note.is_null()))
        .load::<(String, Option<String>, Option<i32>)>(conn);
    let row = |name: &str, note: Option<&str>, total| {
        (name.to_owned(), note.map(str::to_owned), Some(total))
    };
    let expected = vec![
        row("Ann", Some("gift"), 100),
        row("Ann", None, 50),
        row("Bob", None, 70),
    ];
    assert_eq!(rows, Ok(expected));
});

behaviour!(a_group_by_two_keys_has_both_tables, |conn| {
    let rows = orders::table
        .inner_join(people::table)
        .group_by((orders::id, people::id))
        .select((people::name, orders::total, orders::note))
        .order(orders::id)
        .load::<(String, i32, Option<String>)>(conn);
    let expected = vec![
        ("Ann".to_owned(), 100, Some("gift".to_owned())),
        ("Ann".to_owned(), 50, None),
        ("Bob".to_owned(), 70, None),
    ];
    assert_eq!(rows, Ok(expected));
});

behaviour!(groups_are_filtered, |conn| {
    let rows = people::table
        .inner_join(orders::table)
        .group_by(people::id)
        .having(count(orders::id).gt(1))
        .select(people::name)
        .load::<String>(conn);
    assert_eq!(rows, Ok(vec!["Ann".to_owned()]));
    let rows = people::table
        .filter(people::id.lt(4))
        .group_by(people::age)
        .having(min(people::id).eq(2).and(people::age.lt(30)))
        .select((people::age, max(people::name)))
        .load::<(i32, Option<String>)>(conn);
    assert_eq!(rows, Ok(vec![(25, Some("Bob".to_owned()))]));
});

behaviour!(groups_are_ordered_by_aggregates, |conn| {
    let rows = items::table
        .inner_join(products::table)
        .group_by(products::name)
        .select((products::name, max(items::quantity)))
        .order(max(items::quantity).desc())
        .load::<(String, Option<i32>)>(conn);
    let row = |name: &str, most| (name.to_owned(), Some(most));
    assert_eq!(rows, Ok(vec![row("pen", 10), row("pad", 4), row("ink", 2)]));
});

behaviour!(tables_are_aggregated_whole, |conn| {
    let prices = products::table
        .select((
            min(products::price),
            max(products::name),
            count(products::id),
        ))
        .first::<(Option<f64>, Option<String>, i64)>(conn);
    assert_eq!(prices, Ok((Some(1.5), Some("pen".to_owned()), 3)));
    let total = orders::table
        .select(sum(orders::total))
        .first::<Option<i64>>(conn);
    assert_eq!(total, Ok(Some(220)));
    let mean = products::table
        .select(avg(products::price))
        .first::<Option<f64>>(conn);
    assert_eq!(
        mean.map(|mean| mean.map(|mean| (mean * 100.0).round())),
        Ok(Some(258.0))
    );
});

// FILTER, which MariaDB has not.
behaviour!(returning(an_aggregate_has_a_filter), |conn| {
    let (all, young) = people::table
        .select((
            count_star(),
            count(people::id).aggregate_filter(people::age.lt(30)),
        ))
        .first::<(i64, i64)>(conn)
        .unwrap();
    assert_eq!((all, young), (4, 2));
    let distinct = people::table.select(
        count(people::age)
            .aggregate_distinct()
            .aggregate_filter(people::id.gt(1)),
    );
    assert_eq!(distinct.first::<i64>(conn), Ok(2));
});
