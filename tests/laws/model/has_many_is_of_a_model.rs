use orm_core::prelude::*;

struct Order {
    id: i64,
}

#[derive(Model)]
#[model(has_many(orders: Order))] //~ ERROR declare it on the child: `#[model(belongs_to = Parent)]`
struct Customer {
    id: i64,
}

fn main() {
    let _ = Order { id: 1 }.id;
}
