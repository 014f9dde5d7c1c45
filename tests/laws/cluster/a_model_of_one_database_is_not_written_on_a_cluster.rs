//! A model of one database is not written on a cluster.

use orm_core::prelude::*;
use orm_shard::cluster::Cluster;

#[derive(Model, Debug)]
#[model(table = "settings")]
struct Setting {
    id: i64,
    name: String,
}

fn law(cluster: &Cluster<SqliteConnection>) -> orm_core::Result<Setting> {
    cluster.insert(NewSetting { id: 1, name: "a".into() }) //~ ERROR a model of one database cannot be written on a cluster
}

fn main() {
    let _ = law;
}
