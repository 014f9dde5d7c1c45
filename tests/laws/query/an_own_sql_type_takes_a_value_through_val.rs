//@ errors: 2
//@ max-lines: 75
use orm_core::diesel::prelude::*;
use orm_core::prelude::{Model, Uuid, val};

#[derive(Model)]
#[model(table = "files")]
struct File {
    #[model(key)]
    id: Uuid,
}

fn main() {
    let id = Uuid::nil();
    let _ = files::table.filter(files::id.eq(id));
    let _ = files::table.find(val(id));
    let _ = files::table.find(id);
    //~^ ERROR Uuid: Expression` is not satisfied
}
