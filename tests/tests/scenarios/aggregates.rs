//! Aggregates: exact values, one Rust type on every database; groups and their order.

use std::str::FromStr;

use orm_core::backend::Database;
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Sale {
    #[model(generated)]
    id: i64,
    region: String,
    pieces: i32,
    cents: i64,
    weight: f64,
    price: Decimal,
    rating: Option<i16>,
    sold_on: NaiveDate,
}

fn decimal(text: &str) -> Decimal {
    Decimal::from_str(text).expect("a decimal")
}

macro_rules! sales {
    ($place:ident, $session:ident) => {
        form! {
        $place.create_all(schema![Sale]).await.unwrap();
        let mut $session = $place.session().await.unwrap();
        let sale = |region: &str, pieces, weight, price: &str, rating: Option<i16>| {
            let sold_on = NaiveDate::from_ymd_opt(2024, 1, pieces as u32).unwrap();
            let form = NewSale {
                region: region.into(),
                pieces,
                cents: i64::from(pieces) * 1_000_000_000_000,
                weight,
                price: decimal(price),
                sold_on,
            };
            form.rating(rating)
        };
        let sales = [
            sale("north", 1, 0.5, "9.5", Some(5)),
            sale("north", 2, 0.25, "10.25", None),
            sale("south", 4, 1.0, "0.1", Some(2)),
            sale("south", 4, 2.0, "0.2", Some(5)),
        ];
        $session.insert_many(sales).await.unwrap();
        }
    };
}

type Five<T> = (Option<T>, Option<f64>, Option<T>, Option<T>, i64);

scenario!(integers_are_summed_and_averaged_alike, |place| {
    sales!(place, session);
    type Small = (Option<i64>, Option<f64>, Option<i32>, Option<i32>, i64);
    let small: Small = Sale::query()
        .select((
            sum(sales::pieces),
            avg(sales::pieces),
            min(sales::pieces),
            max(sales::pieces),
            count(sales::pieces),
        ))
        .first(&mut session)
        .await
        .unwrap();
    assert_eq!(small, (Some(11), Some(2.75), Some(1), Some(4), 4));
    let wide: Five<i64> = Sale::query()
        .select((
            sum(sales::cents),
            avg(sales::cents),
            min(sales::cents),
            max(sales::cents),
            count_distinct(sales::cents),
        ))
        .first(&mut session)
        .await
        .unwrap();
    let t = 1_000_000_000_000;
    assert_eq!(wide, (Some(11 * t), Some(2.75e12), Some(t), Some(4 * t), 3));
    let rated: (Option<i64>, Option<f64>, i64, i64) = Sale::query()
        .select((
            sum(sales::rating),
            avg(sales::rating),
            count(sales::rating),
            count_star(),
        ))
        .first(&mut session)
        .await
        .unwrap();
    assert_eq!(
        rated,
        (Some(12), Some(4.0), 3, 4),
        "NULL counts in nothing but rows"
    );
});

scenario!(floats_texts_and_dates_have_extremes, |place| {
    sales!(place, session);
    let floats: Five<f64> = Sale::query()
        .select((
            sum(sales::weight),
            avg(sales::weight),
            min(sales::weight),
            max(sales::weight),
            count_distinct(sales::weight),
        ))
        .first(&mut session)
        .await
        .unwrap();
    assert_eq!(floats, (Some(3.75), Some(0.9375), Some(0.25), Some(2.0), 4));
    let ends: (Option<String>, Option<NaiveDate>) = Sale::query()
        .select((min(sales::region), max(sales::sold_on)))
        .first(&mut session)
        .await
        .unwrap();
    assert_eq!(
        ends,
        (Some("north".into()), NaiveDate::from_ymd_opt(2024, 1, 4))
    );
});

scenario!(decimals_are_exact_and_ordered_by_value, |place| {
    sales!(place, session);
    let (total, mean): (Option<Decimal>, Option<Decimal>) = Sale::query()
        .select((sum(sales::price), avg(sales::price)))
        .first(&mut session)
        .await
        .unwrap();
    assert_eq!(total.unwrap().to_plain_string(), "20.05");
    let mean = mean.unwrap();
    assert_eq!(mean, decimal("5.0125"));
    if place.database != Database::Mysql {
        assert_eq!(mean.to_plain_string(), "5.0125000000000000");
    }
    let (least, most, kinds): (Option<Decimal>, Option<Decimal>, i64) = Sale::query()
        .select((
            min(sales::price),
            max(sales::price),
            count_distinct(sales::price),
        ))
        .first(&mut session)
        .await
        .unwrap();
    assert_eq!(
        (least, most, kinds),
        (Some(decimal("0.1")), Some(decimal("10.25")), 4)
    );
    // As texts "10.25" would come before "9.5".
    let sorted: Vec<Decimal> = Sale::query()
        .order_by(sales::price)
        .select(sales::price)
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(sorted, ["0.1", "0.2", "9.5", "10.25"].map(decimal));
    let above = Sale::query().filter(sales::price.gt(decimal("9.5")));
    assert_eq!(above.count(&mut session).await.unwrap(), 1);
    let same = Sale::query().filter(sales::price.eq_any([decimal("9.50"), decimal("0.10")]));
    assert_eq!(same.count(&mut session).await.unwrap(), 2, "9.50 is 9.5");
});

scenario!(aggregates_of_nothing_are_null, |place| {
    place.create_all(schema![Sale]).await.unwrap();
    let mut session = place.session().await.unwrap();
    type Nothing = (
        Option<i64>,
        Option<f64>,
        Option<Decimal>,
        Option<Decimal>,
        i64,
    );
    let nothing: Nothing = Sale::query()
        .select((
            sum(sales::pieces),
            avg(sales::pieces),
            sum(sales::price),
            max(sales::price),
            count(sales::id),
        ))
        .first(&mut session)
        .await
        .unwrap();
    assert_eq!(nothing, (None, None, None, None, 0));
});

scenario!(groups_are_filtered_and_ordered_by_aggregates, |place| {
    sales!(place, session);
    let rows: Vec<(String, Option<i64>, Option<Decimal>)> = Sale::query()
        .group_by(sales::region)
        .order_by(sum(sales::pieces).desc())
        .select((sales::region, sum(sales::pieces), sum(sales::price)))
        .load(&mut session)
        .await
        .unwrap();
    let expected = [("south", 8, "0.3"), ("north", 3, "19.75")];
    let expected = expected.map(|(r, n, p)| (r.to_owned(), Some(n), Some(decimal(p))));
    assert_eq!(rows, expected);
    let large: Vec<String> = Sale::query()
        .group_by(sales::region)
        .having(sum(sales::price).gt(decimal("9.9")))
        .select(sales::region)
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(large, ["north"]);
    let rated: Vec<(String, i64)> = Sale::query()
        .group_by(sales::region)
        .having(count(sales::rating).ge(1).and(avg(sales::pieces).gt(1.0)))
        .order_by((count(sales::rating).desc(), sales::region.asc()))
        .select((sales::region, count(sales::rating)))
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(rated, [("south".to_owned(), 2), ("north".to_owned(), 1)]);
    // The same on the table, as Diesel's own statement.
    let plain: Vec<(String, Option<i64>)> = sales::table
        .group_by(sales::region)
        .having(count_star().gt(1))
        .order(max(sales::price).asc())
        .select((sales::region, sum(sales::pieces)))
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(
        plain,
        [("south".to_owned(), Some(8)), ("north".to_owned(), Some(3))]
    );
});

scenario!(a_sum_that_overflows_is_an_error, |place| {
    sales!(place, session);
    let most = Sale {
        id: 99,
        cents: i64::MAX,
        ..Sale::query().first(&mut session).await.unwrap()
    };
    session.insert(most).await.unwrap();
    let total: orm_core::Result<Option<i64>> = Sale::query()
        .select(sum(sales::cents))
        .first(&mut session)
        .await;
    assert!(total.is_err(), "{total:?}");
    let mean: Option<f64> = Sale::query()
        .select(avg(sales::cents))
        .first(&mut session)
        .await
        .unwrap();
    assert!(mean.unwrap() > 1e18);
});
