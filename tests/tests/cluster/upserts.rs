//! Upserts on a cluster: the row that is changed is on the shard of the form, and its own.

use orm_core::vocabulary::*;

use crate::models::*;
use crate::on::on_each;

fn order(customer_id: i64, total_cents: i64) -> NewOrder {
    NewOrder {
        customer_id,
        number: 1,
        total_cents,
        price: Decimal::from(1),
        placed_at: NaiveDateTime::default(),
        uid: Uuid::nil(),
    }
}

/// Two customers of one shard.
macro_rules! neighbours {
    ($cluster:ident) => {
        form! {{
            let mut there = Vec::new();
            for id in 1..=30_i64 {
                if $cluster.locate(&id)? == "s1" {
                    there.push(id);
                }
            }
            let customers = there.iter().take(2);
            let forms = customers.map(|id| NewCustomer { name: "n".into() }.id(*id));
            $cluster.insert_many(forms).await?;
            (there[0], there[1])
        }}
    };
}

on_each!(
    a_row_of_another_shard_key_is_not_changed,
    |cluster, one, sent| {
        let (mine, other) = neighbours!(cluster);
        let theirs = cluster.insert(order(other, 900)).await?;
        let error = cluster
            .upsert(order(mine, 500).id(theirs.id), orders::id)
            .await
            .unwrap_err();
        let errors = &error.invalid().expect("a key that is taken").errors;
        assert_eq!(
            (errors[0].field.as_str(), errors[0].code.as_str()),
            ("id", "unique")
        );
        assert_eq!(error.database(), Some("s1"));
        let now = cluster.get::<Order>((other, theirs.id)).await?;
        assert_eq!(now.as_ref(), Some(&theirs));
        // One database answers alike.
        let one_of = |id: i64| NewCustomer { name: "n".into() }.id(id);
        one.insert_many([one_of(mine), one_of(other)]).await?;
        let same = one.insert(order(other, 900)).await?;
        let error = one.upsert(order(mine, 500).id(same.id), orders::id).await;
        assert_eq!(error.unwrap_err().kind(), ErrorKind::Invalid);
        assert_eq!(one.get::<Order>(same.id).await?, Some(same));

        let changed = cluster
            .upsert(order(other, 950).id(theirs.id), orders::id)
            .await?;
        assert_eq!((changed.id, changed.total_cents), (theirs.id, 950));
    }
);

on_each!(
    a_unique_of_a_shard_names_only_rows_of_its_key,
    |cluster, one, sent| {
        let (mine, other) = neighbours!(cluster);
        assert!(cluster.delete_key::<Customer>(mine).await?);
        let mail = |name: &str, id: i64| {
            NewCustomer { name: name.into() }
                .id(id)
                .email("a@example.org".to_owned())
        };
        cluster.upsert(mail("theirs", other), customers::id).await?;
        let error = cluster
            .upsert(mail("mine", mine), customers::email)
            .await
            .unwrap_err();
        assert_eq!(error.invalid().unwrap().errors[0].field, "email");
        let theirs = cluster.get::<Customer>(other).await?.unwrap();
        assert_eq!(theirs.name, "theirs");
        let again = cluster
            .upsert(mail("again", other), customers::email)
            .await?;
        assert_eq!((again.id, again.name.as_str()), (other, "again"));
    }
);

on_each!(
    a_shard_key_that_was_made_names_no_shard_of_a_row,
    |cluster, one, sent| {
        let form = || {
            let form = NewCustomer { name: "n".into() };
            form.email("a@example.org".to_owned())
        };
        let error = cluster.upsert(form(), customers::email).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert!(error.to_string().contains("`id` of Customer"), "{error}");
        assert!(sent.take().is_empty());
        // Of the key itself it is an insert.
        cluster.upsert(form(), customers::id).await?;
        // One database knows all its rows.
        let first = one.upsert(form(), customers::email).await?;
        let again = one.upsert(form(), customers::email).await?;
        assert_eq!(first, again);
    }
);

/// A reference table, the rows of which have what each shard would make by itself.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(shard = broadcast)]
struct Rate {
    #[model(key)]
    code: String,
    percent: i32,
    #[model(default = sql(sqlite = "random()", postgres = "floor(random() * 1e15)", mysql = "floor(rand() * 1e15)"))]
    drawn: i64,
    #[model(created_at)]
    created_at: DateTime<Utc>,
    #[model(updated_at)]
    updated_at: DateTime<Utc>,
    #[model(version)]
    version: i32,
    #[model(soft_delete)]
    deleted_at: Option<DateTime<Utc>>,
}

/// The different rows of a code on the shards.
macro_rules! copies {
    ($cluster:ident) => {
        form! {{
            let mut rows = Vec::new();
            for name in $cluster.shard_names() {
                let mut session = $cluster.session_on(name).await?;
                rows.extend(session.get_with_deleted::<Rate>("a".to_owned()).await?);
            }
            assert_eq!(rows.len(), 3);
            rows.dedup();
            rows
        }}
    };
}

on_each!(
    a_reference_row_is_upserted_alike_on_every_shard,
    |cluster, one, sent| {
        cluster.create_all(schema![Rate]).await?;
        let rate = |percent: i32| NewRate {
            code: "a".into(),
            percent,
        };
        let made = cluster.upsert(rate(1), rates::code).await?;
        assert_eq!(copies!(cluster), std::slice::from_ref(&made));
        let changed = cluster.upsert(rate(2), rates::code).await?;
        assert_eq!((changed.version, changed.drawn), (2, made.drawn));
        assert_eq!(copies!(cluster), std::slice::from_ref(&changed));

        let stale = cluster.upsert(made, rates::code).await.unwrap_err();
        assert!(stale.is_stale(), "{stale}");
        assert_eq!(copies!(cluster), std::slice::from_ref(&changed));
        let whole = Rate {
            percent: 3,
            ..changed.clone()
        };
        let whole = cluster.upsert(whole, rates::code).await?;
        assert_eq!((whole.percent, whole.version), (3, 3));
        assert!(whole.updated_at > changed.updated_at);
        assert_eq!(copies!(cluster), std::slice::from_ref(&whole));

        assert!(cluster.delete(&whole).await?);
        let error = cluster.update(Rate::patch("a".to_owned()).percent(4)).await;
        assert!(error.unwrap_err().is_not_found());
        let back = cluster.upsert(rate(5), rates::code).await?;
        assert_eq!((back.percent, back.deleted_at), (5, None));
        assert_eq!(copies!(cluster), std::slice::from_ref(&back));
        assert!(!cluster.restore::<Rate>("a".to_owned()).await?);
        assert_eq!(copies!(cluster), [back]);
    }
);

on_each!(what_is_empty_sends_nothing, |cluster, one, sent| {
    let none = cluster.insert_many(Vec::<NewCountry>::new()).await?;
    assert!(none.is_empty());
    assert_eq!(cluster.update(Country::patch(1)).await?, 0);
    assert_eq!(cluster.update(Customer::patch(1)).await?, 0);
    assert_eq!(cluster.update_at(1_i64, Order::patch(1)).await?, 0);
    assert!(sent.take().is_empty());
});
