use orm_core::prelude::*;

#[derive(Model)]
struct Tenant {
    id: i64,
}

#[derive(Model)]
#[model(shard_key = tenant_id)]
struct Order {
    id: i64,
    #[model(belongs_to = Tenant)] //~ ERROR not sharded
    tenant_id: i64,
}

fn main() {}
