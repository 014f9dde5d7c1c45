//! A join by hand inside another join needs the shard keys too.

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

#[derive(Model, Debug)]
#[model(table = "items", shard_key = customer_id)]
struct Item {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Customer)]
    customer_id: i64,
    quantity: i64,
}

fn law(cluster: &Cluster<SqliteConnection>) -> orm_core::Result<Vec<i64>> {
    Customer::query()
        .scatter()
        .inner_join(orders::table.inner_join(items::table.on(items::quantity.eq(orders::total))))
        .select(customers::id)
        .load(cluster) //~ ERROR these models are not co-located
}

fn main() {
    let _ = law;
}
