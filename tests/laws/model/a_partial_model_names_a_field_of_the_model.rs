use orm_core::prelude::*;

#[derive(Model, Debug)]
struct Customer {
    id: i64,
    name: String,
}

#[derive(PartialModel, Debug)]
#[model(of = customers)]
struct Label {
    nam: String, //~ ERROR cannot find type `nam` in module `customers::columns`
}

fn main() {
    let _ = customers::name;
}
