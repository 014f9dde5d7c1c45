use orm_core::prelude::*;

#[derive(Model)]
struct Document {
    id: i64,
    scan: Deferred<Vec<u8>>,
}

fn main() {
    let mut session = Engine::<SqliteConnection>::open(":memory:").unwrap().session().unwrap();
    let read = Document { id: 1, scan: Deferred::new() };
    let _ = session.insert(read); //~ ERROR `Document` cannot be inserted
}
