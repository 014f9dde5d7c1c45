//! Decimals keep their value: in forms, in every expression, and zero its digits.

use std::str::FromStr;

use orm_core::backend::Database;
use orm_core::query::{ExpressionMethods, count_distinct};
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(serde)]
struct Offer {
    #[model(generated)]
    id: i64,
    price: Decimal,
    reduced: Option<Decimal>,
    #[model(default = false)]
    is_reduced: bool,
}

fn decimal(text: &str) -> Decimal {
    Decimal::from_str(text).unwrap()
}

fn offer(price: &str, reduced: Option<&str>) -> OfferDraft {
    let form = NewOffer {
        price: decimal(price),
    };
    form.reduced(reduced.map(decimal))
        .is_reduced(reduced.is_some())
}

scenario!(a_decimal_from_outside_is_what_was_written, |place| {
    place.create_all(schema![Offer]).await.unwrap();
    let mut session = place.session().await.unwrap();
    for (text, price) in [
        ("19.99", "19.99"),
        ("0.1", "0.1"),
        ("1e-7", "0.0000001"),
        ("-3.5e2", "-350"),
        ("12", "12"),
        ("\"7.50\"", "7.50"),
        ("\"0.30000000000000000001\"", "0.30000000000000000001"),
    ] {
        let json = format!("{{\"price\": {text}, \"reduced\": {text}}}");
        let form: OfferDraft = serde_json::from_str(&json).unwrap();
        let row = session.insert(form).await.unwrap();
        assert_eq!(
            (&row.price, row.reduced),
            (&decimal(price), Some(decimal(price)))
        );
        let json = format!("{{\"price\": {text}}}");
        let changes: OfferChanges = serde_json::from_str(&json).unwrap();
        session.update(changes.to(row.id)).await.unwrap();
        let found = Offer::query().filter(offers::price.eq(decimal(price)));
        assert_eq!(found.count(&mut session).await.unwrap(), 1, "{text}");
    }
    assert!(serde_json::from_str::<OfferDraft>("{\"price\": \"dear\"}").is_err());
    let none: OfferDraft = serde_json::from_str("{\"price\": 1, \"reduced\": null}").unwrap();
    assert_eq!(session.insert(none).await.unwrap().reduced, None);
});

#[derive(Model, Debug)]
struct Bid {
    #[model(generated)]
    id: i64,
    amount: Option<Decimal>,
}

/// What is to be paid: no column, so that SQLite knows no collation of it.
macro_rules! paid {
    () => {
        case_when(offers::is_reduced.eq(true), offers::reduced).otherwise(offers::price.nullable())
    };
}

scenario!(decimals_compare_by_value_in_every_expression, |place| {
    place.create_all(schema![Offer, Bid]).await.unwrap();
    let mut session = place.session().await.unwrap();
    session
        .insert(NewBid {}.amount(decimal("10.500")))
        .await
        .unwrap();
    let offers = [
        offer("100", None),
        offer("9", None),
        offer("200", Some("10.50")),
        offer("300", Some("10.5")),
        offer("-2", None),
    ];
    session.insert_many(offers).await.unwrap();
    let sorted = Offer::query()
        .order_by((paid!().asc(), offers::id))
        .select(offers::id);
    assert_eq!(
        sorted.load::<i64, _>(&mut session).await.unwrap(),
        [5, 2, 3, 4, 1]
    );
    let sorted = Offer::query().order_by((paid!().desc().nulls_last(), offers::id));
    assert_eq!(sorted.first(&mut session).await.unwrap().id, 1);
    macro_rules! found {
        ($($predicate:expr, $count:literal;)*) => { form! {$(
            let query = Offer::query().filter($predicate);
            assert_eq!(query.count(&mut session).await.unwrap(), $count, stringify!($predicate));
        )*} };
    }
    found! {
        ExpressionMethods::gt(paid!(), decimal("9.5")), 3;
        ExpressionMethods::lt(paid!(), 0), 1;
        ExpressionMethods::eq(paid!(), decimal("9.0")), 1;
        ExpressionMethods::ne(paid!(), decimal("10.500")), 3;
        ExpressionMethods::eq_any(paid!(), [decimal("10.500")]), 2;
        ExpressionMethods::ne_all(paid!(), [decimal("10.500")]), 3;
        ExpressionMethods::eq_any(paid!(), bids::table.select(bids::amount)), 2;
        ExpressionMethods::between(paid!(), 9, decimal("20")), 3;
        offers::reduced.eq(paid!()), 2;
        offers::price.gt(5), 4;
    }
    let different = Offer::query().select(count_distinct(paid!()));
    assert_eq!(different.first::<i64, _>(&mut session).await.unwrap(), 4);
    let most = Offer::query().select(max(paid!()));
    let most: Option<Decimal> = most.first(&mut session).await.unwrap();
    assert_eq!(most, Some(decimal("100")));
});

scenario!(a_decimal_keeps_the_zeros_at_its_end, |place| {
    place.create_all(schema![Offer]).await.unwrap();
    let mut session = place.session().await.unwrap();
    for text in ["0", "0.0", "0.00000", "1.50", "10000.0000", "0.010"] {
        let row = session.insert(offer(text, None)).await.unwrap();
        let read = session.get::<Offer>(row.id).await.unwrap().unwrap();
        let shown = read.price.to_plain_string();
        match place.database {
            // A zero is written by Diesel without digits behind the point.
            Database::Postgres if shown == "0" => assert_eq!(decimal(text), decimal("0")),
            Database::Mysql => assert_eq!(read.price, decimal(text)),
            _ => assert_eq!(shown, text),
        }
    }
});

#[derive(Model, Debug)]
struct Line {
    #[model(generated)]
    id: i64,
    price: Decimal,
    count: u32,
    #[model(computed = "price * count")]
    total: Decimal,
}

scenario!(a_computed_decimal_is_not_calculated_with_floats, |place| {
    let made = place.create_all(schema![Line]).await;
    if place.database != Database::Sqlite {
        return made.unwrap();
    }
    let error = made.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().contains("orm_decimal_mul"), "{error}");
});

#[derive(Model, Debug)]
struct Sale {
    #[model(generated)]
    id: i64,
    price: Decimal,
    count: u32,
    #[model(computed(
        sqlite = "orm_decimal_mul(price, count)",
        postgres = "price * count",
        mysql = "price * count"
    ))]
    total: Decimal,
}

scenario!(a_computed_decimal_is_exact, |place| {
    place.create_all(schema![Sale]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let form = NewSale {
        price: decimal("0.1"),
        count: 3,
    };
    let row = session.insert(form).await.unwrap();
    assert_eq!(row.total, decimal("0.3"));
    let found = Sale::query().filter(sales::total.eq(decimal("0.3")));
    assert_eq!(found.count(&mut session).await.unwrap(), 1);
    let product = Sale::query().select(sales::price * sales::count);
    let product: Decimal = product.first(&mut session).await.unwrap();
    assert_eq!(product, decimal("0.3"));
});
