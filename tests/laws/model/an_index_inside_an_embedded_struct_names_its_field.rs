use orm_core::prelude::*;

#[derive(Embedded, Debug, Clone)]
struct Address {
    city: String,
}

#[derive(Model)]
#[model(index(home.town))] //~ ERROR no field `town`
struct Customer {
    id: i64,
    #[model(embedded)]
    home: Address,
}

fn main() {}
