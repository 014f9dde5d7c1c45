//! What a cluster refuses at run time, with typed errors.

use orm_core::vocabulary::*;
use orm_shard::prelude::*;

use crate::models::*;
use crate::on::{on_each, on_sqlite};

on_each!(
    subqueries_that_one_shard_cannot_answer,
    |cluster, one, sent| {
        let of = orders::table.select(orders::customer_id);
        let error = Customer::query()
            .scatter()
            .filter(customers::id.eq_any(of))
            .load(&cluster)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        let error = Customer::query()
            .filter(customers::id.eq(1))
            .filter(customers::id.eq_any(of))
            .load(&cluster)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert!(sent.take().is_empty());
    }
);

on_each!(
    unknown_shards_are_named_with_the_known_ones,
    |cluster, one, sent| {
        let error = cluster.session_on("s9").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownDatabase);
        assert!(error.to_string().contains("s0, s1, s2"), "{error}");
    }
);

/// The error of a configuration.
macro_rules! refused {
    ($toml:expr) => {
        form!({
            let opened = Cluster::<Conn>::from_toml($toml).await;
            opened.map(|_| ()).unwrap_err()
        })
    };
}

on_sqlite!(malformed_configurations_are_typed_errors_without_secrets, {
    let none = refused!("");
    assert_eq!(none.kind(), ErrorKind::Config, "{none}");
    let twice =
        "[[shards]]\nname = \"a\"\nurl = \"x.db\"\n[[shards]]\nname = \"a\"\nurl = \"y.db\"\n";
    assert!(
        refused!(twice)
            .to_string()
            .contains("two shards are named `a`")
    );
    let same =
        "[[shards]]\nname = \"a\"\nurl = \"x.db\"\n[[shards]]\nname = \"b\"\nurl = \"x.db\"\n";
    assert!(refused!(same).to_string().contains("URL of another shard"));
    let wrong = "[[shards]]\nname = \"north\"\nurl = \"postgres://ann:hush@localhost/db\"\n";
    let error = refused!(wrong);
    assert_eq!(error.kind(), ErrorKind::Url);
    assert_eq!(error.database(), Some("north"));
    assert!(!format!("{error} {error:?}").contains("hush"));
    let error = refused!("[[shards]\nurl = \"postgres://ann:hush@localhost/db\"\n");
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(!format!("{error} {error:?}").contains("hush"));
    let error = Cluster::<Conn>::from_file("no/such/file.toml")
        .await
        .map(|_| ())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    Ok(())
});

on_sqlite!(a_timeout_is_longer_than_nothing, {
    let folder = tempfile::tempdir().unwrap();
    let cluster = |timeout| {
        Cluster::<Conn>::builder()
            .shard("only", folder.path().join("a.db").display().to_string())
            .pool_timeout(timeout)
    };
    let none = cluster(std::time::Duration::ZERO).open().await;
    assert_eq!(none.map(|_| ()).unwrap_err().kind(), ErrorKind::Config);
    let cluster = cluster(std::time::Duration::MAX).open().await?;
    cluster.session_on("only").await.map(|_| ())?;
    Ok(())
});

on_sqlite!(a_closure_that_names_no_shard_is_a_typed_error, {
    let folder = tempfile::tempdir().unwrap();
    let cluster = Cluster::<Conn>::builder()
        .shard("only", folder.path().join("a.db").display().to_string())
        .strategy(|_: &orm_shard::key::Key, _: usize| Ok(7))
        .open()
        .await?;
    let error = cluster.locate(&1_i64).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownDatabase);
    let error = cluster.shard("text").await.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownDatabase);
    Ok(())
});

on_sqlite!(
    reference_subqueries_are_allowed_once_the_tables_are_known,
    {
        let folder = tempfile::tempdir().unwrap();
        let schema = schema![Customer, Order, Item, Country];
        let cluster = Cluster::<Conn>::builder()
            .shard("a", folder.path().join("a.db").display().to_string())
            .shard("b", folder.path().join("b.db").display().to_string())
            .schema(schema)
            .open()
            .await?;
        cluster.create_all(schema).await?;
        cluster
            .insert(NewCountry {
                id: 1,
                name: "Chad".into(),
            })
            .await?;
        cluster
            .insert_many((1..=8).map(|id| NewCustomer { name: "n".into() }.id(id).country_id(1)))
            .await?;
        let chad = countries::table
            .filter(countries::name.eq("Chad"))
            .select(countries::id.nullable());
        let found = Customer::query()
            .scatter()
            .filter(customers::country_id.eq_any(chad))
            .load(&cluster)
            .await?;
        assert_eq!(found.len(), 8);
        let of = orders::table.select(orders::customer_id);
        let error = Customer::query()
            .scatter()
            .filter(customers::id.eq_any(of))
            .load(&cluster)
            .await
            .unwrap_err();
        assert!(error.to_string().contains("`orders`"), "{error}");
        Ok(())
    }
);
