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
    let _: Vec<Option<i64>> = Order::query()
        .scatter()
        .select(orm_core::diesel::dsl::max(orders::total))
        .load(cluster)?; //~ ERROR this expression cannot be merged over shards
    Ok(())
}

fn main() {
    let _ = law;
}
