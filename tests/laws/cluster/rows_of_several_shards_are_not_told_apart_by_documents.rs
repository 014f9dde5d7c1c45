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
    Customer::query().scatter().distinct().select(customers::notes).load::<Json, _>(cluster)?; //~ ERROR a scattered DISTINCT cannot tell these rows apart
    Ok(())
}

fn main() {
    let _ = law;
}
