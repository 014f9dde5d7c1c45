use orm_core::prelude::*;

#[derive(Model)]
struct Customer {
    //~^ ERROR `Customer` has no key: mark a field with `#[model(key)]`, or name one `id`
    name: String,
}

fn main() {}
