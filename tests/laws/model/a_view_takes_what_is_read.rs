//@ errors: 4
use orm_core::prelude::*;

#[derive(Model)]
#[model(view = "SELECT 1 AS id", check("id > 0"), unique(id, amount))]
//~^ ERROR a view is read and not written: `check` stands on the tables that it reads
//~^^ ERROR a view has no rows of its own: `unique` stands on the tables that it reads
struct Total {
    #[model(generated)] //~ ERROR a view is read and not written: `generated`
    id: i64,
    #[model(range(0..))] //~ ERROR a view is read and not written: `range`
    amount: i64,
}

fn main() {}
