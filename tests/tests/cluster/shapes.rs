//! Shapes of models on a cluster: the shard key as a part of the key, versions, soft delete.

use orm_core::vocabulary::*;
use orm_shard::prelude::*;

use crate::on::on_each;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(shard_key = id)]
struct Tenant {
    #[model(generated = time_id)]
    id: i64,
    name: String,
}

/// The shard key leads the key: the key alone says where a row is.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(key(tenant_id, number), shard_key = tenant_id, has_many(bills: Bill))]
struct Contract {
    #[model(belongs_to = Tenant)]
    tenant_id: i64,
    number: i32,
    title: String,
    #[model(version)]
    version: i32,
    #[model(soft_delete)]
    deleted_at: Option<DateTime<Utc>>,
}

/// Co-located by a foreign key of which the shard key is a part.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(shard_key = tenant_id)]
#[model(belongs_to(contract: Contract, on(tenant_id, contract_no), on_delete = cascade))]
struct Bill {
    #[model(generated)]
    id: i64,
    tenant_id: i64,
    contract_no: i32,
    cents: i64,
    #[model(soft_delete)]
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(shard = broadcast)]
struct Rate {
    id: i32,
    percent: i32,
    #[model(updated_at)]
    updated_at: DateTime<Utc>,
    #[model(version)]
    version: i64,
    #[model(soft_delete)]
    deleted_at: Option<DateTime<Utc>>,
}

macro_rules! filled {
    ($cluster:ident) => {
        form! {{
            $cluster.create_all(schema![Tenant, Contract, Bill, Rate]).await?;
            for tenant in 1..=20 {
                $cluster.insert(NewTenant { name: format!("t{tenant}") }.id(tenant)).await?;
                for number in 1..=2 {
                    let title = format!("{tenant}/{number}");
                    let form = NewContract { tenant_id: tenant, number, title };
                    $cluster.insert(form).await?;
                    let bill = NewBill { tenant_id: tenant, contract_no: number, cents: tenant };
                    $cluster.insert(bill).await?;
                }
            }
        }}
    };
}

/// The different copies of the row of key 1.
macro_rules! copies {
    ($cluster:ident) => {
        form! {{
            let mut rows = Vec::new();
            for name in $cluster.shard_names() {
                let mut session = $cluster.session_on(name).await?;
                rows.push(session.get_with_deleted::<Rate>(1).await?);
            }
            rows.dedup();
            rows
        }}
    };
}

on_each!(
    a_key_that_holds_the_shard_key_says_where,
    |cluster, one, sent| {
        filled!(cluster);
        for tenant in 1..=20 {
            let contract = cluster.get::<Contract>((tenant, 2)).await?.unwrap();
            assert_eq!(contract.title, format!("{tenant}/2"));
            assert_eq!(cluster.update(contract.edit().title("x")).await?, 1);
            let error = cluster
                .update(contract.edit().title("y"))
                .await
                .unwrap_err();
            assert!(error.is_stale(), "{error}");
            let now = cluster.get::<Contract>((tenant, 2)).await?.unwrap();
            assert_eq!((now.title.as_str(), now.version), ("x", 2));
        }
        let error = cluster
            .update(Contract::patch((3, 9)).title("z"))
            .await
            .unwrap_err();
        assert!(error.is_not_found(), "{error}");
    }
);

on_each!(
    a_foreign_key_with_the_shard_key_is_co_located,
    |cluster, one, sent| {
        filled!(cluster);
        let joined: Vec<(String, i64)> = Bill::query()
            .inner_join(contracts::table)
            .scatter()
            .order_by((bills::cents, contracts::number))
            .select((contracts::title, bills::cents))
            .load(&cluster)
            .await?;
        assert_eq!(joined.len(), 40);
        assert_eq!(joined[39], ("20/2".to_owned(), 20));
        let contracts = Contract::query()
            .filter(contracts::tenant_id.eq(7))
            .order_by(contracts::number)
            .with(contract::bills)
            .load(&cluster)
            .await?;
        assert_eq!(contracts[1][contract::bills][0].contract_no, 2);
    }
);

on_each!(
    rows_are_deleted_softly_where_they_are,
    |cluster, one, sent| {
        filled!(cluster);
        let contract = cluster.get::<Contract>((5, 1)).await?.unwrap();
        assert!(cluster.delete(&contract).await?);
        assert!(cluster.get::<Contract>((5, 1)).await?.is_none());
        let deleted = cluster.get_with_deleted::<Contract>((5, 1)).await?.unwrap();
        assert!(deleted.deleted_at.is_some() && deleted.version == 2);
        assert_eq!(Contract::query().scatter().count(&cluster).await?, 39);
        let all = Contract::query_with_deleted().scatter();
        assert_eq!(all.count(&cluster).await?, 40);
        assert!(cluster.restore::<Contract>((5, 1)).await?);
        let back = cluster.get::<Contract>((5, 1)).await?.unwrap();
        assert!(
            cluster
                .delete_forever(&contract)
                .await
                .is_err_and(|error| error.is_stale())
        );
        assert!(cluster.delete_forever(&back).await?);
        assert!(
            cluster
                .get_with_deleted::<Contract>((5, 1))
                .await?
                .is_none()
        );

        let bill = Bill::query()
            .filter(bills::tenant_id.eq(6))
            .first(&cluster)
            .await?;
        assert!(cluster.delete_key::<Bill>((6, bill.id)).await?);
        assert!(cluster.get::<Bill>((6, bill.id)).await?.is_none());
        assert!(cluster.restore::<Bill>((6, bill.id)).await?);
    }
);

on_each!(
    a_reference_row_changes_alike_on_every_shard,
    |cluster, one, sent| {
        filled!(cluster);
        let rate = cluster.insert(NewRate { id: 1, percent: 5 }).await?;
        cluster.update(rate.edit().percent(6)).await?;
        let now = cluster.get::<Rate>(1).await?.unwrap();
        assert!(
            cluster
                .update(rate.edit().percent(7))
                .await
                .is_err_and(|error| error.is_stale())
        );
        assert_eq!(copies!(cluster), [Some(now.clone())]);
        assert!(cluster.delete(&now).await?);
        let rows = copies!(cluster);
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert!(rows[0].as_ref().unwrap().deleted_at.is_some());
        assert!(cluster.restore::<Rate>(1).await?);
        assert_eq!(copies!(cluster).len(), 1);
    }
);
