//@ errors: 6
use orm_core::prelude::*;

#[derive(Embedded, Debug, Clone)]
#[model(unique(nick))] //~ ERROR `Profile` is no table
struct Profile {
    nick: String,
    #[model(protected)] //~ ERROR write `protected` on the field of the model
    is_admin: bool,
    #[model(on_delete = cascade)] //~ ERROR a field of an embedded struct is not `on_delete`
    boss: i64,
    #[model(explicit_join)] //~ ERROR a field of an embedded struct is not `explicit_join`
    place: i64,
    scan: Deferred<Vec<u8>>, //~ ERROR is read as a whole, and has no deferred column
    #[model(column = "nick")] //~ ERROR two fields have the column `nick`
    name: String,
}

fn main() {}
