use orm_core::prelude::*;

#[derive(Model)]
struct Customer {
    id: i64,
}

fn main() {
    let mut session = Engine::<SqliteConnection>::open(":memory:").unwrap().session().unwrap();
    let _ = session.restore::<Customer>(1); //~ ERROR the rows of this model are not deleted softly
}
