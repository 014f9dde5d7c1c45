use orm_core::prelude::*;

#[derive(Debug)]
struct Customer;

fn main() {
    let engine = Engine::<SqliteConnection>::open(":memory:").unwrap();
    let mut session = engine.session().unwrap();
    let _ = session.insert(Customer); //~ ERROR `Customer` cannot be inserted
}
