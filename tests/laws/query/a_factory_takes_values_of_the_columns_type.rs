use orm_core::prelude::*;
use orm_core::testing::ModelFactory;

#[derive(Model)]
struct Customer {
    #[model(generated)]
    id: i64,
    name: String,
}

fn main() {
    let _ = Customer::factory().with(customers::name, 7);
    //~^ ERROR cannot be set to `{integer}`
}
