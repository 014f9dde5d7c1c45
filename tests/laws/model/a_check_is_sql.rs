use orm_core::prelude::*;

#[derive(Model)]
#[model(check(name = 5))] //~ ERROR write `check(name = "paid_after_issue", sql = "paid_on >= issued_on")`
struct Customer {
    id: i64,
    #[model(computed = 5)] //~ ERROR write `computed = ".."`
    name: String,
}

fn main() {}
