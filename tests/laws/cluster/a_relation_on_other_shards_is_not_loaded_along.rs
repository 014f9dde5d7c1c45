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

#[derive(Model, Debug)]
#[model(shard_key = id, has_many(guests: Guest))]
struct Tenant {
    id: i64,
}

#[derive(Model, Debug)]
#[model(shard_key = id)]
struct Guest {
    id: i64,
    #[model(belongs_to = Tenant)]
    tenant_id: i64,
}

fn law(cluster: &Cluster<SqliteConnection>) -> orm_core::Result<()> {
    Tenant::query().scatter().with(tenant::guests).load(cluster)?; //~ ERROR this relation leads to rows on other shards
    Ok(())
}

fn main() {
    let _ = law;
}
