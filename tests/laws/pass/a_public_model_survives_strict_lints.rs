//! A library of models, under every lint that its author may have turned on.
#![deny(warnings, missing_docs, unreachable_pub, unused_qualifications, rust_2018_idioms)]
#![deny(missing_debug_implementations, single_use_lifetimes)]
#![deny(clippy::all, clippy::pedantic, non_ascii_idents)]

/// Models.
pub mod models {
    use orm_core::prelude::*;

    /// Somebody who buys.
    #[derive(Model, Debug, Clone, PartialEq)]
    #[model(has_many(orders: Order), unique(name, email))]
    pub struct Customer {
        /// The key.
        #[model(generated)]
        pub id: i64,
        /// The name.
        #[model(length(1..=80), validate = check)]
        pub name: String,
        /// The address.
        #[model(unique, email)]
        pub email: String,
        #[model(default = true)]
        active: bool,
    }

    /// What was bought.
    #[derive(Model, Debug, Clone, PartialEq)]
    pub struct Order {
        /// The key.
        #[model(generated = time_id)]
        pub id: i64,
        /// Who bought.
        #[model(belongs_to = Customer, on_delete = cascade)]
        pub customer_id: i64,
    }

    fn check(name: &String) -> Result<(), &'static str> {
        if name == "root" { Err("is taken") } else { Ok(()) }
    }
}

fn main() {
    let _ = models::Customer::query();
}
