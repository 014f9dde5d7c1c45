use orm_core::prelude::*;
use orm_shard::prelude::*;

#[derive(Model, Debug)]
#[model(shard_key = id)]
struct Customer {
    #[model(generated = time_id)]
    id: i64,
    name: String,
}

#[derive(Model, Debug)]
#[model(shard_key = customer_id)]
struct Order {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Customer)]
    customer_id: i64,
    total: i64,
}

fn law(cluster: &Cluster<SqliteConnection>) -> orm_core::Result<()> {
    Order::query().scatter().order_by(sql::<orm_core::diesel::sql_types::BigInt>("1")).load(cluster)?; //~ ERROR rows of several shards cannot be sorted by this
    Ok(())
}

fn main() {
    let _ = law;
}
