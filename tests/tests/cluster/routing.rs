//! Which shard is asked, and how often.

use orm_core::vocabulary::*;
use orm_shard::key::Key;
use orm_shard::prelude::*;

use crate::models::*;
use crate::on::on_each;

fn customer(id: i64) -> CustomerDraft {
    NewCustomer {
        name: format!("c{id}"),
    }
    .id(id)
}

fn order(customer_id: i64, number: i64) -> NewOrder {
    NewOrder {
        customer_id,
        number,
        total_cents: number,
        price: Decimal::from(1),
        placed_at: NaiveDateTime::default(),
        uid: Uuid::nil(),
    }
}

on_each!(
    a_keyed_query_is_one_statement_on_one_shard,
    |cluster, one, sent| {
        cluster.insert_many((1..=20).map(customer)).await?;
        cluster
            .insert_many((1..=20).flat_map(|id| [order(id, id), order(id, -id)]))
            .await?;
        sent.take();
        for id in 1..=20_i64 {
            let shard = cluster.locate(&id)?.to_owned();
            let orders = Order::query()
                .filter(orders::customer_id.eq(id))
                .load(&cluster)
                .await?;
            assert_eq!(orders.len(), 2);
            let statements = sent.take();
            assert_eq!(statements.len(), 1, "{statements:?}");
            assert_eq!(statements[0].0, shard);

            assert_eq!(cluster.get::<Customer>(id).await?.unwrap().id, id);
            let statements = sent.take();
            assert_eq!(statements.len(), 1);
            assert_eq!(statements[0].0, shard);
            assert!(!statements[0].1.contains("LIMIT"), "{}", statements[0].1);

            let more = Order::query()
                .filter(orders::total_cents.gt(0))
                .filter(orders::customer_id.eq(id).and(orders::number.gt(0)))
                .order_by(orders::number.desc())
                .load(&cluster)
                .await?;
            assert_eq!(more.len(), 1);
            assert_eq!(
                Order::query()
                    .filter(orders::customer_id.eq(id))
                    .count(&cluster)
                    .await?,
                2
            );
            let first = Customer::query()
                .inner_join(orders::table)
                .filter(customers::id.eq(id))
                .order_by(orders::number.asc())
                .select((customers::name, orders::number))
                .first::<(String, i64), _>(&cluster)
                .await?;
            assert_eq!(first, (format!("c{id}"), -id));
            // The key of the joined, co-located model routes as well.
            let joined = Customer::query()
                .inner_join(orders::table)
                .filter(orders::customer_id.eq(id))
                .select(orders::number)
                .load::<i64, _>(&cluster)
                .await?;
            assert_eq!(joined.len(), 2);
            let statements = sent.take();
            assert_eq!(statements.len(), 4);
            assert!(
                statements.iter().all(|(on, _)| *on == shard),
                "{statements:?}"
            );
        }
    }
);

on_each!(two_keys_leave_no_row, |cluster, one, sent| {
    cluster.insert_many((1..=20).map(customer)).await?;
    let none = Customer::query()
        .filter(customers::id.eq(1))
        .filter(customers::id.eq(2))
        .load(&cluster)
        .await?;
    assert!(none.is_empty());
});

on_each!(
    an_identity_is_the_shard_key_and_the_key,
    |cluster, one, sent| {
        cluster.insert_many((1..=20).map(customer)).await?;
        // Ids are unique per shard only: the first order of each shard has the same.
        let made = cluster
            .insert_many((1..=20).map(|id| order(id, id)))
            .await?;
        for row in &made {
            assert_eq!(
                cluster
                    .get::<Order>((row.customer_id, row.id))
                    .await?
                    .as_ref(),
                Some(row)
            );
        }
        let (mut same_shard, mut other) = (0, 0);
        for a in &made {
            for b in made.iter().filter(|b| b.customer_id != a.customer_id) {
                let on_one = cluster.locate(&a.customer_id)? == cluster.locate(&b.customer_id)?;
                if on_one {
                    same_shard += 1
                } else {
                    other += 1
                }
                let found = cluster.get::<Order>((a.customer_id, b.id)).await?;
                assert!(found.is_none_or(|found| found.customer_id == a.customer_id));
            }
        }
        assert!(same_shard > 0 && other > 0);
        let a = &made[0];
        let neighbour = made.iter().find(|b| {
            b.customer_id != a.customer_id
                && cluster.locate(&a.customer_id).ok() == cluster.locate(&b.customer_id).ok()
        });
        let neighbour = neighbour.expect("twenty customers on three shards share one");
        let missed = cluster
            .update_at(a.customer_id, Order::patch(neighbour.id).number(0))
            .await
            .unwrap_err();
        assert_eq!(missed.kind(), ErrorKind::NotFound);
        let missed = (a.customer_id, neighbour.id);
        assert!(!cluster.delete_key::<Order>(missed).await?);
        assert!(
            cluster
                .get::<Order>((neighbour.customer_id, neighbour.id))
                .await?
                .is_some()
        );
        assert_eq!(
            cluster
                .update_at(a.customer_id, Order::patch(a.id).number(99))
                .await?,
            1
        );
        assert_eq!(
            cluster
                .get::<Order>((a.customer_id, a.id))
                .await?
                .unwrap()
                .number,
            99
        );
    }
);

on_each!(
    a_reference_table_is_asked_on_one_shard,
    |cluster, one, sent| {
        cluster
            .insert(NewCountry {
                id: 1,
                name: "Chad".into(),
            })
            .await?;
        sent.take();
        assert_eq!(Country::query().load(&cluster).await?.len(), 1);
        assert_eq!(cluster.get::<Country>(1).await?.unwrap().name, "Chad");
        assert_eq!(Country::query().count(&cluster).await?, 1);
        assert_eq!(sent.take().len(), 3);
    }
);

on_each!(relations_are_loaded_on_each_shard, |cluster, one, sent| {
    cluster
        .insert(NewCountry {
            id: 1,
            name: "Chad".into(),
        })
        .await?;
    cluster
        .insert_many((1..=9).map(|id| customer(id).country_id(1)))
        .await?;
    cluster
        .insert_many((1..=9).flat_map(|id| (1..=id).map(move |n| order(id, n))))
        .await?;
    let all = Customer::query()
        .scatter()
        .order_by(customers::id.desc())
        .limit(4)
        .with(customer::orders)
        .with(customer::country)
        .load(&cluster)
        .await?;
    let counts: Vec<_> = all
        .iter()
        .map(|c| (c.id, c[customer::orders].len()))
        .collect();
    assert_eq!(counts, [(9, 9), (8, 8), (7, 7), (6, 6)]);
    assert_eq!(all[0][customer::country].as_ref().unwrap().name, "Chad");
    sent.take();
    let seven = Customer::query()
        .filter(customers::id.eq(7))
        .with(customer::orders)
        .load(&cluster)
        .await?;
    assert_eq!(seven[0][customer::orders].len(), 7);
    assert_eq!(sent.take().len(), 2);
});

/// The bucket of a key must never change: data was placed by it.
#[test]
fn golden_buckets() {
    use orm_core::value::Value;
    let bucket = |value| Key::new(value).unwrap().bucket();
    let text = |text: &str| Value::Text(text.into());
    let golden = [
        (Value::I64(0), GOLDEN[0]),
        (Value::I64(1), GOLDEN[1]),
        (Value::I64(-1), GOLDEN[2]),
        (Value::I64(i64::MAX), GOLDEN[3]),
        (text(""), GOLDEN[4]),
        (text("ann@example.org"), GOLDEN[5]),
        (text("Zoë"), GOLDEN[6]),
        (Value::Uuid(Uuid::nil()), GOLDEN[7]),
        (Value::Binary(vec![1, 2, 3]), GOLDEN[8]),
        (Value::Bool(true), GOLDEN[9]),
        (
            Value::Date(NaiveDate::from_ymd_opt(2024, 2, 29).unwrap()),
            GOLDEN[10],
        ),
    ];
    for (value, expected) in golden {
        assert_eq!(bucket(value.clone()), expected, "{value}");
    }
}

/// XXH64, seed 0, of the canonical bytes, modulo 16,384; computed by the
/// `xxhash` package of Python over the bytes that `orm_shard::key` documents.
const GOLDEN: [u16; 11] = [
    13942, 4483, 8374, 1601, 12519, 1978, 791, 7678, 10798, 5196, 4059,
];
