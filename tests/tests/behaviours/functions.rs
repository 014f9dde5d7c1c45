//! SQL functions, CASE and windows over columns.

use diesel::dsl::{case_when, count_star, date, sum};
use diesel::prelude::*;
use diesel::sql_types::{Nullable, SingleValue, SqlType, Text};

#[diesel::declare_sql_function]
extern "SQL" {
    fn upper(text: Text) -> Text;
    fn coalesce<T: SqlType + SingleValue>(first: Nullable<T>, second: T) -> T;
}

behaviour!(functions_take_columns, |conn| {
    let names = people::table
        .select((upper(people::name), coalesce(people::email, people::name)))
        .filter(upper(people::name).like("%N%"))
        .order(upper(people::name))
        .load::<(String, String)>(conn);
    let row = |upper: &str, word: &str| (upper.to_owned(), word.to_owned());
    assert_eq!(names, Ok(vec![row("ANN", "ann@x"), row("DAN", "Dan")]));
    let late = orders::table
        .filter(date(orders::placed).eq(orders::due))
        .count()
        .get_result(conn);
    assert_eq!(late, Ok(0));
});

behaviour!(cases_take_columns, |conn| {
    let words = people::table
        .select((
            people::id,
            case_when(people::age.lt(30), "young".into_sql::<Text>())
                .when(people::boss_id.is_null(), people::name)
                .otherwise("old"),
        ))
        .order(people::id)
        .load::<(i64, String)>(conn);
    let row = |id, word: &str| (id, word.to_owned());
    let expected = vec![
        row(1, "Ann"),
        row(2, "young"),
        row(3, "old"),
        row(4, "young"),
    ];
    assert_eq!(words, Ok(expected));
});

behaviour!(windows_are_over_columns, |conn| {
    use diesel::dsl::{lag, rank, row_number};
    let rows = orders::table
        .select((
            orders::id,
            rank()
                .over()
                .partition_by(orders::person_id)
                .window_order(orders::total),
            sum(orders::total).over().partition_by(orders::person_id),
            count_star().over(),
        ))
        .order(orders::id)
        .load::<(i64, i64, Option<i64>, i64)>(conn);
    let expected = vec![
        (1, 2, Some(150), 3),
        (2, 1, Some(150), 3),
        (3, 1, Some(70), 3),
    ];
    assert_eq!(rows, Ok(expected));
    let before = people::table
        .select((
            people::name,
            lag(people::name).over().window_order(people::id),
        ))
        .order(people::id)
        .load::<(String, Option<String>)>(conn)
        .unwrap();
    assert_eq!(before[1].1.as_deref(), Some("Ann"));
    let numbers = orders::table
        .inner_join(people::table)
        .select((
            people::name,
            row_number().over().window_order(orders::total),
        ))
        .order(orders::total)
        .load::<(String, i64)>(conn)
        .unwrap();
    assert_eq!(numbers[0], ("Ann".to_owned(), 1));
});
