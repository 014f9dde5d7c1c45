use orm_core::prelude::*;

struct Customer {
    id: i64,
}

#[derive(Model)]
struct Order {
    id: i64,
    #[model(belongs_to = Customer)] //~ ERROR `Customer` is not a model
    customer_id: i64,
}

fn main() {
    let _ = Customer { id: 1 }.id;
}
