use orm_core::prelude::*;

#[derive(Model)]
#[model(renamed_from = "customers")] //~ ERROR this is not another name
struct Customer {
    id: i64,
    #[model(renamed_from = "name")] //~ ERROR this is not another name
    name: String,
    #[model(column = "mail", renamed_from = "email")]
    email: String,
}

fn main() {}
