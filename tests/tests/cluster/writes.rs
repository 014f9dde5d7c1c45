//! Writes on a cluster.

use orm_core::vocabulary::*;
use orm_shard::prelude::*;

use crate::models::*;
use crate::on::on_each;

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

on_each!(rows_go_where_their_key_says, |cluster, one, sent| {
    let names: Vec<_> = (0..30)
        .map(|n| NewCustomer {
            name: format!("n{n}"),
        })
        .collect();
    let made = cluster.insert_many(names).await?;
    assert_eq!(made.len(), 30);
    // In the order given, whatever the shard.
    assert!(
        made.iter()
            .enumerate()
            .all(|(n, row)| row.name == format!("n{n}"))
    );
    for row in &made {
        let mut session = cluster.shard(&row.id).await?;
        assert_eq!(session.get::<Customer>(row.id).await?.as_ref(), Some(row));
        for other in cluster
            .shard_names()
            .iter()
            .filter(|name| *name != session.name())
        {
            assert!(
                cluster
                    .session_on(other)
                    .await?
                    .get::<Customer>(row.id)
                    .await?
                    .is_none()
            );
        }
    }
    assert_eq!(
        cluster
            .update(Customer::patch(made[3].id).name("x"))
            .await?,
        1
    );
    assert_eq!(
        cluster.get::<Customer>(made[3].id).await?.unwrap().name,
        "x"
    );
    assert!(cluster.delete(&made[3]).await?);
    assert!(!cluster.delete(&made[3]).await?);
    assert!(cluster.delete_key::<Customer>(made[4].id).await?);
    assert!(!cluster.delete_key::<Customer>(made[4].id).await?);
    assert_eq!(Customer::query().scatter().count(&cluster).await?, 28);
});

on_each!(
    a_failure_on_one_shard_leaves_nothing_on_any,
    |cluster, one, sent| {
        cluster
            .insert_many((1..=9).map(|id| NewCustomer { name: "n".into() }.id(id)))
            .await?;
        // The last order refers to a customer that is not there.
        let orders = (1..=10).map(|id| order(id, id));
        let error = cluster.insert_many(orders).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        assert_eq!(error.database(), Some(cluster.locate(&10_i64)?));
        assert_eq!(Order::query().scatter().count(&cluster).await?, 0);
        // Every pool is as it was: all shards take new work.
        cluster.insert_many((1..=9).map(|id| order(id, id))).await?;
        assert_eq!(Order::query().scatter().count(&cluster).await?, 9);
    }
);

/// What is in the place of the country 1, on each shard.
macro_rules! on_all_shards {
    ($cluster:ident, $expected:expr) => {
        form!({
            let expected: Option<&Country> = $expected;
            for name in $cluster.shard_names() {
                let mut session = $cluster.session_on(name).await?;
                assert_eq!(session.get::<Country>(1).await?.as_ref(), expected);
            }
        })
    };
}

on_each!(
    a_reference_row_is_the_same_on_every_shard,
    |cluster, one, sent| {
        let chad = cluster
            .insert(NewCountry {
                id: 1,
                name: "Chad".into(),
            })
            .await?;
        // The default `now` was made once, by the first shard.
        on_all_shards!(cluster, Some(&chad));
        cluster.update(Country::patch(1).name("Tchad")).await?;
        let tchad = Country {
            name: "Tchad".into(),
            ..chad
        };
        on_all_shards!(cluster, Some(&tchad));
        let again = cluster
            .upsert(
                NewCountry {
                    id: 1,
                    name: "Chad".into(),
                }
                .since(tchad.since),
                countries::id,
            )
            .await?;
        on_all_shards!(cluster, Some(&again));
        // One shard has a row in the way: none keeps the new one.
        cluster
            .session_on("s2")
            .await?
            .insert(NewCountry {
                id: 2,
                name: "Mali".into(),
            })
            .await?;
        let error = cluster
            .insert(NewCountry {
                id: 2,
                name: "Mali".into(),
            })
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.database()),
            (ErrorKind::Invalid, Some("s2"))
        );
        assert!(
            cluster
                .session_on("s0")
                .await?
                .get::<Country>(2)
                .await?
                .is_none()
        );
        assert!(cluster.delete(&again).await?);
        on_all_shards!(cluster, None);
        cluster.insert(again.clone()).await?;
        assert!(cluster.delete_key::<Country>(again.id).await?);
        on_all_shards!(cluster, None);
    }
);

on_each!(
    invalid_rows_are_refused_before_anything_is_sent,
    |cluster, one, sent| {
        let error = cluster
            .insert(
                NewCustomer { name: "n".into() }
                    .id(1)
                    .email(Some("x".repeat(3))),
            )
            .await
            .err();
        assert!(error.is_none(), "{error:?}");
        sent.take();
        let nothing = cluster.insert_many(Vec::<NewCustomer>::new()).await?;
        assert!(nothing.is_empty());
        assert!(sent.take().is_empty());
    }
);

on_each!(upsert_goes_where_the_key_says, |cluster, one, sent| {
    cluster
        .insert_many((1..=9).map(|id| NewCustomer { name: "n".into() }.id(id)))
        .await?;
    let changed = cluster
        .upsert(NewCustomer { name: "m".into() }.id(5), customers::id)
        .await?;
    assert_eq!((changed.id, changed.name.as_str()), (5, "m"));
    assert_eq!(Customer::query().scatter().count(&cluster).await?, 9);
});
