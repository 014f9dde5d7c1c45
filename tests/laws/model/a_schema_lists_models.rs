use orm_core::prelude::*;

struct Customer;

fn main() {
    let _ = schema![Customer]; //~ ERROR `Customer` is not a model
}
