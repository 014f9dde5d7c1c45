//! UPDATE and DELETE: of what, to what, and what comes back.

use diesel::prelude::*;

/// Name, age and address of a person.
macro_rules! person {
    ($conn:ident, $id:literal) => {{
        let person = people::table.find($id).first::<Person>($conn).unwrap();
        (person.name, person.age, person.email)
    }};
}

behaviour!(columns_are_set, |conn| {
    let written = diesel::update(people::table.find(2))
        .set((people::name.eq("Bo"), people::age.eq(people::age + 1)))
        .execute(conn);
    assert_eq!(written, Ok(1));
    assert_eq!(person!(conn, 2), ("Bo".to_owned(), 26, None));
    let written = diesel::update(people::table)
        .filter(people::boss_id.is_null())
        .set(people::email.eq(None::<String>))
        .execute(conn);
    assert!(written.is_ok());
    assert_eq!(person!(conn, 1).2, None);
    let written = diesel::update(people::table.filter(people::age.gt(26)))
        .set(people::name.eq(people::name))
        .execute(conn);
    assert!(written.is_ok());
});

behaviour!(a_change_leaves_what_it_does_not_name, |conn| {
    let change = PersonChange {
        name: Some("Anne"),
        age: None,
        email: Some(None),
    };
    let written = diesel::update(people::table.find(1))
        .set(&change)
        .execute(conn);
    assert_eq!(written, Ok(1));
    assert_eq!(person!(conn, 1), ("Anne".to_owned(), 30, None));
    let written = diesel::update(people::table.find(9))
        .set(change)
        .execute(conn);
    assert_eq!(written, Ok(0));
    let nothing = PersonChange {
        name: None,
        age: None,
        email: None,
    };
    let refused = diesel::update(people::table.find(1))
        .set(nothing)
        .execute(conn);
    assert!(matches!(
        refused,
        Err(diesel::result::Error::QueryBuilderError(_))
    ));
});

behaviour!(a_row_says_what_is_updated, |conn| {
    let mut bob = people::table.find(2).first::<Person>(conn).unwrap();
    let written = diesel::update(&bob).set(people::age.eq(26)).execute(conn);
    assert_eq!(written, Ok(1));
    bob.name = "Bo".to_owned();
    bob.email = Some("bo@x".to_owned());
    bob.boss_id = None;
    let written = diesel::update(&bob).set(&bob).execute(conn);
    assert_eq!(written, Ok(1));
    assert_eq!(people::table.find(2).first(conn), Ok(bob.clone()));
    let email = PersonEmail { id: 2, email: None };
    let written = diesel::update(&email).set(&email).execute(conn);
    assert_eq!(written, Ok(1));
    assert_eq!(person!(conn, 2), ("Bo".to_owned(), 25, None));
});

behaviour!(a_row_saves_its_changes, |conn| {
    let mut cid = people::table.find(3).first::<Person>(conn).unwrap();
    cid.age = 42;
    let saved = cid.save_changes::<Person>(conn);
    assert_eq!(saved, Ok(cid));
    let email = PersonEmail { id: 3, email: None };
    let saved = email.save_changes::<Person>(conn).unwrap();
    assert_eq!((saved.age, saved.email), (42, None));
});

behaviour!(returning(an_update_returns_its_rows), |conn| {
    let names = diesel::update(people::table.filter(people::age.eq(25)))
        .set(people::age.eq(26))
        .returning(people::name)
        .get_results::<String>(conn)
        .map(|mut names| {
            names.sort();
            names
        });
    assert_eq!(names, Ok(vec!["Bob".to_owned(), "Dan".to_owned()]));
    let ann = diesel::update(people::table.find(1))
        .set(people::age.eq(people::age * 2))
        .get_result::<Person>(conn)
        .unwrap();
    assert_eq!(ann.age, 60);
});

behaviour!(a_boxed_update_grows, |conn| {
    let mut update = diesel::update(people::table)
        .set(people::age.eq(1))
        .into_boxed();
    for id in [1, 2] {
        update = update.filter(people::id.ge(id));
    }
    assert_eq!(update.execute(conn), Ok(3));
});

behaviour!(rows_are_deleted, |conn| {
    let lines = diesel::delete(items::table.filter(items::quantity.lt(3))).execute(conn);
    assert_eq!(lines, Ok(2));
    assert_eq!(
        diesel::delete(items::table.find((1, 1))).execute(conn),
        Ok(1)
    );
    let rest = items::table.first::<Item>(conn).unwrap();
    assert_eq!(diesel::delete(&rest).execute(conn), Ok(1));
    assert_eq!(diesel::delete(items::table).execute(conn), Ok(1));
    let mut delete = diesel::delete(people::table).into_boxed();
    delete = delete.filter(people::id.eq(4));
    assert_eq!(
        delete.or_filter(people::name.eq("Nobody")).execute(conn),
        Ok(1)
    );
});

behaviour!(a_delete_asks_a_subquery, |conn| {
    use diesel::dsl::exists;
    diesel::delete(items::table).execute(conn).unwrap();
    let young = people::table
        .filter(people::id.eq(orders::person_id))
        .filter(people::age.lt(30));
    let gone = diesel::delete(orders::table.filter(exists(young))).execute(conn);
    assert_eq!(gone, Ok(1));
});

behaviour!(returning(a_delete_returns_its_rows), |conn| {
    let dan = diesel::delete(people::table.find(4)).get_result::<Person>(conn);
    assert_eq!(dan.map(|dan| dan.name), Ok("Dan".to_owned()));
    let name = diesel::delete(people::table.find(3))
        .returning(people::name)
        .get_result::<String>(conn);
    assert_eq!(name, Ok("Cid".to_owned()));
});
