//! An unrouted query on a sharded model does not run on a cluster.

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

fn law(cluster: &Cluster<SqliteConnection>) -> orm_core::Result<Vec<Order>> {
    Order::query().filter(orders::total.gt(5)).load(cluster) //~ ERROR this query on a sharded model is not routed to a shard
}

fn main() {
    let _ = law;
}
