//! Literals as a user writes them, truth values, and dates before Christ.

use std::str::FromStr;

use orm_core::prelude::*;

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

scenario!(literals_need_no_wrapper, |place| {
    place.create_all(schema![Item]).unwrap();
    let mut session = place.session().unwrap();
    session.insert(item("a", 2024).returned(true)).unwrap();
    let one = |count: orm_core::Result<i64>| assert_eq!(count.unwrap(), 1);
    one(Item::query()
        .filter(items::name.eq("a"))
        .count(&mut session));
    one(Item::query()
        .filter(items::name.eq(String::from("a")))
        .count(&mut session));
    one(Item::query()
        .filter(items::name.eq_any(["a", "b"]))
        .count(&mut session));
    one(Item::query()
        .filter(items::name.eq_any(vec!["a".to_owned()]))
        .count(&mut session));
    one(Item::query()
        .filter(items::code.eq(200))
        .count(&mut session));
    one(Item::query()
        .filter(items::weight.eq(0.1))
        .count(&mut session));
    one(Item::query().filter(items::price.gt(9)).count(&mut session));
    one(Item::query()
        .filter(items::sold.eq(false))
        .count(&mut session));
    one(Item::query().filter(not(items::sold)).count(&mut session));
    one(Item::query()
        .filter(items::returned.eq(true))
        .count(&mut session));
    one(Item::query()
        .filter(items::returned.eq(Some(true)))
        .count(&mut session));
    one(Item::query().filter(items::id.gt(0)).count(&mut session));
    let price = Decimal::from_str("10.250").unwrap();
    one(Item::query()
        .filter(items::price.eq(&price))
        .count(&mut session));
});

scenario!(a_truth_value_is_one_of_two, |place| {
    place.create_all(schema![Item]).unwrap();
    let mut session = place.session().unwrap();
    let row = session.insert(item("a", 1)).unwrap();
    session
        .update(Item::patch(row.id).sold(true).returned(false))
        .unwrap();
    let row = session.get::<Item>(row.id).unwrap().unwrap();
    assert_eq!((row.sold, row.returned), (true, Some(false)));
    let either = Item::query().filter(items::sold.eq_any([true, false]));
    assert_eq!(either.count(&mut session).unwrap(), 1);
    assert_eq!(
        Item::query()
            .filter(items::sold.gt(false))
            .count(&mut session)
            .unwrap(),
        1
    );
});

scenario!(years_before_the_first_round_trip, |place| {
    place.create_all(schema![Item]).unwrap();
    let mut session = place.session().unwrap();
    for year in [-43, 0, -4000] {
        let row = session.insert(item("Caesar", year)).unwrap();
        assert_eq!(row.made_on, NaiveDate::from_ymd_opt(year, 3, 15).unwrap());
        assert_eq!(session.get::<Item>(row.id).unwrap(), Some(row));
    }
});
