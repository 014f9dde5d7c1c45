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
    let _ = session.upsert(NewCustomer { name: "Ann".into() }, customers::name);
    //~^ ERROR cannot be the target of an upsert: it is not unique
}
