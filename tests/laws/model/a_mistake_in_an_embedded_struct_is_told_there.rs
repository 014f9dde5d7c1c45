use orm_core::prelude::*;

#[derive(Embedded, Debug, Clone)]
struct Address {
    #[model(unique)] //~ ERROR a field of an embedded struct is not `unique`
    street: String,
}

#[derive(Model, Debug)]
struct Customer {
    id: i64,
    #[model(embedded)]
    home: Address,
}

fn main() {
    let _ = NewCustomer { id: 1, home: Address { street: String::new() } };
    let _ = Customer::query().filter(customers::home.street.eq("x"));
}
