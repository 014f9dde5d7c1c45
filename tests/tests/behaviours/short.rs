//! What is short of `diesel::table!`, or beside it on purpose: the rows are the same, and the texts
//! or the statements that are kept are not. `docs/design/models.md` has the reasons.

use diesel::prelude::*;

behaviour!(differs(a_list_is_padded_and_kept), |conn| {
    let ids = people::table.select(people::id).order(people::id);
    let one_of = ids.filter(people::id.eq_any([1, 2, 9])).load::<i64>(conn);
    assert_eq!(one_of, Ok(vec![1, 2]));
    let others = ids.filter(people::id.ne_all(&[1, 2, 9])).load::<i64>(conn);
    assert_eq!(others, Ok(vec![3, 4]));
    let none = ids
        .filter(people::id.eq_any(Vec::<i64>::new()))
        .load::<i64>(conn);
    assert_eq!(none, Ok(vec![]));
    let emails = ids.filter(people::email.eq_any(["ann@x", "dan@x"]));
    assert_eq!(emails.load::<i64>(conn), Ok(vec![1]));
});

// Diesel prepares a row of its own anew each time.
behaviour!(differs(postgres(a_row_is_kept_as_a_statement)), |conn| {
    for id in [9, 10] {
        let row = Product {
            id,
            name: "cap".to_owned(),
            price: 1.0,
        };
        let written = diesel::insert_into(products::table)
            .values(&row)
            .execute(conn);
        assert_eq!(written, Ok(1));
    }
});

// Diesel's derive leaves the column to its default.
behaviour!(differs(a_row_has_all_of_its_columns), |conn| {
    let eve = Person {
        id: 9,
        name: "Eve".to_owned(),
        age: 7,
        email: None,
        boss_id: None,
    };
    let written = diesel::insert_into(people::table)
        .values(&eve)
        .execute(conn);
    assert_eq!(written, Ok(1));
    assert_eq!(people::table.find(9).first(conn), Ok(eve));
});

// Here `/` of whole numbers is whole on every database; MariaDB's own gives decimals.
behaviour!(
    differs(mysql(whole_numbers_divide_to_whole_numbers)),
    |conn| {
        let half = people::table.find(1).select(people::age / 2);
        assert_eq!(half.first::<i32>(conn), Ok(15));
    }
);

// On MariaDB a bare time stamp is a text to the server; here it is cast.
behaviour!(differs(mysql(a_time_stamp_is_cast)), |conn| {
    use orm_core::chrono::NaiveDate;
    let noon = NaiveDate::from_ymd_opt(2024, 1, 2)
        .and_then(|day| day.and_hms_opt(12, 30, 0))
        .unwrap();
    let found = orders::table
        .filter(orders::placed.eq(noon))
        .select(orders::id);
    assert_eq!(found.first::<i64>(conn), Ok(2));
});
