//! An update by key needs the shard key where that is another.

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
#[model(table = "orders", shard_key = customer_id)]
struct Order {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Customer)]
    customer_id: i64,
    total: i64,
}

fn law(cluster: &Cluster<SqliteConnection>) -> orm_core::Result<usize> {
    cluster.update(Order::patch(1).total(5)) //~ ERROR the key of this model does not say on which shard the row is
}

fn main() {
    let _ = law;
}
