//! The tables: customers, and who has which e-mail address.

use orm_core::aio::prelude::*;
use serde::Serialize;

/// A customer lives on the shard that its id names.
///
/// The id is a UUID: as JSON it is a text, while JavaScript would round a 64-bit number. Those of
/// version 7 grow with time, so that pages by id are in the order of creation.
#[derive(Model, Serialize, Debug, Clone)]
#[model(table = "customers", shard_key = id)]
pub struct Customer {
    /// Given by the claim to the address.
    #[model(key)]
    pub id: Uuid,
    /// As the customer writes it.
    #[model(not_blank, length(..=80))]
    pub name: String,
    /// Unique on all shards, by [`EmailClaim`].
    #[model(email, length(..=254))]
    pub email: String,
}

/// Which customer has an e-mail address, on the shard that the address names.
///
/// `Customer::email` could be `unique(per_shard)` at most: customers with the same address may
/// live on different shards. All claims to one address lie on one shard, and its key decides.
#[derive(Model, Debug, Clone)]
#[model(table = "email_claims", shard_key = email)]
pub struct EmailClaim {
    /// Compared byte by byte: `Ann@example.org` is another one than `ann@example.org`.
    #[model(key, length(..=254))]
    pub email: String,
    /// The id of the customer with this address, or of the one who will get it.
    pub customer_id: Uuid,
}
