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
    Order::query().filter(orders::customer_id.eq("seven")).load(cluster)?;
    //~^ ERROR cannot be compared with
    Ok(())
}

fn main() {
    let _ = law;
}
