//! The models of a shop, as they are at first and as they are later.

use orm_core::{Schema, schema};

mod first {
    use orm_core::prelude::*;

    #[derive(Model)]
    #[model(table = "customers")]
    pub(super) struct Customer {
        #[model(generated)]
        pub(super) id: i64,
        #[model(length(1..=80))]
        pub(super) name: String,
        #[model(length(..=40))]
        pub(super) fax: String,
    }
}

mod second {
    use orm_core::prelude::*;

    #[derive(Model)]
    #[model(table = "customers")]
    pub(super) struct Customer {
        #[model(generated)]
        pub(super) id: i64,
        #[model(length(1..=80))]
        pub(super) name: String,
        #[model(length(..=2))]
        pub(super) country: String,
    }

    #[derive(Model)]
    #[model(table = "orders")]
    pub(super) struct Order {
        #[model(generated)]
        pub(super) id: i64,
        #[model(belongs_to = Customer, on_delete = cascade, index)]
        pub(super) customer_id: i64,
        pub(super) total_cents: Option<i64>,
    }
}

/// Customers, with a fax.
pub(super) fn old() -> Schema {
    schema![first::Customer]
}

/// Customers without a fax and with a country, and their orders.
pub(super) fn new() -> Schema {
    schema![second::Customer, second::Order]
}
