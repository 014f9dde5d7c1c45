//@ errors: 3
use orm_core::prelude::*;

#[derive(Model, Debug)]
struct Customer {
    id: i64,
    name: String,
}

#[derive(PartialModel, Debug)]
#[model(of = customers, of = customers)] //~ ERROR `of` is given twice
struct Label {
    #[model(column = name, column = id)] //~ ERROR `column` is given twice
    text: String,
    id: usize, //~ ERROR the width of `usize` differs between machines: use `u32` or `u64`
}

fn main() {
    let _ = customers::name;
}
