//! Joins of two tables to four, and what their rows load into.

use diesel::prelude::*;

behaviour!(an_inner_join_follows_the_foreign_key, |conn| {
    let both = orders::table
        .inner_join(people::table)
        .filter(people::name.eq("Bob"))
        .first::<(Order, Person)>(conn)
        .unwrap();
    assert_eq!((both.0.total, both.1.name.as_str()), (70, "Bob"));
    let names = people::table
        .inner_join(orders::table)
        .select((people::name, orders::total))
        .order(orders::id)
        .load::<(String, i32)>(conn);
    let row = |name: &str, total| (name.to_owned(), total);
    assert_eq!(
        names,
        Ok(vec![row("Ann", 100), row("Ann", 50), row("Bob", 70)])
    );
});

behaviour!(a_left_join_may_have_no_row, |conn| {
    let rows = people::table
        .left_join(orders::table)
        .order((people::id.desc(), orders::id.desc()))
        .load::<(Person, Option<Order>)>(conn)
        .unwrap();
    let totals: Vec<_> = rows
        .iter()
        .map(|(person, order)| (person.id, order.as_ref().map(|order| order.total)))
        .collect();
    let expected = [
        (4, None),
        (3, None),
        (2, Some(70)),
        (1, Some(50)),
        (1, Some(100)),
    ];
    assert_eq!(totals, expected);
});

behaviour!(the_outer_side_is_selected_as_nullable, |conn| {
    let query = people::table
        .left_join(orders::table)
        .filter(people::id.gt(1));
    let totals = query
        .select((people::name, orders::total.nullable()))
        .order(people::id)
        .load::<(String, Option<i32>)>(conn);
    let row = |name: &str, total| (name.to_owned(), total);
    assert_eq!(
        totals,
        Ok(vec![
            row("Bob", Some(70)),
            row("Cid", None),
            row("Dan", None)
        ])
    );
    let pairs = query
        .select((people::id, (orders::id, orders::note).nullable()))
        .order(people::id)
        .load::<(i64, Option<(i64, Option<String>)>)>(conn);
    assert_eq!(pairs, Ok(vec![(2, Some((3, None))), (3, None), (4, None)]));
    let structs = query
        .select((Name::as_select(), Option::<Order>::as_select()))
        .order(people::id)
        .load::<(Name, Option<Order>)>(conn)
        .unwrap();
    let has: Vec<bool> = structs.iter().map(|(_, order)| order.is_some()).collect();
    assert_eq!(has, [true, false, false]);
    let none = query.filter(orders::id.is_null()).count().get_result(conn);
    assert_eq!(none, Ok(2));
});

// The selection stands first: of a whole nested join, each clause takes the compiler long.
behaviour!(joins_are_nested, |conn| {
    let names = people::table
        .inner_join(orders::table.inner_join(items::table))
        .select((people::name, orders::id, items::product_id))
        .filter(people::name.eq("Bob"))
        .order(items::line)
        .load::<(String, i64, i64)>(conn);
    let row = |product| ("Bob".to_owned(), 3, product);
    assert_eq!(names, Ok(vec![row(1), row(3)]));
});

behaviour!(a_nested_join_loads_as_it_is_nested, |conn| {
    let rows = orders::table
        .inner_join(items::table.inner_join(products::table))
        .load::<(Order, (Item, Product))>(conn)
        .unwrap();
    let pens = rows
        .iter()
        .filter(|(_, (_, product))| product.name == "pen");
    assert_eq!(pens.map(|(_, (item, _))| item.quantity).sum::<i32>(), 11);
});

behaviour!(four_tables_are_nested, |conn| {
    let rows = people::table
        .inner_join(orders::table.inner_join(items::table.inner_join(products::table)))
        .select((people::name, orders::id, items::line, products::name))
        .filter(products::name.eq("ink"))
        .load::<(String, i64, i32, String)>(conn);
    assert_eq!(rows, Ok(vec![("Ann".to_owned(), 1, 2, "ink".to_owned())]));
});

behaviour!(four_tables_are_joined, |conn| {
    let rows = items::table
        .inner_join(orders::table.inner_join(people::table))
        .inner_join(products::table)
        .filter(people::name.eq("Bob"))
        .select((people::name, orders::total, items::line, products::name))
        .order(items::line)
        .load::<(String, i32, i32, String)>(conn);
    let row = |line, product: &str| ("Bob".to_owned(), 70, line, product.to_owned());
    assert_eq!(rows, Ok(vec![row(1, "pen"), row(2, "pad")]));
});

behaviour!(structs_of_three_tables_are_selected, |conn| {
    let rows = items::table
        .inner_join(orders::table)
        .left_join(
            products::table.on(products::price
                .gt(2.0)
                .and(products::id.eq(items::product_id))),
        )
        .select((
            Item::as_select(),
            Order::as_select(),
            Option::<Product>::as_select(),
        ))
        .order((items::order_id, items::line))
        .load::<(Item, Order, Option<Product>)>(conn)
        .unwrap();
    let names: Vec<_> = rows
        .iter()
        .map(|(_, _, product)| product.as_ref().map_or("", |product| &product.name))
        .collect();
    assert_eq!(names, ["", "ink", "pad", "", "pad"]);
});

behaviour!(left_joins_are_nested, |conn| {
    let rows = people::table
        .left_join(orders::table.left_join(items::table))
        .filter(people::id.ne(1))
        .select((people::id, orders::id.nullable(), items::line.nullable()))
        .order((people::id, items::line))
        .load::<(i64, Option<i64>, Option<i32>)>(conn);
    let expected = vec![
        (2, Some(3), Some(1)),
        (2, Some(3), Some(2)),
        (3, None, None),
        (4, None, None),
    ];
    assert_eq!(rows, Ok(expected));
});

behaviour!(a_join_says_on_what, |conn| {
    let rows = products::table
        .inner_join(tickets::table.on(products::name.eq(tickets::state)))
        .load::<(Product, Ticket)>(conn);
    assert_eq!(rows, Ok(vec![]));
    let larger = orders::table
        .left_join(people::table.on(people::id.eq(orders::person_id).and(people::age.lt(30))))
        .select((orders::id, people::name.nullable()))
        .order(orders::id)
        .load::<(i64, Option<String>)>(conn);
    assert_eq!(
        larger,
        Ok(vec![(1, None), (2, None), (3, Some("Bob".to_owned()))])
    );
});

behaviour!(a_joined_query_is_filtered_before, |conn| {
    let adults = people::table.filter(people::age.ge(30));
    let totals = adults
        .inner_join(orders::table)
        .select(orders::total)
        .order(orders::total)
        .load::<i32>(conn);
    assert_eq!(totals, Ok(vec![50, 100]));
});
