//! Hooks of a cluster: once for each write, wherever it goes and on however many shards.

use std::sync::{Arc, Mutex};

use orm_core::hooks::Hooks;
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tenants", shard_key = id)]
struct Tenant {
    id: i64,
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tariffs", shard = broadcast)]
struct Tariff {
    id: i32,
    name: String,
}

type Notes = Arc<Mutex<Vec<String>>>;

fn take(notes: &Notes) -> Vec<String> {
    std::mem::take(&mut *notes.lock().unwrap())
}

fn tenant(id: i64, name: &str) -> NewTenant {
    NewTenant {
        id,
        name: name.into(),
    }
}

/// Hooks that note their calls; one moves a row to another shard.
fn hooks(notes: &Notes) -> Hooks {
    let note = |what: &'static str| {
        let notes = notes.clone();
        move |who: String| notes.lock().unwrap().push(format!("{what} {who}"))
    };
    let (before, after, committed) = (note("before"), note("after"), note("committed"));
    let (updating, updated) = (note("updating"), note("updated"));
    let (deleting, deleted) = (note("deleting"), note("deleted"));
    let (tariff, told) = (note("tariff before"), note("tariff after"));
    Hooks::new()
        .before_insert::<Tenant>(move |draft| {
            let name: String = draft.value(tenants::name).unwrap_or_default();
            before(name.clone());
            if name == "moved" {
                draft.set_value(tenants::id, 2_i64)?;
            }
            Ok(())
        })
        .after_insert::<Tenant>(move |row| after(row.name.clone()))
        .after_insert_commit::<Tenant>(move |row| committed(row.name.clone()))
        .before_update::<Tenant>(move |patch| {
            updating(patch.value(tenants::name).unwrap_or_default());
            Ok(())
        })
        .after_update::<Tenant>(move |patch| {
            updated(patch.value(tenants::name).unwrap_or_default())
        })
        .before_delete::<Tenant>(move |_| {
            deleting(String::new());
            Ok(())
        })
        .after_delete_commit::<Tenant>(move |_| deleted(String::new()))
        .before_insert::<Tariff>(move |draft| {
            tariff(draft.value(tariffs::name).unwrap_or_default());
            Ok(())
        })
        .after_insert_commit::<Tariff>(move |row| told(row.name.clone()))
}

// Nothing of it is of a database.
scenario!(sqlite(a_write_has_its_hooks_once), |_place| {
    let notes = Notes::default();
    let cluster = Cluster::<Conn>::builder()
        .shard("a", ":memory:")
        .shard("b", ":memory:")
        .hooks(hooks(&notes))
        .open()
        .await
        .unwrap();
    cluster.create_all(schema![Tenant, Tariff]).await.unwrap();

    cluster.insert(tenant(1, "one")).await.unwrap();
    assert_eq!(take(&notes), ["before one", "after one", "committed one"]);
    // A hook comes before the row is placed.
    let moved = cluster.insert(tenant(3, "moved")).await.unwrap();
    assert_eq!(moved.id, 2);
    assert_eq!(cluster.get::<Tenant>(2).await.unwrap(), Some(moved));
    take(&notes);
    cluster
        .insert_many([tenant(4, "four"), tenant(5, "five")])
        .await
        .unwrap();
    let expected = [
        "before four",
        "before five",
        "after four",
        "after five",
        "committed four",
        "committed five",
    ];
    assert_eq!(take(&notes), expected);
    cluster.update(Tenant::patch(4).name("vier")).await.unwrap();
    assert_eq!(take(&notes), ["updating vier", "updated vier"]);
    assert!(cluster.delete_key::<Tenant>(4).await.unwrap());
    assert_eq!(take(&notes), ["deleting ", "deleted "]);

    // On every shard, and told of once.
    let free = NewTariff {
        id: 1,
        name: "free".into(),
    };
    cluster.insert(free).await.unwrap();
    assert_eq!(take(&notes), ["tariff before free", "tariff after free"]);

    // A session of a shard has them, too.
    let mut session = cluster.shard(&7_i64).await.unwrap();
    session.insert(tenant(7, "seven")).await.unwrap();
    assert_eq!(
        take(&notes),
        ["before seven", "after seven", "committed seven"]
    );
});
