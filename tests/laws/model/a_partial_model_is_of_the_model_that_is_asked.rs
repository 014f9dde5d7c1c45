use orm_core::prelude::*;

#[derive(Model)]
struct Customer {
    id: i64,
}

#[derive(Model)]
struct Order {
    id: i64,
}

#[derive(PartialModel)]
#[model(of = orders)]
struct Label {
    id: i64,
}

fn main() {
    let _ = Customer::query().select_as::<Label>(); //~ ERROR `Label` does not read columns of this model
}
