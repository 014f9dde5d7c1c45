use orm_core::prelude::*;

#[derive(Model)]
#[model(view = "SELECT 1 AS id")]
struct Total {
    id: i64,
}

fn main() {
    let mut session = Engine::<SqliteConnection>::open(":memory:").unwrap().session().unwrap();
    let _ = session.delete(&Total { id: 1 }); //~ ERROR the rows of a view are read and not written
}
