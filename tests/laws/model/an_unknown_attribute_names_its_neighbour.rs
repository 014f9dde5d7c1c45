use orm_core::prelude::*;

#[derive(Model)]
#[model(tabel = "customers")] //~ ERROR unknown attribute `tabel`; did you mean `table`?
struct Customer {
    id: i64,
    #[model(uniqe)] //~ ERROR unknown attribute `uniqe`; did you mean `unique`?
    email: String,
}

fn main() {}
