use orm_core::prelude::*;

#[derive(Model)]
#[model(email)] //~ ERROR `email` is an attribute of the field, not of the struct
struct Customer {
    id: i64,
    #[model(table = "x")] //~ ERROR `table` is an attribute of the struct, not of the field
    email: String,
}

fn main() {}
