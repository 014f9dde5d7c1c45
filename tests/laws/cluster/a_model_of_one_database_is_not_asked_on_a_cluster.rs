//! A model of one database is not asked on a cluster.

use orm_core::prelude::*;
use orm_shard::cluster::Cluster;

#[derive(Model, Debug)]
#[model(table = "settings")]
struct Setting {
    id: i64,
    name: String,
}

fn law(cluster: &Cluster<SqliteConnection>) -> orm_core::Result<Vec<Setting>> {
    Setting::query().load(cluster) //~ ERROR a model of one database cannot be asked on a cluster
}

fn main() {
    let _ = law;
}
