use orm_core::prelude::*;
use orm_shard::prelude::*;

#[derive(Model, Debug)]
#[model(shard_key = id)]
struct Customer {
    #[model(generated = time_id)]
    id: i64,
    name: String,
    notes: Json,
    more: Option<Json>,
}

fn law(cluster: &Cluster<SqliteConnection>) -> orm_core::Result<()> {
    Customer::query().scatter().order_by(customers::notes.desc()).load(cluster)?; //~ ERROR rows of several shards cannot be sorted by this
    Ok(())
}

fn main() {
    let _ = law;
}
