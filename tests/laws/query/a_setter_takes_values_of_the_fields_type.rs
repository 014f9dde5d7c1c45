use orm_core::prelude::*;

#[derive(Model)]
struct Customer {
    #[model(generated)]
    id: i64,
    name: String,
    age: Option<i32>,
}

fn main() {
    let _ = NewCustomer { name: "Ann".into() }.age("seven");
    //~^ ERROR a field of the type `Option<i32>` cannot be set to `&str`
}
