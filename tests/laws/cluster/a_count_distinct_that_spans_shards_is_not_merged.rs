//! A count distinct that spans shards is not merged.

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
#[model(table = "orders", shard_key = customer_id)]
struct Order {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Customer)]
    customer_id: i64,
    total: i64,
}

fn law(cluster: &Cluster<SqliteConnection>) -> orm_core::Result<Vec<i64>> {
    Order::query()
        .scatter()
        .select(count_distinct(orders::total))
        .load(cluster) //~ ERROR cannot be merged over shards
}

fn main() {
    let _ = law;
}
