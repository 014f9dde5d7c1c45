use orm_core::prelude::*;

#[derive(Model)]
struct Product {
    id: i64,
    cents: i64,
    #[model(computed = "cents * 2")]
    double: i64,
}

fn main() {
    let _ = Product::patch(1).double(3); //~ ERROR this column is read-only: the database makes its value
}
