//! Many databases behind a key-based router.
//!
//! A [`Cluster`](cluster::Cluster) holds several databases of one kind. The
//! models' own `shard_key` says where a row lives; a query goes to one shard
//! by the key in its filter, or to all by `.scatter()`, and one that says
//! neither does not compile. Start with the [`prelude`]; `docs/` has the
//! tutorial and what a cluster does not do.

#[cfg(feature = "async")]
pub mod aio;
pub mod cluster;
pub mod config;
mod guard;
pub mod identity;
pub mod key;
pub mod layout;
pub mod merge;
pub mod operation;
pub mod partial;
mod place;
pub mod plan;
pub mod prelude;
pub mod route;
pub mod router;
mod settings;
pub mod strategy;
pub mod topology;

pub use orm_core::error::{Error, ErrorKind, Result};

/// The tutorial and the guides: their code is compiled and run as doctests.
#[cfg(doctest)]
mod book {
    #[doc = include_str!("../../README.md")]
    mod readme {}
    #[doc = include_str!("../../docs/src/tutorial.md")]
    mod tutorial {}
    #[doc = include_str!("../../docs/src/guides/models.md")]
    mod models {}
    #[doc = include_str!("../../docs/src/guides/shapes.md")]
    mod shapes {}
    #[doc = include_str!("../../docs/src/guides/queries.md")]
    mod queries {}
    #[doc = include_str!("../../docs/src/guides/writing.md")]
    mod writing {}
    #[doc = include_str!("../../docs/src/guides/transactions.md")]
    mod transactions {}
    #[doc = include_str!("../../docs/src/guides/unit-of-work.md")]
    mod unit_of_work {}
    #[doc = include_str!("../../docs/src/guides/errors.md")]
    mod errors {}
    #[doc = include_str!("../../docs/src/guides/sharding.md")]
    mod sharding {}
    #[doc = include_str!("../../docs/src/guides/sqlite.md")]
    mod sqlite {}
    #[doc = include_str!("../../docs/src/guides/testing.md")]
    mod testing {}
    #[doc = include_str!("../../docs/src/guides/async.md")]
    mod asynchronous {}
    #[doc = include_str!("../../docs/src/guides/observing.md")]
    mod observing {}
    #[doc = include_str!("../../docs/src/guides/web.md")]
    mod web {}
    #[doc = include_str!("../../docs/src/guides/migrations.md")]
    mod migrations {}
    #[doc = include_str!("../../docs/src/guides/command-line.md")]
    mod command_line {}
    #[doc = include_str!("../../docs/src/guides/existing-databases.md")]
    mod existing_databases {}
}
