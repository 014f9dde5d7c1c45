//! ON CONFLICT and its kin.

use diesel::prelude::*;
use diesel::upsert::excluded;

/// Whoever has an address, and their age.
macro_rules! age_of {
    ($conn:ident, $email:literal) => {
        people::table
            .filter(people::email.eq($email))
            .select((people::name, people::age))
            .first::<(String, i32)>($conn)
            .unwrap()
    };
}

behaviour!(returning(a_conflict_does_nothing), |conn| {
    let again = (
        people::name.eq("Ann"),
        people::age.eq(9),
        people::email.eq("ann@x"),
    );
    let insert = || diesel::insert_into(people::table);
    let written = insert()
        .values(again)
        .on_conflict_do_nothing()
        .execute(conn);
    assert_eq!(written, Ok(0));
    let written = insert()
        .values(again)
        .on_conflict(people::email)
        .do_nothing()
        .execute(conn);
    assert_eq!(written, Ok(0));
    assert_eq!(age_of!(conn, "ann@x"), ("Ann".to_owned(), 30));
});

behaviour!(returning(a_conflict_updates), |conn| {
    let again = (
        people::name.eq("Eve"),
        people::age.eq(9),
        people::email.eq("ann@x"),
    );
    let insert = || diesel::insert_into(people::table).values(again);
    let written = insert()
        .on_conflict(people::email)
        .do_update()
        .set((
            people::name.eq(excluded(people::name)),
            people::age.eq(people::age + 1),
        ))
        .execute(conn);
    assert_eq!(written, Ok(1));
    assert_eq!(age_of!(conn, "ann@x"), ("Eve".to_owned(), 31));
    let update = insert()
        .on_conflict(people::email)
        .do_update()
        .set(people::age.eq(excluded(people::age)));
    let written =
        diesel::query_dsl::methods::FilterDsl::filter(update, people::age.lt(30)).execute(conn);
    assert_eq!(written, Ok(0));
    let age = insert()
        .on_conflict(people::email)
        .do_update()
        .set(people::age.eq(excluded(people::age)))
        .returning(people::age)
        .get_result::<i32>(conn);
    assert_eq!(age, Ok(9));
    let change = PersonChange {
        name: None,
        age: Some(50),
        email: None,
    };
    let written = insert()
        .on_conflict(people::email)
        .do_update()
        .set(&change)
        .execute(conn);
    assert_eq!(written, Ok(1));
    assert_eq!(age_of!(conn, "ann@x"), ("Eve".to_owned(), 50));
});

// Diesel writes the condition of an index for PostgreSQL only.
behaviour!(postgres(a_conflict_names_a_part_of_the_table), |conn| {
    let written = diesel::insert_into(people::table)
        .values((
            people::name.eq("Eve"),
            people::age.eq(9),
            people::email.eq("ann@x"),
        ))
        .on_conflict(people::email)
        .filter_target(people::email.is_not_null())
        .do_update()
        .set(people::name.eq(excluded(people::name)))
        .execute(conn);
    assert_eq!(written, Ok(1));
    assert_eq!(age_of!(conn, "ann@x"), ("Eve".to_owned(), 30));
});

behaviour!(returning(a_conflict_of_two_columns_updates), |conn| {
    let again = Item {
        order_id: 1,
        line: 2,
        product_id: 3,
        quantity: 9,
    };
    let written = diesel::insert_into(items::table)
        .values(again)
        .on_conflict((items::order_id, items::line))
        .do_update()
        .set(items::quantity.eq(excluded(items::quantity)))
        .execute(conn);
    assert_eq!(written, Ok(1));
    let ink = items::table.find((1, 2)).first::<Item>(conn).unwrap();
    assert_eq!((ink.product_id, ink.quantity), (2, 9));
});

behaviour!(mysql(a_duplicate_key_updates), |conn| {
    use diesel::dsl::DuplicatedKeys;
    let again = (
        people::name.eq("Eve"),
        people::age.eq(9),
        people::email.eq("ann@x"),
    );
    diesel::insert_into(people::table)
        .values(again)
        .on_conflict(DuplicatedKeys)
        .do_update()
        .set(people::age.eq(people::age + 1))
        .execute(conn)
        .unwrap();
    assert_eq!(age_of!(conn, "ann@x"), ("Ann".to_owned(), 31));
    let written = diesel::insert_into(people::table)
        .values(again)
        .on_conflict_do_nothing()
        .execute(conn);
    // The row that was found.
    assert_eq!(written, Ok(1));
});

// Of Cid, to whom no row refers: a row is replaced by being deleted first.
behaviour!(sqlite(a_row_is_replaced_or_ignored), |conn| {
    let again = (
        people::name.eq("Eve"),
        people::age.eq(9),
        people::email.eq("cid@x"),
    );
    let ignored = diesel::insert_or_ignore_into(people::table).values(again);
    assert_eq!(ignored.execute(conn), Ok(0));
    let replaced = diesel::replace_into(people::table).values(again);
    assert_eq!(replaced.execute(conn), Ok(1));
    assert_eq!(age_of!(conn, "cid@x"), ("Eve".to_owned(), 9));
});

behaviour!(mysql(a_row_is_replaced), |conn| {
    let again = (
        people::name.eq("Eve"),
        people::age.eq(9),
        people::email.eq("cid@x"),
    );
    let replaced = diesel::replace_into(people::table).values(again);
    assert_eq!(replaced.execute(conn), Ok(2));
    assert_eq!(age_of!(conn, "cid@x"), ("Eve".to_owned(), 9));
});
