//! The command line of a program: migrations, schema and database of its models.
//!
//! ```sh
//! cargo run -p orm-core --features cli --example shop_admin -- --help
//! cargo run -p orm-core --features cli --example shop_admin -- db create --database-url shop.db
//! ```

use orm_core::prelude::*;

/// Who buys.
#[derive(Model, Debug)]
#[model(table = "customers", has_many(orders: Order))]
struct Customer {
    #[model(generated)]
    id: i64,
    #[model(length(1..=80), index)]
    name: String,
    #[model(length(..=120), unique, email)]
    email: String,
}

/// What is bought.
#[derive(Model, Debug)]
#[model(table = "orders")]
struct Order {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Customer, on_delete = cascade, index)]
    customer_id: i64,
    #[model(range(0..))]
    total_cents: i64,
}

fn main() -> std::process::ExitCode {
    orm_core::cli::main(schema![Customer, Order])
}
