//@ max-lines: 45
use orm_core::diesel::prelude::*;
use orm_core::prelude::Model;

#[derive(Model)]
#[model(table = "people")]
struct Person {
    #[model(generated)]
    id: i64,
    age: i32,
}

fn main() {
    let by_age = people::table.distinct_on(people::age);
    let _ = by_age.order(people::age);
    let _ = by_age.order(ExpressionMethods::desc(people::age));
    let _ = by_age.order(people::age.desc());
    //~^ ERROR invalid order of elements in your `DISTINCT ON` clause
}
