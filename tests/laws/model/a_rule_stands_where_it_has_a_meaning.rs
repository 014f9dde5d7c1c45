//@ errors: 5
use orm_core::prelude::*;

#[derive(Model)]
struct Customer {
    id: i64,
    #[model(explicit_join)] //~ ERROR `explicit_join` needs a foreign key: `belongs_to = Customer`
    boss_id: i64,
    #[model(on_delete = cascade)] //~ ERROR `on_delete` needs a foreign key
    city_id: i64,
    #[model(unique(per_shard))] //~ ERROR `per_shard` has a meaning on a sharded model only
    email: String,
    #[model(unique, index)] //~ ERROR a unique column has an index already
    phone: String,
    #[model(column = "phone")] //~ ERROR two fields have the column `phone`
    mobile: String,
}

fn main() {}
