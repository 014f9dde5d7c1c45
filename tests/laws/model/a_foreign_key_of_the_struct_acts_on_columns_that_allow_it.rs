//@ errors: 2
use orm_core::prelude::*;

#[derive(Model)]
#[model(key(customer_id, no))]
struct Contract {
    customer_id: i64,
    no: i32,
}

#[derive(Model)]
#[model(belongs_to(contract: Contract, on(customer_id, no), on_delete = set_null))]
//~^ ERROR `set_null` needs a column that can be NULL: `no: Option<..>`
struct Invoice {
    id: i64,
    customer_id: Option<i64>,
    no: i32,
}

#[derive(Model)]
#[model(belongs_to(contract: Contract, on(customer_id, no), on_delete = set_default))]
//~^ ERROR `set_default` needs a `default` of `customer_id`
struct Bill {
    id: i64,
    customer_id: i64,
    #[model(default = 1)]
    no: i32,
}

fn main() {}
