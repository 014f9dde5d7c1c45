use orm_core::prelude::*;

#[derive(Model)]
struct Customer {
    id: i64,
}

#[derive(Model)]
struct Order {
    id: i64,
    #[model(belongs_to = Customer, on_delete = set_null)]
    //~^ ERROR `set_null` needs a column that can be NULL: `customer_id: Option<..>`
    customer_id: i64,
}

fn main() {}
