use orm_core::prelude::*;

#[derive(Model)]
struct Customer {
    #[model(generated)]
    id: i64,
    name: String,
    age: Option<i32>,
}

fn main() {
    let _ = Customer::patch(1).name(7);
    //~^ ERROR a field of the type `std::string::String` cannot be set to
}
