//! A reference table is not scattered.

use orm_core::prelude::*;
use orm_shard::prelude::*;

#[derive(Model, Debug)]
#[model(table = "countries", shard = broadcast)]
struct Country {
    id: i64,
    name: String,
}

fn law(cluster: &Cluster<SqliteConnection>) -> orm_core::Result<Vec<Country>> {
    Country::query().scatter().load(cluster) //~ ERROR rows would come several times
}

fn main() {
    let _ = law;
}
