use orm_core::prelude::*;

#[derive(Model, Debug)]
#[model(forms(drafts = CustomerForm))] //~ ERROR unknown form `drafts`; did you mean `draft`?
struct Customer {
    id: i64,
}

fn main() {
    let _ = NewCustomer { id: 1 };
}
