use orm_core::prelude::*;

#[derive(Model)]
#[model(has_many(orders: Order))]
struct Customer {
    #[model(generated)]
    id: i64,
    name: String,
    age: Option<i32>,
}

#[derive(Model)]
struct Order {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Customer)]
    customer_id: i64,
    total: i64,
}

fn main() {
    let _ = Customer::query().filter(true);
    //~^ ERROR `bool` is no filter
}
