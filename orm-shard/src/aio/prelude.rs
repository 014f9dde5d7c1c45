//! What an async program with several databases needs in scope, beside
//! `orm_core::aio::prelude::*`: `use orm_shard::aio::prelude::*;`

pub use super::AsyncCluster;
pub use crate::plan::ScatterDsl;
pub use crate::strategy::{HashBuckets, Modulo, Strategy};
