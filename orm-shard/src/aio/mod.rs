//! [`AsyncCluster`]: several databases behind one router, to be awaited.
//!
//! Plans, routes and operations are those of the blocking
//! [`Cluster`](crate::cluster::Cluster). A scattered query asks all shards at
//! once, in one task; the first error drops what the other shards were asked.
//!
//! `use orm_core::aio::prelude::*; use orm_shard::aio::prelude::*;`

mod builder;
mod cluster;
mod execute;
pub mod prelude;
mod write;

pub use builder::AsyncClusterBuilder;
pub use cluster::AsyncCluster;
