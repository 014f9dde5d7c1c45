//! `+`, `-`, `*`, `/` on columns, as their types allow.

use diesel::prelude::*;

behaviour!(whole_numbers_are_calculated_with, |conn| {
    let ann = people::table.find(1);
    let plus = ann.select(people::age + 1).first::<i32>(conn);
    let minus = ann.select(people::age - people::age).first::<i32>(conn);
    let times = ann.select(people::age * 2).first::<i32>(conn);
    assert_eq!((plus, minus, times), (Ok(31), Ok(0), Ok(60)));
    let chained = ann
        .select((people::age + 1) * 2 - people::age)
        .first::<i32>(conn);
    assert_eq!(chained, Ok(32));
    let wide = people::table.filter((people::id * 2).eq(people::id + 3));
    assert_eq!(wide.select(people::name).first(conn), Ok("Cid".to_owned()));
});

behaviour!(nullable_numbers_are_calculated_with, |conn| {
    let bosses = people::table
        .select(people::boss_id + 10)
        .order(people::id)
        .load::<Option<i64>>(conn);
    assert_eq!(bosses, Ok(vec![None, Some(11), Some(11), None]));
});

behaviour!(doubles_are_calculated_with, |conn| {
    let pen = products::table.find(1);
    let half = pen.select(products::price / 2.0).first::<f64>(conn);
    let more = pen.select(products::price * 2.0 + 0.5).first::<f64>(conn);
    assert_eq!((half, more), (Ok(0.75), Ok(3.5)));
});

// Intervals are of PostgreSQL only.
behaviour!(postgres(dates_and_times_move_by_intervals), |conn| {
    use diesel::pg::expression::extensions::IntervalDsl;
    use orm_core::chrono::{NaiveDate, NaiveDateTime, NaiveTime};
    let order = orders::table.find(1);
    let day = |month, day| NaiveDate::from_ymd_opt(2024, month, day).unwrap();
    let due = order
        .select(orders::due + 1.month())
        .first::<NaiveDateTime>(conn);
    assert_eq!(due, Ok(day(2, 5).into()));
    let before = order
        .select(orders::due - 4.days())
        .first::<NaiveDateTime>(conn);
    assert_eq!(before, Ok(day(1, 1).into()));
    let later = order
        .select(orders::placed + 26.hours())
        .first::<NaiveDateTime>(conn);
    assert_eq!(later, Ok(day(1, 2).and_hms_opt(12, 0, 0).unwrap()));
    let earlier = order
        .select(orders::placed - 1.day())
        .first::<NaiveDateTime>(conn);
    assert_eq!(
        earlier,
        Ok(NaiveDate::from_ymd_opt(2023, 12, 31)
            .unwrap()
            .and_hms_opt(10, 0, 0)
            .unwrap())
    );
    let time = order
        .select(orders::at_time + 90.minutes())
        .first::<NaiveTime>(conn);
    assert_eq!(time, Ok(NaiveTime::from_hms_opt(9, 30, 0).unwrap()));
    let time = order
        .select(orders::at_time - 1.hour())
        .first::<NaiveTime>(conn);
    assert_eq!(time, Ok(NaiveTime::from_hms_opt(7, 0, 0).unwrap()));
    let late = orders::table
        .filter((orders::due + 1.day()).lt(orders::placed + 10.days()))
        .count()
        .get_result(conn);
    assert_eq!(late, Ok(1));
});

behaviour!(postgres(instants_move_by_intervals), |conn| {
    use diesel::pg::expression::extensions::IntervalDsl;
    use orm_core::chrono::{DateTime, Utc};
    let visit = visits::table.find(1);
    let later = visit
        .select((visits::at + 2.hours(), visits::left - 1.day()))
        .first::<(DateTime<Utc>, Option<DateTime<Utc>>)>(conn)
        .unwrap();
    assert_eq!(later.0.to_rfc3339(), "2024-01-01T12:00:00+00:00");
    assert_eq!(later.1, None);
    let long = visits::table.filter((visits::at - 1.day()).lt(visits::at));
    assert_eq!(long.count().get_result(conn), Ok(1));
});
