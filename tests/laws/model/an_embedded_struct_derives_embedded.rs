use orm_core::prelude::*;

#[derive(Debug, Clone, PartialEq)]
struct Address {
    street: String,
    city: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Customer {
    #[model(generated)]
    id: i64,
    #[model(embedded)]
    home: Address, //~ ERROR `Address` cannot be embedded
    #[model(default = true)]
    active: bool,
}

#[derive(Model)]
pub struct Shop {
    id: i64,
    code: i32,
    #[model(embedded(prefix = ""))]
    home: Place, //~ ERROR `Place` cannot be embedded
}

#[derive(Debug, Clone)]
struct Place {
    city: String,
}

fn main() {
    let _ = (Address { street: String::new(), city: None }, Place { city: String::new() }.city);
}
