use orm_core::prelude::*;

#[derive(Model)]
#[model(index(nam))] //~ ERROR no field `nam`; did you mean `name`?
#[model(index(name, wher = "x"))] //~ ERROR unknown `wher`; did you mean `where`?
#[model(index(name.down()))] //~ ERROR a column of an index takes `.asc()`, `.desc()` and `.ops("operator_class")`
#[model(unique())] //~ ERROR write `unique(a, b)` with the names of the fields
struct Customer {
    id: i64,
    name: String,
}

fn main() {}
