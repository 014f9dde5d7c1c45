//! Decimals are compared as decimals, whatever the driver sends them as.

use std::str::FromStr;

use orm_core::vocabulary::*;

/// Two numbers that are one as doubles.
const EVEN: &str = "9007199254740992";
const ODD: &str = "9007199254740993";

#[derive(Model, Debug, Clone, PartialEq)]
struct Price {
    #[model(generated)]
    id: i64,
    amount: Decimal,
    before: Option<Decimal>,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Rate {
    #[model(key)]
    rate: Decimal,
    name: String,
}

fn decimal(text: &str) -> Decimal {
    Decimal::from_str(text).expect("a decimal")
}

macro_rules! amounts {
    ($session:ident, $filter:expr) => {
        form!({
            let rows: Vec<Decimal> = Price::query()
                .filter($filter)
                .select(prices::amount)
                .load(&mut $session)
                .await
                .unwrap();
            rows.iter().map(ToString::to_string).collect::<Vec<_>>()
        })
    };
}

scenario!(mysql(decimals_that_are_one_double_stay_two), |place| {
    place.create_all(schema![Price]).await.unwrap();
    let mut session = place.session().await.unwrap();
    for amount in [EVEN, ODD] {
        let price = NewPrice {
            amount: decimal(amount),
        };
        let price = price.before(decimal(amount));
        session.insert(price).await.unwrap();
    }
    let (even, odd) = (|| decimal(EVEN), || decimal(ODD));
    assert_eq!(amounts!(session, prices::amount.eq(odd())), [ODD]);
    assert_eq!(amounts!(session, prices::amount.ne(odd())), [EVEN]);
    assert_eq!(amounts!(session, prices::amount.eq_any([odd()])), [ODD]);
    assert_eq!(amounts!(session, prices::amount.ne_all([odd()])), [EVEN]);
    assert_eq!(amounts!(session, prices::before.eq_any([odd()])), [ODD]);
    let between = prices::amount.between(odd(), odd());
    assert_eq!(amounts!(session, between), [ODD]);
    let between = prices::before.not_between(odd(), odd());
    assert_eq!(amounts!(session, between), [EVEN]);
    assert_eq!(amounts!(session, prices::before.eq(even())), [EVEN]);
    assert_eq!(amounts!(session, prices::before.eq(Some(even()))), [EVEN]);
    let groups: Vec<i64> = Price::query()
        .group_by(prices::id)
        .having(sum(prices::amount).gt(even()))
        .select(prices::id)
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(groups, [2]);
    // What is written and deleted by such a filter is gone for good.
    let deleted = orm_core::diesel::delete(prices::table)
        .filter(prices::amount.eq_any([odd()]))
        .execute(&mut session)
        .await;
    assert_eq!(deleted.unwrap(), 1);
    assert_eq!(amounts!(session, prices::id.gt(0)), [EVEN]);
});

scenario!(mysql(decimals_are_keys), |place| {
    place.create_all(schema![Rate]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let rate = |rate: &str| NewRate {
        rate: decimal(rate),
        name: rate.into(),
    };
    session.insert(rate(EVEN)).await.unwrap();
    session.insert_many([rate(ODD), rate("0.1")]).await.unwrap();
    for text in [EVEN, ODD, "0.1"] {
        let found = session.get::<Rate>(decimal(text)).await.unwrap().unwrap();
        assert_eq!(found.name, text);
    }
    assert!(session.delete_key::<Rate>(decimal(ODD)).await.unwrap());
    assert_eq!(Rate::query().count(&mut session).await.unwrap(), 2);
});
