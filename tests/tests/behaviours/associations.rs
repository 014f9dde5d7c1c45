//! Rows that belong to rows: `belonging_to`, `grouped_by`.

use diesel::prelude::*;

behaviour!(rows_belong_to_a_row, |conn| {
    let ann = people::table.find(1).first::<Person>(conn).unwrap();
    let orders = Order::belonging_to(&ann)
        .order(orders::id.desc())
        .load::<Order>(conn)
        .unwrap();
    assert_eq!(orders[0].id, 2);
    let gifts = Order::belonging_to(&ann)
        .filter(orders::note.is_not_null())
        .inner_join(people::table)
        .select((people::name, orders::total))
        .load::<(String, i32)>(conn);
    assert_eq!(gifts, Ok(vec![("Ann".to_owned(), 100)]));
});

// MariaDB and SQLite are asked with IN, PostgreSQL with `= ANY`: Diesel's own, with its columns.
behaviour!(rows_are_grouped_by_what_they_belong_to, |conn| {
    let people = people::table
        .order(people::id)
        .load::<Person>(conn)
        .unwrap();
    let orders = Order::belonging_to(&people)
        .order(orders::id)
        .load::<Order>(conn)
        .unwrap();
    let items = Item::belonging_to(&orders)
        .order((items::order_id, items::line))
        .select(Item::as_select())
        .load::<Item>(conn)
        .unwrap();
    let items = items.grouped_by(&orders);
    let orders = orders.into_iter().zip(items).grouped_by(&people);
    let lines: Vec<Vec<usize>> = orders
        .iter()
        .map(|orders| orders.iter().map(|(_, items)| items.len()).collect())
        .collect();
    assert_eq!(lines, [vec![2, 1], vec![2], vec![], vec![]]);
});

behaviour!(rows_belong_to_rows_of_their_own_table, |conn| {
    let ann = people::table.find(1).first::<Person>(conn).unwrap();
    let led = Person::belonging_to(&ann)
        .select(people::name)
        .order(people::id)
        .load::<String>(conn);
    assert_eq!(led, Ok(vec!["Bob".to_owned(), "Cid".to_owned()]));
    let both = Item::belonging_to(&products::table.find(3).first::<Product>(conn).unwrap())
        .select(items::order_id)
        .order(items::order_id)
        .load::<i64>(conn);
    assert_eq!(both, Ok(vec![2, 3]));
});
