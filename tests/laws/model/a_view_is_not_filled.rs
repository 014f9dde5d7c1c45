use orm_core::backfill::Backfill;
use orm_core::prelude::*;

#[derive(Model)]
#[model(view = "SELECT 1 AS id")]
struct Total {
    id: i64,
}

fn main() {
    let _ = Backfill::update::<Total>("totals", "id = 2"); //~ ERROR the rows of a view are read and not written
}
