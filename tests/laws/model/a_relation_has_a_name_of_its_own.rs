//@ errors: 3
use orm_core::prelude::*;

#[derive(Model)]
#[model(has_many(notes: Note, notes: Note))] //~ ERROR two relations are named `notes`
struct Customer {
    id: i64,
}

#[derive(Model)]
struct Note {
    id: i64,
    #[model(belongs_to = Customer)]
    customer_id: i64,
}

#[derive(Model)]
#[model(belongs_to(customer: Customer, on(billed_id)))] //~ ERROR two relations are named `customer`
struct Order {
    id: i64,
    #[model(belongs_to = Customer)]
    customer_id: i64,
    billed_id: i64,
}

#[derive(Model)]
struct Parcel {
    id: i64,
    #[model(belongs_to = Customer)]
    owner: i64,
    #[model(belongs_to = Order)]
    owner_id: i64, //~ ERROR two relations are named `owner`
}

fn main() {}
