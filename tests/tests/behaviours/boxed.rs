//! Queries and conditions whose type is known at run time only.

use diesel::prelude::*;
use diesel::sql_types::Bool;

behaviour!(a_boxed_query_grows, |conn| {
    let mut query = people::table.into_boxed();
    for name in ["Ann", "Dan"] {
        query = query.or_filter(people::name.eq(name));
    }
    query = query.order(people::id.desc()).limit(1);
    let found = query.load::<Person>(conn).unwrap();
    assert_eq!(found[0].name, "Dan");
});

behaviour!(a_boxed_query_has_a_name, |conn| {
    fn led(only: Option<i64>) -> people::BoxedQuery<'static, Db> {
        let query = people::table.order(people::id).into_boxed();
        match only {
            Some(boss) => query.filter(people::boss_id.eq(boss)),
            None => query,
        }
    }
    assert_eq!(led(None).load::<Person>(conn).unwrap().len(), 4);
    assert_eq!(led(Some(1)).load::<Person>(conn).unwrap()[1].name, "Cid");
    let first = led(None).select(people::name).first::<String>(conn);
    assert_eq!(first, Ok("Ann".to_owned()));
});

behaviour!(a_boxed_join_grows, |conn| {
    let mut query = people::table
        .inner_join(orders::table)
        .select((people::name, orders::total))
        .into_boxed();
    query = query.filter(orders::total.lt(80)).order(orders::total);
    query = query.then_order_by(people::id.asc());
    let row = |name: &str, total| (name.to_owned(), total);
    assert_eq!(query.load(conn), Ok(vec![row("Ann", 50), row("Bob", 70)]));
});

behaviour!(a_boxed_table_is_joined, |conn| {
    let rich = orders::table.filter(orders::total.ge(70)).into_boxed();
    let names = rich
        .inner_join(people::table)
        .select(people::name)
        .order(people::id)
        .load::<String>(conn);
    assert_eq!(names, Ok(vec!["Ann".to_owned(), "Bob".to_owned()]));
});

behaviour!(a_condition_is_boxed, |conn| {
    type Condition = Box<dyn BoxableExpression<people::table, Db, SqlType = Bool>>;
    let conditions: Vec<Condition> = vec![
        Box::new(people::age.eq(25)),
        Box::new(people::boss_id.is_not_null()),
    ];
    let all = conditions
        .into_iter()
        .reduce(|one, other| Box::new(one.and(other)))
        .unwrap();
    let names = people::table
        .filter(all)
        .select(people::name)
        .load::<String>(conn);
    assert_eq!(names, Ok(vec!["Bob".to_owned()]));
});

behaviour!(a_boxed_group_is_filtered, |conn| {
    let ages = people::table
        .group_by(people::age)
        .select(people::age)
        .into_boxed()
        .filter(people::id.gt(1))
        .having(people::age.gt(30));
    assert_eq!(ages.load::<i32>(conn), Ok(vec![41]));
});

behaviour!(a_selection_is_boxed, |conn| {
    use diesel::sql_types::Text;
    type Words = Box<dyn BoxableExpression<people::table, Db, SqlType = Text>>;
    let words: Words = Box::new(people::name);
    let names = people::table.find(1).select(words).load::<String>(conn);
    assert_eq!(names, Ok(vec!["Ann".to_owned()]));
});
