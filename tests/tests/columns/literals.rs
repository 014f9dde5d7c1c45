//! Literals as a user writes them, truth values, and dates of far years.

use std::str::FromStr;

use orm_core::backend::Database;
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Item {
    #[model(generated)]
    id: i64,
    name: String,
    sold: bool,
    returned: Option<bool>,
    weight: f32,
    price: Decimal,
    made_on: NaiveDate,
    code: u8,
}

fn item(name: &str, year: i32) -> NewItem {
    NewItem {
        name: name.into(),
        sold: false,
        weight: 0.1,
        price: Decimal::from_str("10.25").unwrap(),
        made_on: NaiveDate::from_ymd_opt(year, 3, 15).unwrap(),
        code: 200,
    }
}

macro_rules! one {
    ($session:ident, $filter:expr) => {
        form!({
            let found = Item::query().filter($filter).count(&mut $session).await;
            assert_eq!(found.unwrap(), 1);
        })
    };
}

scenario!(literals_need_no_wrapper, |place| {
    place.create_all(schema![Item]).await.unwrap();
    let mut session = place.session().await.unwrap();
    session
        .insert(item("a", 2024).returned(true))
        .await
        .unwrap();
    one!(session, items::name.eq("a"));
    one!(session, items::name.eq(String::from("a")));
    one!(session, items::name.eq_any(["a", "b"]));
    one!(session, items::name.eq_any(vec!["a".to_owned()]));
    one!(session, items::code.eq(200));
    one!(session, items::weight.eq(0.1));
    one!(session, items::price.gt(9));
    one!(session, items::sold.eq(false));
    one!(session, not(items::sold));
    one!(session, items::returned.eq(true));
    one!(session, items::returned.eq(Some(true)));
    one!(session, items::id.gt(0));
    let price = Decimal::from_str("10.250").unwrap();
    one!(session, items::price.eq(&price));
});

scenario!(a_truth_value_is_one_of_two, |place| {
    place.create_all(schema![Item]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let row = session.insert(item("a", 1)).await.unwrap();
    session
        .update(Item::patch(row.id).sold(true).returned(false))
        .await
        .unwrap();
    let row = session.get::<Item>(row.id).await.unwrap().unwrap();
    assert_eq!((row.sold, row.returned), (true, Some(false)));
    let either = Item::query().filter(items::sold.eq_any([true, false]));
    assert_eq!(either.count(&mut session).await.unwrap(), 1);
    assert_eq!(
        Item::query()
            .filter(items::sold.gt(false))
            .count(&mut session)
            .await
            .unwrap(),
        1
    );
});

scenario!(years_round_trip_or_are_refused, |place| {
    place.create_all(schema![Item]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let held = match place.database {
        // As texts others would sort wrongly.
        Database::Sqlite => 0..=9_999,
        // 0 is its word for no date.
        Database::Mysql => 1..=9_999,
        _ => -4_712..=5_000_000,
    };
    for year in [-43, 0, -4000, 9_999, 10_000, 262_000] {
        if !held.contains(&year) {
            let error = session.insert(item("Caesar", year)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Conversion, "{error}");
            let day = NaiveDate::from_ymd_opt(year, 3, 15).unwrap();
            let query = Item::query().filter(items::made_on.lt(day));
            let error = query.load(&mut session).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Conversion, "{error}");
            continue;
        }
        let row = session.insert(item("Caesar", year)).await.unwrap();
        assert_eq!(row.made_on, NaiveDate::from_ymd_opt(year, 3, 15).unwrap());
        assert_eq!(session.get::<Item>(row.id).await.unwrap(), Some(row));
    }
});
