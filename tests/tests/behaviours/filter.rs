//! What is filtered by: comparisons of columns with values and expressions, and keys.

use diesel::dsl::not;
use diesel::prelude::*;

/// The names of the people that a condition leaves.
macro_rules! names {
    ($conn:ident, $condition:expr) => {
        people::table
            .filter($condition)
            .select(people::name)
            .order(people::id)
            .load::<String>($conn)
            .unwrap()
    };
}

behaviour!(a_column_is_compared_with_a_value, |conn| {
    assert_eq!(names!(conn, people::age.eq(30)), ["Ann"]);
    assert_eq!(names!(conn, people::age.ne(25)), ["Ann", "Cid"]);
    assert_eq!(names!(conn, people::age.gt(30)), ["Cid"]);
    assert_eq!(names!(conn, people::age.ge(30)), ["Ann", "Cid"]);
    assert_eq!(names!(conn, people::age.lt(30)), ["Bob", "Dan"]);
    assert_eq!(names!(conn, people::age.le(25)), ["Bob", "Dan"]);
    assert_eq!(names!(conn, people::age.between(26, 41)), ["Ann", "Cid"]);
    assert_eq!(
        names!(conn, people::age.not_between(26, 41)),
        ["Bob", "Dan"]
    );
    assert_eq!(names!(conn, people::name.eq(String::from("Dan"))), ["Dan"]);
    assert_eq!(names!(conn, people::name.eq(&"Dan".to_owned())), ["Dan"]);
});

behaviour!(a_column_is_compared_with_an_expression, |conn| {
    assert_eq!(names!(conn, people::id.eq(people::id)).len(), 4);
    assert_eq!(names!(conn, people::age.gt(people::age - 1)).len(), 4);
    assert_eq!(
        names!(conn, people::boss_id.lt(people::id.nullable())),
        ["Bob", "Cid"]
    );
});

behaviour!(nulls_are_asked_for, |conn| {
    assert_eq!(names!(conn, people::email.is_null()), ["Bob", "Dan"]);
    assert_eq!(names!(conn, people::email.is_not_null()), ["Ann", "Cid"]);
    assert_eq!(names!(conn, people::email.eq("ann@x")), ["Ann"]);
    assert_eq!(names!(conn, people::email.eq(Some("ann@x"))), ["Ann"]);
    assert_eq!(names!(conn, people::email.eq(None::<String>)), [""; 0]);
    assert_eq!(
        names!(conn, people::boss_id.assume_not_null().eq(1)),
        ["Bob", "Cid"]
    );
});

behaviour!(conditions_are_combined, |conn| {
    let (young, led) = (people::age.lt(30), people::boss_id.is_not_null());
    assert_eq!(names!(conn, young.and(led)), ["Bob"]);
    assert_eq!(names!(conn, young.or(led)), ["Bob", "Cid", "Dan"]);
    assert_eq!(names!(conn, not(young)), ["Ann", "Cid"]);
    assert_eq!(
        names!(conn, not(young.or(led)).and(people::id.gt(0))),
        ["Ann"]
    );
    assert_eq!(names!(conn, people::boss_id.eq(1).and(young)), ["Bob"]);
    let twice = people::table
        .filter(young)
        .filter(led)
        .or_filter(people::name.eq("Ann"))
        .select(people::name)
        .order(people::id);
    assert_eq!(
        twice.load(conn),
        Ok(vec!["Ann".to_owned(), "Bob".to_owned()])
    );
});

behaviour!(text_is_matched, |conn| {
    assert_eq!(names!(conn, people::name.like("%n")), ["Ann", "Dan"]);
    assert_eq!(names!(conn, people::name.not_like("%n")), ["Bob", "Cid"]);
    assert_eq!(names!(conn, people::email.like("cid%")), ["Cid"]);
    assert_eq!(names!(conn, people::name.like("!A%").escape('!')), ["Ann"]);
});

// `||`, which is OR to MariaDB.
behaviour!(returning(text_is_joined), |conn| {
    let both = people::name.concat("@x").nullable();
    let found = people::table.filter(both.eq(people::email.assume_not_null().nullable()));
    assert_eq!(found.count().get_result(conn), Ok(0));
    let greeting = people::table.find(1).select(people::name.concat("!"));
    assert_eq!(greeting.first(conn), Ok("Ann!".to_owned()));
});

behaviour!(postgres(only_postgresql_compares_so), |conn| {
    assert_eq!(names!(conn, people::name.ilike("a%")), ["Ann"]);
    assert_eq!(
        names!(conn, people::email.is_not_distinct_from(None::<String>)),
        ["Bob", "Dan"]
    );
    assert_eq!(
        names!(conn, people::boss_id.is_distinct_from(1)),
        ["Ann", "Dan"]
    );
    assert_eq!(
        names!(conn, people::name.similar_to("(A|B)%")),
        ["Ann", "Bob"]
    );
});

behaviour!(a_row_is_found_by_its_key, |conn| {
    let ann = people::table.find(1).select(people::name).first(conn);
    assert_eq!(ann, Ok("Ann".to_owned()));
    let none = people::table.find(9).first::<Person>(conn);
    assert_eq!(none, Err(diesel::NotFound));
});

behaviour!(a_row_is_found_by_a_key_of_two_columns, |conn| {
    let ink = items::table.find((1, 2)).first::<Item>(conn);
    let expected = Item {
        order_id: 1,
        line: 2,
        product_id: 2,
        quantity: 2,
    };
    assert_eq!(ink, Ok(expected));
    assert_eq!(ink.as_ref().map(Identifiable::id), Ok((&1, &2)));
});

behaviour!(a_list_by_the_trait_is_diesels, |conn| {
    let three = ExpressionMethods::eq_any(people::id, [1, 2, 9]);
    assert_eq!(names!(conn, three), ["Ann", "Bob"]);
    let others = ExpressionMethods::ne_all(people::id, vec![1, 2, 9]);
    assert_eq!(names!(conn, others), ["Cid", "Dan"]);
});
