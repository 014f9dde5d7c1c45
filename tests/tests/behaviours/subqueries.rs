//! Queries in queries: EXISTS, IN, a single value, a column of a selection.

use diesel::dsl::{exists, max, not};
use diesel::prelude::*;

behaviour!(exists_sees_the_outer_row, |conn| {
    let bought = orders::table.filter(orders::person_id.eq(people::id));
    let buyers = people::table
        .filter(exists(bought))
        .select(people::name)
        .order(people::id)
        .load::<String>(conn);
    assert_eq!(buyers, Ok(vec!["Ann".to_owned(), "Bob".to_owned()]));
    let others = people::table
        .filter(not(exists(bought.filter(orders::total.gt(60)))))
        .filter(people::email.is_not_null())
        .select(people::name)
        .load::<String>(conn);
    assert_eq!(others, Ok(vec!["Cid".to_owned()]));
    let any = diesel::select(exists(people::table.find(1))).get_result::<bool>(conn);
    assert_eq!(any, Ok(true));
});

behaviour!(a_column_is_one_of_a_subquery, |conn| {
    let buyers = orders::table
        .filter(orders::total.lt(80))
        .select(orders::person_id);
    let names = people::table.select(people::name).order(people::id);
    let found = names.filter(people::id.eq_any(buyers)).load::<String>(conn);
    assert_eq!(found, Ok(vec!["Ann".to_owned(), "Bob".to_owned()]));
    let others = names.filter(people::id.ne_all(buyers)).load::<String>(conn);
    assert_eq!(others, Ok(vec!["Cid".to_owned(), "Dan".to_owned()]));
    let bosses = people::table
        .filter(people::boss_id.is_not_null())
        .select(people::boss_id.assume_not_null());
    let found = orders::table
        .filter(orders::person_id.eq_any(bosses))
        .count()
        .get_result::<i64>(conn);
    assert_eq!(found, Ok(2));
});

behaviour!(a_column_is_one_of_a_boxed_subquery, |conn| {
    let buyers = orders::table.select(orders::person_id).into_boxed();
    let found = people::table
        .filter(people::id.eq_any(buyers.filter(orders::total.eq(70))))
        .select(people::name)
        .load::<String>(conn);
    assert_eq!(found, Ok(vec!["Bob".to_owned()]));
});

behaviour!(a_column_is_one_of_a_union, |conn| {
    let either = products::table
        .filter(products::price.lt(2.0))
        .select(products::id)
        .union(
            orders::table
                .filter(orders::total.eq(70))
                .select(orders::person_id),
        );
    let found = people::table
        .filter(people::id.eq_any(either))
        .select(people::name)
        .order(people::id)
        .load::<String>(conn);
    assert_eq!(found, Ok(vec!["Ann".to_owned(), "Bob".to_owned()]));
});

behaviour!(a_subquery_is_a_single_value, |conn| {
    let last = orders::table.select(max(orders::person_id)).single_value();
    let buyer = people::table
        .filter(people::id.nullable().eq(last))
        .select(people::name)
        .load::<String>(conn);
    assert_eq!(buyer, Ok(vec!["Bob".to_owned()]));
    let first = orders::table
        .filter(orders::person_id.eq(people::id))
        .order(orders::id)
        .select(orders::total)
        .limit(1)
        .single_value();
    let rows = people::table
        .select((people::name, first))
        .order(people::id)
        .limit(3)
        .load::<(String, Option<i32>)>(conn);
    let row = |name: &str, total| (name.to_owned(), total);
    assert_eq!(
        rows,
        Ok(vec![
            row("Ann", Some(100)),
            row("Bob", Some(70)),
            row("Cid", None)
        ])
    );
});

behaviour!(a_join_is_in_a_subquery, |conn| {
    let pens = items::table
        .inner_join(products::table)
        .filter(items::order_id.eq(orders::id))
        .filter(products::name.eq("pen"));
    let found = orders::table
        .filter(exists(pens))
        .inner_join(people::table)
        .select((orders::id, people::name))
        .order(orders::id)
        .load::<(i64, String)>(conn);
    assert_eq!(
        found,
        Ok(vec![(1, "Ann".to_owned()), (3, "Bob".to_owned())])
    );
});

behaviour!(postgres(a_column_is_compared_with_an_array), |conn| {
    use diesel::dsl::array;
    use diesel::sql_types::BigInt;
    let ids = people::table
        .filter(ExpressionMethods::eq_any(
            people::id,
            array::<BigInt, _>((1_i64, 2_i64)),
        ))
        .select(people::id)
        .order(people::id)
        .load::<i64>(conn);
    assert_eq!(ids, Ok(vec![1, 2]));
});
