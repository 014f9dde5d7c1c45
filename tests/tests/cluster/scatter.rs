//! Scatter and gather, against one database that holds the same rows.
//!
//! The same query text runs on both; the answers must be equal, order and all.
//! The rows are those of `sample.rs`.

use orm_core::diesel::delete;
use orm_core::vocabulary::*;
use orm_shard::prelude::*;

use crate::models::*;
use crate::on::on_each;
use crate::sample::{Random, countries, customers, orders};

/// Runs one query text on the cluster, scattered, and on the one database.
macro_rules! same {
    ($cluster:ident, $one:ident, $model:ident, $row:ty, [$($query:tt)*]) => {
        form!({
            let gathered: Vec<$row> = $model::query().scatter() $($query)* .load(&$cluster).await?;
            let expected: Vec<$row> = $model::query() $($query)* .load(&mut $one).await?;
            assert_eq!(gathered, expected, "{}", stringify!($($query)*));
            gathered.len()
        })
    };
}

/// The same rows for the cluster and for the one database.
macro_rules! fill {
    ($cluster:ident, $one:ident, $random:ident) => {
        form!({
            for form in countries() {
                $cluster.insert(form.clone()).await?;
                $one.insert(form).await?;
            }
            let customers = customers(&mut $random);
            $cluster.insert_many(customers.clone()).await?;
            $one.insert_many(customers).await?;
            let orders = orders(&mut $random, 1);
            $cluster.insert_many(orders.clone()).await?;
            $one.insert_many(orders).await?;
        })
    };
}

on_each!(rows_in_order_and_windows, |cluster, one, sent| {
    for seed in 1..=3 {
        let mut random = Random(seed);
        println!("seed {seed}");
        for engine in cluster.engines() {
            let mut session = engine.session().await?;
            delete(customers::table).execute(&mut session).await?;
            delete(countries::table).execute(&mut session).await?;
        }
        delete(customers::table).execute(&mut one).await?;
        delete(countries::table).execute(&mut one).await?;
        fill!(cluster, one, random);

        let by_number = orders::number;
        let found = same!(cluster, one, Order, i64, [.select(orders::number).order_by(by_number)]);
        assert_eq!(found, 80);
        for (offset, limit) in [(0, 1), (0, 7), (5, 10), (70, 20), (200, 5), (3, 0)] {
            same!(cluster, one, Order, (i64, i64), [
                .order_by((orders::total_cents.desc(), orders::number.asc()))
                .select((orders::number, orders::total_cents)).offset(offset).limit(limit)
            ]);
        }
        same!(cluster, one, Order, (Option<f64>, i64), [
            .order_by((orders::weight.desc(), orders::number)).select((orders::weight, orders::number))
        ]);
        same!(cluster, one, Order, (Option<i16>, i64), [
            .order_by((orders::small.asc().nulls_first(), orders::number.desc()))
            .select((orders::small, orders::number))
        ]);
        same!(cluster, one, Order, (Option<i16>, i64), [
            .order_by((orders::small.desc().nulls_last(), orders::number))
            .select((orders::small, orders::number))
        ]);
        same!(cluster, one, Order, (Option<String>, i64), [
            .order_by((orders::note.asc(), orders::number)).select((orders::note, orders::number))
            .limit(50)
        ]);
        same!(cluster, one, Order, (Decimal, i64), [
            .order_by((orders::price.desc(), orders::number)).select((orders::price, orders::number))
        ]);
        same!(cluster, one, Order, (NaiveDateTime, i64), [
            .order_by((orders::placed_at, orders::number)).select((orders::placed_at, orders::number))
        ]);
        same!(cluster, one, Order, Uuid, [.order_by(orders::uid.desc()).select(orders::uid)]);
        same!(cluster, one, Customer, Customer, [.order_by(customers::id.desc()).limit(5)]);
        // Joins: two co-located models and a reference table.
        same!(cluster, one, Order, (i64, String), [
            .inner_join(customers::table).order_by((customers::name, orders::number))
            .select((orders::number, customers::name)).limit(30)
        ]);
        same!(cluster, one, Customer, (i64, Option<String>), [
            .left_join(countries::table).order_by(customers::id)
            .select((customers::id, countries::name.nullable()))
        ]);
        same!(cluster, one, Customer, (i64, Option<i64>), [
            .left_join(orders::table).order_by((customers::id, orders::number.nullable().asc()))
            .select((customers::id, orders::number.nullable()))
        ]);
        same!(cluster, one, Country, (String, i64), [
            .inner_join(customers::table).order_by((countries::name, customers::id))
            .select((countries::name, customers::id))
        ]);
        assert_eq!(
            Order::query()
                .scatter()
                .filter(orders::total_cents.gt(0))
                .count(&cluster)
                .await?,
            Order::query()
                .filter(orders::total_cents.gt(0))
                .count(&mut one)
                .await?,
        );
        let first: i64 = Order::query()
            .scatter()
            .order_by(orders::number.desc())
            .select(orders::number)
            .first(&cluster)
            .await?;
        assert_eq!(first, 80);
    }
});

on_each!(distinct_over_shards, |cluster, one, sent| {
    let mut random = Random(11);
    fill!(cluster, one, random);
    same!(cluster, one, Order, Option<i16>, [.select(orders::small).distinct().order_by(orders::small.asc())]);
    same!(cluster, one, Order, (Option<i16>, Option<String>), [
        .select((orders::small, orders::note)).distinct()
        .order_by((orders::small.desc(), orders::note.asc())).offset(2).limit(6)
    ]);
    let mut gathered: Vec<bool> = Customer::query()
        .scatter()
        .select(customers::active)
        .distinct()
        .load(&cluster)
        .await?;
    gathered.sort_unstable();
    assert_eq!(gathered, [false, true]);
});

on_each!(aggregates_without_a_group, |cluster, one, sent| {
    type Row = (Option<i64>, Option<f64>, Option<i64>, Option<i64>, i64, i64);
    // Of no rows: NULLs and zeroes, one row.
    same!(cluster, one, Order, Row, [.select((
        sum(orders::total_cents), avg(orders::total_cents), min(orders::total_cents),
        max(orders::total_cents), count(orders::note), count_star(),
    ))]);
    let mut random = Random(23);
    fill!(cluster, one, random);
    same!(cluster, one, Order, Row, [.select((
        sum(orders::total_cents), avg(orders::total_cents), min(orders::total_cents),
        max(orders::total_cents), count(orders::note), count_star(),
    ))]);
    same!(cluster, one, Order, (Option<Decimal>, Option<Decimal>), [.select((sum(orders::price), max(orders::price)))]);
    // The average of decimals to its last digit, as text.
    let shown = |rows: Vec<Option<Decimal>>| rows[0].clone().map(|avg| avg.to_plain_string());
    let gathered = shown(
        Order::query()
            .scatter()
            .select(avg(orders::price))
            .load(&cluster)
            .await?,
    );
    let expected = shown(
        Order::query()
            .select(avg(orders::price))
            .load(&mut one)
            .await?,
    );
    assert_eq!(gathered, expected);
    same!(cluster, one, Order, Option<i64>, [.select(sum(orders::small))]);
    same!(cluster, one, Order, Option<f64>, [.select(avg(orders::weight))]);
    same!(cluster, one, Order, Option<NaiveDateTime>, [.select(max(orders::placed_at))]);
    same!(cluster, one, Order, Option<String>, [.select(min(orders::note))]);
});

on_each!(groups_that_span_shards, |cluster, one, sent| {
    let mut random = Random(42);
    fill!(cluster, one, random);
    same!(cluster, one, Order, (Option<i16>, Option<i64>, i64), [
        .group_by(orders::small).order_by(orders::small.asc())
        .select((orders::small, sum(orders::total_cents), count_star()))
    ]);
    same!(cluster, one, Order, (Option<String>, Option<f64>, Option<Decimal>), [
        .group_by(orders::note).having(count(orders::id).gt(3))
        .order_by((count(orders::id).desc(), orders::note.asc()))
        .select((orders::note, avg(orders::total_cents), sum(orders::price))).limit(4)
    ]);
    same!(cluster, one, Order, (Option<i16>, Option<String>, i64), [
        .group_by((orders::small, orders::note))
        .having(count_star().ge(2).and(sum(orders::total_cents).gt(50)))
        .order_by((orders::small.asc(), orders::note.desc()))
        .select((orders::small, orders::note, count_star()))
    ]);
    same!(cluster, one, Order, (Option<i16>, i64), [
        .group_by(orders::small)
        .having(max(orders::total_cents).lt(100).or(min(orders::total_cents).lt(-50)))
        .order_by(orders::small.asc()).select((orders::small, count_star()))
    ]);
    // Over a join with a reference table, grouped by its column.
    same!(cluster, one, Customer, (String, i64), [
        .inner_join(countries::table).group_by(countries::name)
        .order_by((count(customers::id).desc(), countries::name.asc()))
        .select((countries::name, count(customers::id)))
    ]);
});

on_each!(groups_that_hold_the_shard_key, |cluster, one, sent| {
    let mut random = Random(5);
    fill!(cluster, one, random);
    same!(cluster, one, Order, (i64, Option<i64>, i64), [
        .group_by(orders::customer_id).having(count(orders::id).gt(4))
        .order_by((sum(orders::total_cents).desc(), orders::customer_id.asc()))
        .select((orders::customer_id, sum(orders::total_cents), count_distinct(orders::small))).limit(5)
    ]);
    same!(cluster, one, Customer, (String, Option<i64>, i64), [
        .inner_join(orders::table).group_by((customers::id, customers::name))
        .having(count(orders::id).gt(5)).order_by((sum(orders::total_cents).desc(), customers::id.asc()))
        .select((customers::name, sum(orders::total_cents), count(orders::id)))
    ]);
});

on_each!(a_sum_that_overflows_is_an_error, |cluster, one, sent| {
    let mut random = Random(1);
    fill!(cluster, one, random);
    for customer_id in (1..=12).map(|n| n * 7) {
        for number in [1, 2] {
            let form = NewOrder {
                customer_id,
                number: 1_000 + customer_id * 10 + number,
                total_cents: i64::MAX / 4,
                price: Decimal::from(1),
                placed_at: NaiveDateTime::default(),
                uid: Uuid::nil(),
            };
            cluster.insert(form.clone()).await?;
            one.insert(form).await?;
        }
    }
    let query = || Order::query().select(sum(orders::total_cents));
    assert!(query().load::<Option<i64>, _>(&mut one).await.is_err());
    assert!(
        query()
            .scatter()
            .load::<Option<i64>, _>(&cluster)
            .await
            .is_err()
    );
});

on_each!(decimals_are_calculated_exactly, |cluster, one, sent| {
    let mut random = Random(77);
    fill!(cluster, one, random);
    // Integers that SQLite would make floats of, and a sum that floats would get wrong.
    same!(cluster, one, Order, Option<Decimal>, [.select(sum(orders::price * orders::total_cents))]);
    same!(cluster, one, Order, (Option<i16>, Option<Decimal>), [
        .group_by(orders::small).order_by((sum(orders::price * orders::total_cents).desc(), orders::small.asc()))
        .select((orders::small, sum(orders::price * orders::total_cents)))
    ]);
    let price: Decimal = "0.1".parse().unwrap();
    let form = NewOrder {
        customer_id: 7,
        number: 0,
        total_cents: 3,
        price,
        placed_at: NaiveDateTime::default(),
        uid: Uuid::nil(),
    };
    let row = one.insert(form).await?;
    let exact: Decimal = orders::table
        .find(row.id)
        .select(orders::price * orders::total_cents + orders::price - 1)
        .first(&mut one)
        .await
        .unwrap();
    assert_eq!(exact.to_plain_string(), "-0.6");
    let product: Option<Decimal> = orders::table
        .find(row.id)
        .select(orders::price * orders::small)
        .first(&mut one)
        .await
        .unwrap();
    assert_eq!(product, None);
    let half: Decimal = "0.5".parse().unwrap();
    assert_eq!(
        Order::query()
            .filter(orders::id.eq(row.id))
            .filter((orders::price * half).lt("0.0500001".parse::<Decimal>().unwrap()))
            .count(&mut one)
            .await?,
        1
    );
});
