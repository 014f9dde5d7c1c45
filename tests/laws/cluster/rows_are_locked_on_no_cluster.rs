use orm_core::prelude::*;
use orm_shard::prelude::*;

#[derive(Model)]
#[model(shard_key = id)]
struct Customer {
    id: i64,
}

fn law(cluster: &Cluster<SqliteConnection>) -> orm_core::Result<()> {
    Customer::query().filter(customers::id.eq(1)).for_update().load(cluster)?; //~ ERROR rows are locked in a transaction only
    Ok(())
}

fn main() {
    let _ = law;
}
