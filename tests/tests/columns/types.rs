//! Every column type on every database: extremes round trip, plain literals filter.
//!
//! Each type is a model of a column and a nullable column; one macro runs the same proof on all.

use std::str::FromStr;

use orm_core::chrono::TimeZone;
use orm_core::serde_json::json;
use orm_core::vocabulary::*;

/// Stored as a text: a type of the user's own.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Status {
    Closed,
    Open,
    Unknown,
}

impl ColumnType for Status {
    type Stored = String;

    fn into_stored(self) -> String {
        match self {
            Status::Closed => "closed",
            Status::Open => "open",
            Status::Unknown => "unknown",
        }
        .to_owned()
    }

    fn from_stored(stored: String) -> Result<Self, ColumnError> {
        match stored.as_str() {
            "closed" => Ok(Status::Closed),
            "open" => Ok(Status::Open),
            "unknown" => Ok(Status::Unknown),
            other => Err(format!("`{other}` is no status").into()),
        }
    }
}

/// Stored as a number that the newtype orders by.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Cents(i64);

impl ColumnType for Cents {
    type Stored = i64;

    fn into_stored(self) -> i64 {
        self.0
    }

    fn from_stored(stored: i64) -> Result<Self, ColumnError> {
        Ok(Cents(stored))
    }
}

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a date")
}

fn time(hour: u32, minute: u32, second: u32, micro: u32) -> NaiveTime {
    NaiveTime::from_hms_micro_opt(hour, minute, second, micro).expect("a time")
}

fn decimal(text: &str) -> Decimal {
    Decimal::from_str(text).expect("a decimal")
}

fn utc(date: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    Utc.from_utc_datetime(&date.and_time(time))
}

/// The values of a type, smallest first, and the proof; `unordered` types have no `gt`.
macro_rules! of_type {
    ($name:ident, $ty:ty, $values:expr) => {
        of_type!($name, $ty, $values, |session, values| {
            let [low, mid, high] = values;
            let above = Thing::query().filter(things::value.gt(mid.clone()));
            assert_eq!(
                above.load(&mut session).await.unwrap()[0].value,
                high.clone()
            );
            let from = Thing::query().filter(things::value.ge(mid.clone()));
            assert_eq!(from.count(&mut session).await.unwrap(), 2);
            let below = Thing::query().filter(things::value.lt(mid.clone()));
            assert_eq!(
                below.load(&mut session).await.unwrap()[0].value,
                low.clone()
            );
            let upto = Thing::query().filter(things::value.le(mid.clone()));
            assert_eq!(upto.count(&mut session).await.unwrap(), 2);
            let between = things::value.between(low.clone(), mid.clone());
            assert_eq!(
                Thing::query()
                    .filter(between)
                    .count(&mut session)
                    .await
                    .unwrap(),
                2
            );
            let outside = things::value.not_between(low.clone(), mid.clone());
            assert_eq!(
                Thing::query()
                    .filter(outside)
                    .count(&mut session)
                    .await
                    .unwrap(),
                1
            );
            let sorted = Thing::query()
                .order_by(things::value.desc())
                .load(&mut session)
                .await
                .unwrap();
            let sorted: Vec<_> = sorted.into_iter().map(|thing| thing.value).collect();
            assert_eq!(sorted, [high.clone(), mid.clone(), low.clone()]);
        });
    };
    (unordered $name:ident, $ty:ty, $values:expr) => {
        of_type!($name, $ty, $values, |_session, _values| {});
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

            scenario!(round_trips_and_filters, |place| {
                let values: [$ty; 3] = $values;
                place.create_all(schema![Thing]).await.unwrap();
                let mut session = place.session().await.unwrap();
                let forms = values.iter().map(|value| NewThing {
                    value: value.clone(),
                });
                let rows = session.insert_many(forms).await.unwrap();
                for (row, value) in rows.iter().zip(&values) {
                    assert_eq!((&row.value, &row.maybe), (value, &None));
                    assert_eq!(
                        session.get::<Thing>(row.id).await.unwrap().as_ref(),
                        Some(row)
                    );
                }
                let ids = |rows: Vec<Thing>| rows.iter().map(|row| row.id).collect::<Vec<_>>();
                let all = ids(rows);

                let [low, mid, high] = &values;
                let equal = Thing::query().filter(things::value.eq(mid.clone()));
                assert_eq!(ids(equal.load(&mut session).await.unwrap()), [all[1]]);
                let others = things::value.ne(mid.clone());
                let others = Thing::query().filter(others).order_by(things::id);
                assert_eq!(
                    ids(others.load(&mut session).await.unwrap()),
                    [all[0], all[2]]
                );
                let listed = things::value.eq_any([low.clone(), high.clone()]);
                let listed = Thing::query().filter(listed).order_by(things::id);
                assert_eq!(
                    ids(listed.load(&mut session).await.unwrap()),
                    [all[0], all[2]]
                );
                let rest = things::value.ne_all(vec![low.clone(), high.clone()]);
                assert_eq!(
                    ids(Thing::query()
                        .filter(rest)
                        .load(&mut session)
                        .await
                        .unwrap()),
                    [all[1]]
                );

                session
                    .update(Thing::patch(all[0]).maybe(high.clone()))
                    .await
                    .unwrap();
                let missing = Thing::query().filter(things::maybe.is_null());
                assert_eq!(missing.count(&mut session).await.unwrap(), 2);
                let equal = Thing::query().filter(things::maybe.eq(high.clone()));
                assert_eq!(ids(equal.load(&mut session).await.unwrap()), [all[0]]);
                let listed = Thing::query().filter(things::maybe.eq_any([high.clone()]));
                assert_eq!(listed.count(&mut session).await.unwrap(), 1);

                let form = NewThing { value: mid.clone() }
                    .id(all[0])
                    .maybe(low.clone());
                let row = session.upsert(form, things::id).await.unwrap();
                assert_eq!((row.id, &row.value), (all[0], mid));
                assert_eq!(row.maybe.as_ref(), Some(low));
                session
                    .update(Thing::patch(all[0]).value(low.clone()).maybe(None))
                    .await
                    .unwrap();
                assert_eq!(
                    session.get::<Thing>(all[0]).await.unwrap().unwrap().maybe,
                    None
                );
                // The model itself, all columns given.
                let row = Thing {
                    id: all[2] + 1,
                    value: high.clone(),
                    maybe: Some(mid.clone()),
                };
                assert_eq!(session.insert(row.clone()).await.unwrap(), row);
                session.delete(&row).await.unwrap();
                #[allow(unused_mut)]
                let (mut $session, $ordered) = (session, &values);
                $order
            });
        }
    };
}

of_type!(of_i8, i8, [i8::MIN, 0, i8::MAX]);
of_type!(of_i16, i16, [i16::MIN, 0, i16::MAX]);
of_type!(of_i32, i32, [i32::MIN, 0, i32::MAX]);
of_type!(of_i64, i64, [i64::MIN, 0, i64::MAX]);
of_type!(of_u8, u8, [0, 1, u8::MAX]);
of_type!(of_u16, u16, [0, 1, u16::MAX]);
of_type!(of_u32, u32, [0, 1, u32::MAX]);
of_type!(of_u64, u64, [0, 1, i64::MAX as u64]);
of_type!(of_f32, f32, [f32::MIN, 0.1, f32::MAX]);
of_type!(of_f64, f64, [f64::MIN, f64::MIN_POSITIVE, f64::MAX]);
of_type!(
    of_string,
    String,
    ["", "O'Neil \\ \" % _ -- ;\n\r\t\u{1}", "\u{10ffff}ß日本語"].map(str::to_owned)
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
        utc(date(1, 1, 1), time(0, 0, 0, 0)),
        utc(date(1969, 12, 31), time(23, 59, 59, 999_999)),
        utc(date(9999, 12, 31), time(23, 59, 59, 999_999)),
    ]
);
of_type!(
    of_uuid,
    Uuid,
    [Uuid::nil(), Uuid::from_u128(1 << 127), Uuid::max()]
);
of_type!(unordered of_json, Json, [json!(null), json!({"b": [1, 2.5, "ü"], "a": {}}), json!("x")]);
of_type!(
    of_decimal,
    Decimal,
    [
        decimal("-99999999999999999999999999999999999.9"),
        decimal("9.5"),
        decimal("12345678901234567890.123456789"),
    ]
);
of_type!(
    of_a_text_of_ones_own,
    Status,
    [Status::Closed, Status::Open, Status::Unknown]
);
of_type!(
    of_a_number_of_ones_own,
    Cents,
    [Cents(i64::MIN), Cents(9), Cents(10)]
);
