//! What a cluster refuses at run time, with typed errors.

use orm_core::prelude::*;
use orm_shard::prelude::*;

use crate::models::*;
use crate::on::on_both;

on_both!(
    subqueries_that_one_shard_cannot_answer,
    |cluster, one, sent| {
        let of = orders::table.select(orders::customer_id);
        let error = Customer::query()
            .scatter()
            .filter(customers::id.eq_any(of))
            .load(&cluster)
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        let error = Customer::query()
            .filter(customers::id.eq(1))
            .filter(customers::id.eq_any(of))
            .load(&cluster)
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert!(sent.take().is_empty());
    }
);

on_both!(
    unknown_shards_are_named_with_the_known_ones,
    |cluster, one, sent| {
        let error = cluster.session_on("s9").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownDatabase);
        assert!(error.to_string().contains("s0, s1, s2"), "{error}");
    }
);

type Sqlite = Cluster<SqliteConnection>;

fn refused(toml: &str) -> orm_core::Error {
    Sqlite::from_toml(toml).map(|_| ()).unwrap_err()
}

#[test]
fn malformed_configurations_are_typed_errors_without_secrets() {
    let none = refused("");
    assert_eq!(none.kind(), ErrorKind::Config, "{none}");
    let twice =
        "[[shards]]\nname = \"a\"\nurl = \"x.db\"\n[[shards]]\nname = \"a\"\nurl = \"y.db\"\n";
    assert!(
        refused(twice)
            .to_string()
            .contains("two shards are named `a`")
    );
    let same =
        "[[shards]]\nname = \"a\"\nurl = \"x.db\"\n[[shards]]\nname = \"b\"\nurl = \"x.db\"\n";
    assert!(refused(same).to_string().contains("URL of another shard"));
    let wrong = "[[shards]]\nname = \"north\"\nurl = \"postgres://ann:hush@localhost/db\"\n";
    let error = refused(wrong);
    assert_eq!(error.kind(), ErrorKind::Url);
    assert_eq!(error.database(), Some("north"));
    assert!(!format!("{error} {error:?}").contains("hush"));
    let error = refused("[[shards]\nurl = \"postgres://ann:hush@localhost/db\"\n");
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(!format!("{error} {error:?}").contains("hush"));
    let error = Sqlite::from_file("no/such/file.toml")
        .map(|_| ())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
}

#[test]
fn a_closure_that_names_no_shard_is_a_typed_error() -> orm_core::Result<()> {
    let folder = tempfile::tempdir().unwrap();
    let cluster = Sqlite::builder()
        .shard("only", folder.path().join("a.db").display().to_string())
        .strategy(|_: &orm_shard::key::Key, _: usize| Ok(7))
        .open()?;
    let error = cluster.locate(&1_i64).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownDatabase);
    let error = cluster.shard("text").map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownDatabase);
    Ok(())
}

#[test]
fn reference_subqueries_are_allowed_once_the_tables_are_known() -> orm_core::Result<()> {
    let folder = tempfile::tempdir().unwrap();
    let schema = schema![Customer, Order, Item, Country];
    let cluster = Sqlite::builder()
        .shard("a", folder.path().join("a.db").display().to_string())
        .shard("b", folder.path().join("b.db").display().to_string())
        .schema(schema)
        .open()?;
    cluster.create_all(schema)?;
    cluster.insert(NewCountry {
        id: 1,
        name: "Chad".into(),
    })?;
    cluster.insert_many((1..=8).map(|id| NewCustomer { name: "n".into() }.id(id).country_id(1)))?;
    let chad = countries::table
        .filter(countries::name.eq("Chad"))
        .select(countries::id.nullable());
    let found = Customer::query()
        .scatter()
        .filter(customers::country_id.eq_any(chad))
        .load(&cluster)?;
    assert_eq!(found.len(), 8);
    let of = orders::table.select(orders::customer_id);
    let error = Customer::query()
        .scatter()
        .filter(customers::id.eq_any(of))
        .load(&cluster)
        .unwrap_err();
    assert!(error.to_string().contains("`orders`"), "{error}");
    Ok(())
}
