use orm_core::prelude::*;
use orm_core::testing::ModelFactory;

#[derive(Model)]
#[model(view = "SELECT 1 AS id")]
struct Total {
    id: i64,
}

fn main() {
    let _ = Total::factory(); //~ ERROR the rows of a view are read and not written
}
