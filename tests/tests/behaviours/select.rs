//! What is selected: columns, tuples, structs and parts of them, and how rows come.

use diesel::debug_query;
use diesel::dsl::{count, count_star};
use diesel::prelude::*;
use diesel::sql_types::Integer;

behaviour!(a_table_loads_as_its_struct, |conn| {
    let pens = products::table.order(products::id).load::<Product>(conn);
    let pen = |id, name: &str, price| Product {
        id,
        name: name.to_owned(),
        price,
    };
    let expected = vec![pen(1, "pen", 1.5), pen(2, "ink", 4.0), pen(3, "pad", 2.25)];
    assert_eq!(pens, Ok(expected));
});

behaviour!(a_table_loads_as_a_tuple, |conn| {
    type Row = (i64, String, i32, Option<String>, Option<i64>);
    let bob = people::table.filter(people::id.eq(2)).first::<Row>(conn);
    assert_eq!(bob, Ok((2, "Bob".to_owned(), 25, None, Some(1))));
});

behaviour!(as_select_names_the_columns, |conn| {
    let cid = people::table
        .select(Person::as_select())
        .filter(people::id.eq(3))
        .first(conn);
    let expected = Person {
        id: 3,
        name: "Cid".to_owned(),
        age: 41,
        email: Some("cid@x".to_owned()),
        boss_id: Some(1),
    };
    assert_eq!(cid, Ok(expected));
});

behaviour!(columns_expressions_and_tuples_are_selected, |conn| {
    let rows = people::table
        .select((people::name, (people::age, people::email), people::age * 2))
        .order(people::id)
        .limit(2)
        .load::<(String, (i32, Option<String>), i32)>(conn);
    let expected = vec![
        ("Ann".to_owned(), (30, Some("ann@x".to_owned())), 60),
        ("Bob".to_owned(), (25, None), 50),
    ];
    assert_eq!(rows, Ok(expected));
});

behaviour!(a_part_of_a_row_is_a_struct, |conn| {
    let rows = orders::table
        .inner_join(people::table)
        .select(OrderOfPerson::as_select())
        .order(orders::id.desc())
        .first(conn);
    let expected = OrderOfPerson {
        total: 70,
        person: Name {
            id: 2,
            name: "Bob".to_owned(),
        },
        next_age: 26,
    };
    assert_eq!(rows, Ok(expected));
    let names = people::table
        .select((Name::as_select(), people::age))
        .filter(people::age.gt(40))
        .load::<(Name, i32)>(conn);
    let cid = Name {
        id: 3,
        name: "Cid".to_owned(),
    };
    assert_eq!(names, Ok(vec![(cid, 41)]));
});

behaviour!(all_columns_are_a_selection, |conn| {
    let pen = products::table
        .select((products::all_columns, 1.into_sql::<Integer>()))
        .first::<(Product, i32)>(conn);
    let expected = Product {
        id: 1,
        name: "pen".to_owned(),
        price: 1.5,
    };
    assert_eq!(pen, Ok((expected, 1)));
});

behaviour!(a_dsl_module_has_the_columns_and_the_table, |conn| {
    use products::dsl::{name, price, products as goods};
    let cheap = goods.filter(price.lt(2.0)).select(name);
    assert_eq!(cheap.load::<String>(conn), Ok(vec!["pen".to_owned()]));
});

behaviour!(rows_are_counted, |conn| {
    assert_eq!(people::table.count().get_result(conn), Ok(4));
    assert_eq!(
        people::table
            .filter(people::age.eq(25))
            .count()
            .get_result(conn),
        Ok(2)
    );
    assert_eq!(people::table.select(count_star()).get_result(conn), Ok(4));
    assert_eq!(
        people::table.select(count(people::email)).get_result(conn),
        Ok(2)
    );
});

behaviour!(distinct_rows_are_selected, |conn| {
    let ages = people::table
        .select(people::age)
        .distinct()
        .order(people::age)
        .load::<i32>(conn);
    assert_eq!(ages, Ok(vec![25, 30, 41]));
    let counted = people::table.select(count(people::age).aggregate_distinct());
    assert_eq!(counted.get_result(conn), Ok(3));
});

behaviour!(a_window_is_cut, |conn| {
    let names = people::table.select(people::name).order(people::id);
    let two = names.limit(2).offset(1).load::<String>(conn);
    assert_eq!(two, Ok(vec!["Bob".to_owned(), "Cid".to_owned()]));
    assert_eq!(names.first(conn), Ok("Ann".to_owned()));
    assert_eq!(
        names
            .filter(people::id.eq(9))
            .first::<String>(conn)
            .optional(),
        Ok(None)
    );
});

behaviour!(rows_come_one_by_one, |conn| {
    let rows = people::table
        .order(people::id)
        .load_iter::<Person, diesel::connection::DefaultLoadingMode>(conn)
        .unwrap();
    let names: Vec<String> = rows.map(|row| row.unwrap().name).collect();
    assert_eq!(names, ["Ann", "Bob", "Cid", "Dan"]);
});

behaviour!(a_column_may_have_another_name, |conn| {
    let query = tickets::table.filter(tickets::kind.is_null());
    let text = debug_query::<Db, _>(&query).to_string();
    let text = text.replace(['"', '`'], "");
    assert_eq!(
        text,
        "SELECT tickets.id, tickets.state, tickets.type FROM tickets \
         WHERE (tickets.type IS NULL) -- binds: []"
    );
    assert_eq!(query.load::<Ticket>(conn), Ok(vec![]));
});

behaviour!(names_are_constants, |_conn| {
    use diesel::query_source::{Column, QuerySource, Table};
    fn name<C: Column>(_: C) -> &'static str {
        C::NAME
    }
    assert_eq!(name(tickets::kind), "type");
    assert_eq!(name(items::table.primary_key().1), "line");
    assert_eq!(name(people::table.default_selection().4), "boss_id");
});
