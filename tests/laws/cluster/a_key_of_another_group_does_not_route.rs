//! A key of another group does not route.

use orm_core::prelude::*;
use orm_shard::cluster::Cluster;

#[derive(Model, Debug)]
#[model(table = "customers", shard_key = id)]
struct Customer {
    #[model(generated = time_id)]
    id: i64,
    name: String,
}

#[derive(Model, Debug)]
#[model(table = "countries", shard = broadcast)]
struct Country {
    id: i64,
    name: String,
}

fn law(cluster: &Cluster<SqliteConnection>) -> orm_core::Result<Vec<i64>> {
    Country::query()
        .inner_join(customers::table.on(customers::name.eq(countries::name)))
        .select(countries::id)
        .load(cluster) //~ ERROR not routed to a shard
}

fn main() {
    let _ = law;
}
