//@ errors: 9
use orm_core::prelude::*;

#[derive(Embedded, Debug, Clone)]
struct Address {
    city: String,
}

#[derive(Model)]
#[model(index(home), unique(home.city, name), index(name.city))]
//~^ ERROR `home` is several columns: an index names one of them, `home.city`
//~^^ ERROR `name` is no embedded struct
struct Customer {
    id: i64,
    name: String,
    #[model(embedded, index)] //~ ERROR name one on the struct, `index(home.city)`
    home: Address,
    #[model(embedded, default = "x")] //~ ERROR is several columns, and not `default`
    work: Address,
    #[model(embedded, read_only)] //~ ERROR is several columns, and not `read_only`
    read: Address,
    #[model(embedded, length(1..))] //~ ERROR write `length` on a field of it
    long: Address,
    #[model(embedded, comment = "c")] //~ ERROR write `comment` on a field of it
    said: Address,
    #[model(embedded, json)] //~ ERROR write `json` on a field of it
    document: Address,
    #[model(embedded, belongs_to = Customer)] //~ ERROR and not `belongs_to`
    parent: Address,
}

fn main() {}
