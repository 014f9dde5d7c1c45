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
    Customer::query().scatter().group_by(customers::more).select((customers::more, count_star())).load::<(Option<Json>, i64), _>(cluster)?; //~ ERROR are not sorted, grouped or told apart by the SQL type
    Ok(())
}

fn main() {
    let _ = law;
}
