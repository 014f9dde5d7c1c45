//! Every column type: extremes come back as they were, plain values filter, what does not fit is
//! refused.

use orm_core::diesel::sql_query;
use orm_core::prelude::*;
use orm_core::serde_json::json;

use super::{insert, on_mysql};

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a date")
}

fn time(hour: u32, minute: u32, second: u32, micro: u32) -> NaiveTime {
    NaiveTime::from_hms_micro_opt(hour, minute, second, micro).expect("a time")
}

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

fn leap() -> NaiveTime {
    NaiveTime::from_hms_micro_opt(23, 59, 59, 1_000_000).expect("a leap second")
}

/// Three values of a type, smallest first.
macro_rules! of_type {
    ($name:ident, $ty:ty, $values:expr) => {
        of_type!($name, $ty, $values, |session, values| {
            let above = Thing::query().filter(things::value.gt(values[1].clone()));
            assert_eq!(above.load(&mut session).unwrap()[0].value, values[2]);
            let between = things::value.between(values[0].clone(), values[1].clone());
            let between = Thing::query().filter(between).count(&mut session);
            assert_eq!(between.unwrap(), 2);
            let sorted: Vec<$ty> = Thing::query()
                .order_by(things::value.desc())
                .select(things::value)
                .load(&mut session)
                .unwrap();
            let expected: Vec<$ty> = values.iter().rev().cloned().collect();
            assert_eq!(sorted, expected);
        });
    };
    ($name:ident, $ty:ty, $values:expr, |$session:ident, $ordered:ident| $order:block) => {
        mod $name {
            use super::*;

            #[derive(Model, Debug, Clone, PartialEq)]
            struct Thing {
                #[model(generated)]
                id: i64,
                value: $ty,
                maybe: Option<$ty>,
            }

            #[test]
            fn comes_back_and_filters() {
                let Some(place) = super::super::place(concat!("types_", stringify!($name))) else {
                    return;
                };
                let values: [$ty; 3] = $values;
                place.create_all(schema![Thing]).unwrap();
                let mut session = place.session().unwrap();
                let forms = values.iter().map(|value| {
                    NewThing {
                        value: value.clone(),
                    }
                    .maybe(Some(value.clone()))
                });
                insert(&mut session, forms).unwrap();
                insert(
                    &mut session,
                    [NewThing {
                        value: values[0].clone(),
                    }],
                )
                .unwrap();
                let rows = Thing::query().order_by(things::id).load(&mut session);
                let rows = rows.unwrap();
                for (row, value) in rows.iter().zip(&values) {
                    assert_eq!((&row.value, &row.maybe), (value, &Some(value.clone())));
                    let same = things::value.eq(value.clone()).and(things::id.eq(row.id));
                    assert_eq!(Thing::query().filter(same).count(&mut session).unwrap(), 1);
                    let same = things::maybe.eq(value.clone()).and(things::id.eq(row.id));
                    assert_eq!(Thing::query().filter(same).count(&mut session).unwrap(), 1);
                    let listed = things::value.eq_any([value.clone()]);
                    assert!(Thing::query().filter(listed).count(&mut session).unwrap() > 0);
                    assert_eq!(session.get::<Thing>(row.id).unwrap().as_ref(), Some(row));
                }
                assert_eq!(rows[3].maybe, None);
                session.delete_key::<Thing>(rows[3].id).unwrap();
                let patch = Thing::patch(rows[0].id).maybe(None);
                assert_eq!(session.update(patch).unwrap(), 1);
                let none = Thing::query().filter(things::maybe.is_null());
                assert_eq!(none.count(&mut session).unwrap(), 1);
                #[allow(unused_mut)]
                let (mut $session, $ordered) = (session, &values);
                $order
            }
        }
    };
}

of_type!(of_bool, bool, [false, true, true], |_s, _v| {});
of_type!(of_i8, i8, [i8::MIN, 0, i8::MAX]);
of_type!(of_i16, i16, [i16::MIN, 0, i16::MAX]);
of_type!(of_i32, i32, [i32::MIN, 0, i32::MAX]);
of_type!(of_i64, i64, [i64::MIN, 0, i64::MAX]);
of_type!(of_u8, u8, [0, 1, u8::MAX]);
of_type!(of_u16, u16, [0, 1, u16::MAX]);
of_type!(of_u32, u32, [0, 1, u32::MAX]);
of_type!(of_u64, u64, [0, i64::MAX as u64, u64::MAX]);
of_type!(of_f32, f32, [f32::MIN, 0.1, f32::MAX]);
of_type!(of_f64, f64, [f64::MIN, f64::MIN_POSITIVE, f64::MAX]);
of_type!(
    of_string,
    String,
    [
        "",
        "O'Neil \\ \" % _ -- ;\n\r\t\u{1}\0 ",
        "\u{10ffff}ß日本語"
    ]
    .map(str::to_owned)
);
of_type!(of_bytes, Vec<u8>, [vec![], vec![0, 255, 0], vec![255; 3]]);
of_type!(
    of_date,
    NaiveDate,
    [date(1, 1, 1), date(2024, 2, 29), date(9999, 12, 31)]
);
of_type!(
    of_time,
    NaiveTime,
    [
        time(0, 0, 0, 0),
        time(0, 0, 0, 1),
        time(23, 59, 59, 999_999)
    ]
);
of_type!(
    of_timestamp,
    NaiveDateTime,
    [
        date(1, 1, 1).and_time(time(0, 0, 0, 0)),
        date(2024, 2, 29).and_time(time(12, 0, 0, 500_000)),
        date(9999, 12, 31).and_time(time(23, 59, 59, 999_999)),
    ]
);
of_type!(
    of_instant,
    DateTime<Utc>,
    [
        date(1, 1, 1).and_time(time(0, 0, 0, 0)).and_utc(),
        date(1969, 12, 31)
            .and_time(time(23, 59, 59, 999_999))
            .and_utc(),
        date(9999, 12, 31)
            .and_time(time(23, 59, 59, 999_999))
            .and_utc(),
    ]
);
of_type!(
    of_uuid,
    Uuid,
    [Uuid::nil(), Uuid::from_u128(1 << 127), Uuid::max()]
);
of_type!(
    of_json,
    Json,
    [
        json!(null),
        json!({"b": [1, 2.5, "ü"], "a": {}}),
        json!("x")
    ],
    |_s, _v| {}
);
of_type!(
    of_decimal,
    Decimal,
    [
        decimal("-99999999999999999999999999999999999.999999999999999999999999999999"),
        decimal("0.000000000000000000000000000001"),
        decimal("99999999999999999999999999999999999.999999999999999999999999999999"),
    ]
);

// Doubles have 16 digits.
of_type!(
    of_decimal_to_the_last_digit,
    Decimal,
    [
        decimal("12345678901234567890.123456789012345678"),
        decimal("12345678901234567890.123456789012345679"),
        decimal("12345678901234567890.12345678901234568"),
    ]
);
// Neither do doubles hold all whole numbers.
of_type!(
    of_i64_to_the_last_digit,
    i64,
    [i64::MAX - 2, i64::MAX - 1, i64::MAX]
);
of_type!(
    of_u64_to_the_last_digit,
    u64,
    [u64::MAX - 2, u64::MAX - 1, u64::MAX]
);

#[derive(Model, Debug, Clone, PartialEq)]
struct Mixed {
    #[model(generated)]
    id: i64,
    price: Option<Decimal>,
    ratio: Option<f64>,
    day: Option<NaiveDate>,
    hour: Option<NaiveTime>,
    moment: Option<NaiveDateTime>,
    instant: Option<DateTime<Utc>>,
    token: Option<Uuid>,
}

on_mysql!(what_would_be_bent_is_refused, [Mixed], |session| {
    let late = date(10_000, 1, 1);
    let forms = [
        NewMixed {}.price(decimal("0.0000000000000000000000000000001")),
        NewMixed {}.price(decimal("100000000000000000000000000000000000")),
        NewMixed {}.ratio(f64::NAN),
        NewMixed {}.ratio(f64::INFINITY),
        NewMixed {}.day(late),
        NewMixed {}.day(date(0, 1, 1)),
        NewMixed {}.hour(leap()),
        NewMixed {}.moment(late.and_time(time(0, 0, 0, 0))),
        NewMixed {}.moment(date(2016, 12, 31).and_time(leap())),
        NewMixed {}.instant(date(2016, 12, 31).and_time(leap()).and_utc()),
    ];
    for form in forms {
        let shown = format!("{:?}", orm_core::changeset::Form::into_draft(form.clone()));
        let error = insert(&mut session, [form]).expect_err(&shown);
        assert_eq!(
            orm_core::Error::from(error).kind(),
            ErrorKind::Conversion,
            "{shown}"
        );
    }
    assert_eq!(Mixed::query().count(&mut session).unwrap(), 0);
    let error = Mixed::query()
        .filter(mixeds::instant.eq(date(-1, 1, 1).and_time(leap()).and_utc()))
        .load(&mut session)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conversion, "{error}");
    let small = decimal("0.0000000000000000000000000000001");
    let error = Mixed::query()
        .filter(mixeds::price.gt(small))
        .load(&mut session);
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Conversion);
});

// Diesel binds these as they are, and the server would compare with, or write, something else.
on_mysql!(
    what_would_be_bent_is_refused_by_diesels_own_too,
    [Mixed],
    |session| {
        insert(&mut session, [NewMixed {}]).unwrap();
        let (late, noon) = (date(10_000, 1, 1), time(12, 0, 0, 0));
        let leap = date(2016, 12, 31).and_time(leap());
        macro_rules! refused {
        ($($filter:expr;)*) => {$(
            let error = Mixed::query().filter($filter).count(&mut session);
            assert_eq!(error.unwrap_err().kind(), ErrorKind::Conversion);
            let update = orm_core::diesel::update(mixeds::table.filter($filter));
            assert!(update.set(mixeds::ratio.eq(2.0)).execute(&mut session).is_err());
        )*};
    }
        refused! {
            mixeds::ratio.lt(f64::NAN);
            mixeds::ratio.between(0.0, f64::INFINITY);
            mixeds::day.lt(late);
            mixeds::day.ne(date(0, 1, 1));
            mixeds::hour.ge(leap.time());
            mixeds::moment.lt(late.and_time(noon));
            mixeds::moment.eq(leap);
            mixeds::moment.eq_any([leap]);
        }
        macro_rules! not_written {
        ($($set:expr;)*) => {$(
            let update = orm_core::diesel::update(mixeds::table).set($set);
            assert!(update.execute(&mut session).is_err());
        )*};
    }
        not_written! {
            mixeds::hour.eq(leap.time());
            mixeds::moment.eq(Some(leap));
            mixeds::day.eq(late);
            mixeds::ratio.eq(f64::INFINITY);
        }
        let having = Mixed::query()
            .group_by(mixeds::hour)
            .having(max(mixeds::day).lt(late));
        assert!(
            having
                .select(mixeds::hour)
                .load::<Option<NaiveTime>, _>(&mut session)
                .is_err()
        );
        let row = Mixed::query().first(&mut session).unwrap();
        assert_eq!(
            (row.hour, row.moment, row.day, row.ratio),
            (None, None, None, None)
        );
    }
);

on_mysql!(a_decimal_has_no_zeros_at_its_end, [Mixed], |session| {
    for text in ["1.5", "100", "0", "-0.10", "1e3", "2.000"] {
        let form = NewMixed {}.price(decimal(text));
        insert(&mut session, [form]).unwrap();
    }
    let read: Vec<Option<Decimal>> = Mixed::query()
        .order_by(mixeds::id)
        .select(mixeds::price)
        .load(&mut session)
        .unwrap();
    let read: Vec<_> = read
        .into_iter()
        .map(|price| price.unwrap().to_string())
        .collect();
    assert_eq!(read, ["1.5", "100", "0", "-0.1", "1000", "2"]);
});

on_mysql!(
    what_other_tools_wrote_is_read_or_refused,
    [Mixed],
    |session| {
        let run = |session: &mut Session<MysqlConnection>, sql: &str| {
            sql_query(sql).execute(session).unwrap();
        };
        run(&mut session, "ALTER TABLE mixeds MODIFY token VARCHAR(36)");
        let token = "67e55044-10b1-426f-9247-bb680e5fe0c8";
        run(
            &mut session,
            &format!("INSERT INTO mixeds (token) VALUES ('{token}')"),
        );
        let row = Mixed::query().first(&mut session).unwrap();
        assert_eq!(row.token.unwrap().to_string(), token);
        run(&mut session, "SET sql_mode = ''");
        for wrong in [
            "day = '0000-00-00'",
            "day = '2024-00-31'",
            "moment = '0000-00-00 00:00:00'",
            "instant = '0000-00-00 00:00:00'",
            "hour = '-00:00:01'",
            "hour = '24:00:00'",
            "hour = '100:30:00'",
            "token = 'no uuid'",
        ] {
            run(
                &mut session,
                "UPDATE mixeds SET day = NULL, moment = NULL, instant = NULL, hour = NULL, token = NULL",
            );
            run(&mut session, &format!("UPDATE mixeds SET {wrong}"));
            let read = Mixed::query().first(&mut session);
            assert_eq!(
                read.expect_err(wrong).kind(),
                ErrorKind::Conversion,
                "{wrong}"
            );
        }
    }
);
