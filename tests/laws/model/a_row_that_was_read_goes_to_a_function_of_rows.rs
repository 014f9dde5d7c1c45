use orm_core::prelude::*;

#[derive(Model)]
#[model(after_load = checked)] //~ ERROR mismatched types
struct Customer {
    id: i64,
    name: String,
}

fn checked(name: &mut String) -> Result<(), &'static str> {
    match name.is_empty() {
        true => Err("is empty"),
        false => Ok(()),
    }
}

fn main() {}
