use orm_core::prelude::*;

#[derive(Model)]
struct Customer {
    id: i64,
}

#[derive(Model)]
struct Order {
    id: i64,
    #[model(belongs_to = Customer)]
    customer_id: i64,
}

fn main() {
    let _ = schema![Order; Customer];
    let _ = schema![Order]; //~ ERROR a foreign key refers to a model that the schema does not list
}
