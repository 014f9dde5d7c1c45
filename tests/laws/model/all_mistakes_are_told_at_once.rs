use orm_core::prelude::*;

#[derive(Model)]
#[model(shard_key = cusomer_id)] //~ ERROR no field `cusomer_id`; did you mean `customer_id`?
struct Order {
    #[model(generated = timeid)] //~ ERROR unknown `timeid`; did you mean `time_id`?
    id: i64,
    customer_id: i64,
    #[model(length(9..=1))] //~ ERROR no value is inside this length
    note: String,
    #[model(default = maybe)] //~ ERROR a default is a literal (`true`, `0`, `"open"`), `now` or SQL
    open: bool,
}

fn main() {}
