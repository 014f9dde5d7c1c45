//! What stands beside a nullable column: values, options, lists of both.

use orm_core::vocabulary::*;

/// A column type without the derive.
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

#[derive(Model, Debug, Clone, PartialEq)]
struct Thing {
    #[model(generated)]
    id: i64,
    cents: Option<Cents>,
    uid: Option<Uuid>,
    at: Option<DateTime<Utc>>,
    price: Option<Decimal>,
    small: Option<u8>,
    note: Option<String>,
    day: Option<NaiveDate>,
}

scenario!(an_option_is_a_literal_beside_a_nullable_column, |place| {
    place.create_all(schema![Thing]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let (uid, at) = (Uuid::from_u128(7), DateTime::<Utc>::default());
    let (price, day) = (Decimal::from(3), NaiveDate::default());
    let full = NewThing {}
        .cents(Cents(5))
        .uid(uid)
        .at(at)
        .price(price.clone())
        .small(9)
        .note("n")
        .day(day);
    session.insert(full).await.unwrap();
    session.insert(NewThing {}).await.unwrap();
    let note = Some("n".to_owned());
    macro_rules! found {
        ($($predicate:expr, $count:literal;)*) => { form! {$(
            let query = Thing::query().filter($predicate);
            assert_eq!(query.count(&mut session).await.unwrap(), $count, stringify!($predicate));
        )*} };
    }
    found! {
        things::cents.eq(Some(Cents(5))), 1;
        things::cents.eq(None::<Cents>), 0;
        things::cents.ne(Some(Cents(6))), 1;
        things::cents.gt(Some(Cents(4))), 1;
        things::cents.eq_any([Some(Cents(5)), None]), 1;
        things::cents.eq_any(vec![Cents(5), Cents(6)]), 1;
        things::uid.eq(Some(uid)), 1;
        things::uid.eq(Some(&uid)), 1;
        things::uid.eq(None::<Uuid>), 0;
        things::uid.eq_any([Some(uid), None]), 1;
        things::at.eq(Some(at)), 1;
        things::price.eq(Some(price.clone())), 1;
        things::small.eq(Some(9_u8)), 1;
        things::note.eq(Some("n")), 1;
        things::note.eq(&note), 1;
        things::day.eq(Some(day)), 1;
        things::id.nullable().eq(Some(1)), 1;
    }
    let changed = orm_core::diesel::update(things::table)
        .set((
            things::cents.eq(Some(Cents(8))),
            things::uid.eq(None::<Uuid>),
        ))
        .execute(&mut session)
        .await;
    assert_eq!(changed.unwrap(), 2);
    let row = Thing::query().first(&mut session).await.unwrap();
    assert_eq!((row.cents, row.uid), (Some(Cents(8)), None));
});
