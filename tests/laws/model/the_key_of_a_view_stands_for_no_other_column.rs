use orm_core::prelude::*;

#[derive(Model)]
#[model(view = "SELECT 1 AS id, 2 AS amount")]
struct Total {
    id: i64,
    amount: i64,
}

fn main() {
    let engine = Engine::<SqliteConnection>::open(":memory:").unwrap();
    let mut session = engine.session().unwrap();
    let _: Vec<(i64, i64)> = Total::query()
        .group_by(totals::id)
        .select((totals::id, totals::amount))
        .load(&mut session)
        //~^ ERROR cannot be selected from this query
        .unwrap();
}
