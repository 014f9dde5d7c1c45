//! Models that are not co located do not join on a cluster.

use orm_core::prelude::*;
use orm_shard::prelude::*;

#[derive(Model, Debug)]
#[model(table = "customers", shard_key = id)]
struct Customer {
    #[model(generated = time_id)]
    id: i64,
    name: String,
}

#[derive(Model, Debug)]
#[model(table = "tenants", shard_key = id)]
struct Tenant {
    id: i64,
    customer_name: String,
}

fn law(cluster: &Cluster<SqliteConnection>) -> orm_core::Result<Vec<i64>> {
    Customer::query()
        .scatter()
        .inner_join(tenants::table.on(tenants::customer_name.eq(customers::name)))
        .select(customers::id)
        .load(cluster) //~ ERROR these models are not co-located
}

fn main() {
    let _ = law;
}
