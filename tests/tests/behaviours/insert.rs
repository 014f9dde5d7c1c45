//! INSERT: values of every shape, from a query, with defaults, with RETURNING.

use diesel::prelude::*;

behaviour!(a_tuple_is_inserted, |conn| {
    let written = diesel::insert_into(people::table)
        .values((
            people::name.eq("Eve"),
            people::age.eq(7),
            people::email.eq("eve@x"),
        ))
        .execute(conn);
    assert_eq!(written, Ok(1));
    let eve = people::table.find(5).first::<Person>(conn).unwrap();
    assert_eq!((eve.name.as_str(), eve.age, eve.boss_id), ("Eve", 7, None));
});

behaviour!(one_column_is_inserted, |conn| {
    let written = diesel::insert_into(tickets::table)
        .values(tickets::state.eq("shut"))
        .execute(conn);
    assert_eq!(written, Ok(1));
    let states = tickets::table.select((tickets::state, tickets::kind));
    assert_eq!(states.first(conn), Ok(("shut".to_owned(), None::<String>)));
});

behaviour!(defaults_are_inserted, |conn| {
    let written = diesel::insert_into(tickets::table)
        .default_values()
        .execute(conn);
    assert_eq!(written, Ok(1));
    let open = tickets::table.first::<Ticket>(conn).unwrap();
    assert_eq!((open.id, open.state.as_str()), (1, "open"));
});

behaviour!(a_list_of_tuples_is_inserted, |conn| {
    let rows = vec![
        (products::name.eq("cap"), products::price.eq(1.0)),
        (products::name.eq("box"), products::price.eq(2.0)),
    ];
    let written = diesel::insert_into(products::table)
        .values(&rows)
        .execute(conn);
    assert_eq!(written, Ok(2));
    let written = diesel::insert_into(products::table)
        .values(rows)
        .execute(conn);
    assert_eq!(written, Ok(2));
    assert_eq!(products::table.count().get_result(conn), Ok(7));
});

behaviour!(a_form_of_diesels_is_inserted, |conn| {
    let eve = PersonForm {
        name: "Eve",
        age: 7,
        email: None,
    };
    let fay = PersonForm {
        name: "Fay",
        age: 8,
        email: Some("fay@x"),
    };
    let insert = || diesel::insert_into(people::table);
    assert_eq!(insert().values(&eve).execute(conn), Ok(1));
    assert_eq!(insert().values(fay).execute(conn), Ok(1));
    assert_eq!(
        insert().values(&vec![eve.clone(), eve]).execute(conn),
        Ok(2)
    );
    let names = people::table
        .filter(people::id.gt(4))
        .order(people::id)
        .select(people::name)
        .load::<String>(conn);
    let eve = || "Eve".to_owned();
    assert_eq!(names, Ok(vec![eve(), "Fay".to_owned(), eve(), eve()]));
});

// As text for two databases in `short.rs`: there a row of a model is cached, which Diesel's is not.
behaviour!(sqlite(a_row_is_inserted), |conn| {
    let cap = Product {
        id: 9,
        name: "cap".to_owned(),
        price: 1.0,
    };
    let insert = || diesel::insert_into(products::table);
    assert_eq!(insert().values(&cap).execute(conn), Ok(1));
    assert_eq!(products::table.find(9).first(conn), Ok(cap.clone()));
    let other = Product { id: 10, ..cap };
    assert_eq!(insert().values(other).execute(conn), Ok(1));
});

behaviour!(servers(a_list_of_rows_is_inserted), |conn| {
    let item = |line| Item {
        order_id: 2,
        line,
        product_id: 1,
        quantity: 1,
    };
    let rows = vec![item(5), item(6)];
    let insert = || diesel::insert_into(items::table);
    assert_eq!(insert().values(&rows).execute(conn), Ok(2));
    assert_eq!(insert().values(vec![item(7)]).execute(conn), Ok(1));
    assert_eq!(items::table.count().get_result(conn), Ok(8));
});

behaviour!(a_query_is_inserted, |conn| {
    let names = people::table
        .filter(people::age.eq(25))
        .select((people::name, people::email));
    let written = names
        .insert_into(tickets::table)
        .into_columns((tickets::state, tickets::kind))
        .execute(conn);
    assert_eq!(written, Ok(2));
    let written = diesel::insert_into(tickets::table)
        .values(names.filter(people::id.eq(2)))
        .into_columns((tickets::state, tickets::kind))
        .execute(conn);
    assert_eq!(written, Ok(1));
    let written = products::table
        .select(products::name.nullable())
        .insert_into(tickets::table)
        .into_columns(tickets::kind)
        .execute(conn);
    assert_eq!(written, Ok(3));
    let states = tickets::table.select(tickets::state).order(tickets::id);
    let bob = || "Bob".to_owned();
    let open = || "open".to_owned();
    let expected = vec![bob(), "Dan".to_owned(), bob(), open(), open(), open()];
    assert_eq!(states.load(conn), Ok(expected));
});

behaviour!(returning(an_insert_returns_the_row), |conn| {
    let eve = diesel::insert_into(people::table)
        .values((people::name.eq("Eve"), people::age.eq(7)))
        .get_result::<Person>(conn)
        .unwrap();
    assert_eq!((eve.id, eve.email), (5, None));
    let id = diesel::insert_into(people::table)
        .values((people::name.eq("Fay"), people::age.eq(8)))
        .returning(people::id)
        .get_result::<i64>(conn);
    assert_eq!(id, Ok(6));
    let name = diesel::insert_into(people::table)
        .values((people::name.eq("Guy"), people::age.eq(9)))
        .returning(Name::as_returning())
        .get_result::<Name>(conn);
    let guy = Name {
        id: 7,
        name: "Guy".to_owned(),
    };
    assert_eq!(name, Ok(guy));
});

behaviour!(returning(a_list_returns_its_rows), |conn| {
    let ids = diesel::insert_into(products::table)
        .values([
            (products::name.eq("cap"), products::price.eq(1.0)),
            (products::name.eq("box"), products::price.eq(2.0)),
        ])
        .returning(products::id)
        .get_results::<i64>(conn);
    assert_eq!(ids, Ok(vec![4, 5]));
});
