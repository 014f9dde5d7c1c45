//! What is ordered by, and `DISTINCT ON`.

use diesel::prelude::*;

/// The names of all people, in an order.
macro_rules! names {
    ($conn:ident, $query:expr) => {
        $query.select(people::name).load::<String>($conn).unwrap()
    };
}

behaviour!(rows_are_ordered_by_columns, |conn| {
    let people = people::table;
    assert_eq!(
        names!(conn, people.order(people::name.desc())),
        ["Dan", "Cid", "Bob", "Ann"]
    );
    assert_eq!(
        names!(conn, people.order((people::age, people::name.desc()))),
        ["Dan", "Bob", "Ann", "Cid"]
    );
    assert_eq!(
        names!(
            conn,
            people
                .order_by(people::age.asc())
                .then_order_by(people::id.desc())
        ),
        ["Dan", "Bob", "Ann", "Cid"]
    );
});

behaviour!(rows_are_ordered_by_expressions, |conn| {
    let backwards = people::table.order((people::age * -1, people::id + 1));
    assert_eq!(names!(conn, backwards), ["Cid", "Ann", "Bob", "Dan"]);
    let led_first = people::table.order((people::boss_id.is_null().asc(), people::id));
    assert_eq!(names!(conn, led_first), ["Bob", "Cid", "Ann", "Dan"]);
});

behaviour!(an_order_is_replaced, |conn| {
    let twice = people::table.order(people::age).order(people::id.desc());
    assert_eq!(names!(conn, twice), ["Dan", "Cid", "Bob", "Ann"]);
});

behaviour!(a_join_is_ordered_by_both_sides, |conn| {
    let query = orders::table
        .inner_join(people::table)
        .order((people::name.desc(), orders::total.asc()));
    let totals = query.select(orders::total).load::<i32>(conn);
    assert_eq!(totals, Ok(vec![70, 50, 100]));
});

behaviour!(postgres(nulls_are_put_first_or_last), |conn| {
    let first = people::table.order((people::email.desc().nulls_first(), people::id));
    assert_eq!(names!(conn, first), ["Bob", "Dan", "Cid", "Ann"]);
    let last = people::table.order((people::email.asc().nulls_last(), people::id));
    assert_eq!(names!(conn, last), ["Ann", "Cid", "Bob", "Dan"]);
});

behaviour!(postgres(distinct_on_keeps_one_of_each), |conn| {
    let oldest = people::table
        .distinct_on(people::age)
        .order((people::age, people::id.desc()));
    assert_eq!(names!(conn, oldest), ["Dan", "Ann", "Cid"]);
    let by_trait = people::table
        .distinct_on(people::age)
        .order(ExpressionMethods::desc(people::age));
    assert_eq!(names!(conn, by_trait)[0], "Cid");
    let joined = orders::table
        .inner_join(people::table)
        .distinct_on((people::id, people::name))
        .order((people::id, people::name, orders::total))
        .select((people::name, orders::total));
    let expected = vec![("Ann".to_owned(), 50), ("Bob".to_owned(), 70)];
    assert_eq!(joined.load(conn), Ok(expected));
});
