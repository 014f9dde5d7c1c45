use orm_core::prelude::*;

#[derive(Model)]
struct Customer {
    #[model(generated)]
    id: i64,
    name: String,
    age: Option<i32>,
}

fn main() {
    let engine = Engine::<SqliteConnection>::open(":memory:").unwrap();
    let mut session = engine.session().unwrap();
    let _: Vec<(String, i64)> = Customer::query()
        .group_by(customers::age)
        .select((customers::name, count(customers::id)))
        .load(&mut session)
        //~^ ERROR cannot be selected from this query
        .unwrap();
}
