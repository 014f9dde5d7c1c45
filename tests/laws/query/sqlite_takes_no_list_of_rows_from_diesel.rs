//@ errors: 2
//@ max-lines: 80
use orm_core::diesel::prelude::*;
use orm_core::prelude::Model;

#[derive(Model, Clone)]
#[model(table = "people")]
struct Person {
    #[model(generated)]
    id: i64,
    age: i32,
}

fn write(person: Person, conn: &mut SqliteConnection) -> QueryResult<usize> {
    let insert = || orm_core::diesel::insert_into(people::table);
    insert().values(&person).execute(conn)?;
    insert().values(NewPerson { age: 7 }).execute(conn)?;
    insert().values(vec![person]).execute(conn)
    //~^ ERROR is no valid SQL fragment for the
}

fn main() {
    let _ = write;
}
