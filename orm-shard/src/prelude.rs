//! What a program with several databases needs in scope, beside
//! `orm_core::prelude::*`: `use orm_shard::prelude::*;`

pub use crate::cluster::Cluster;
pub use crate::plan::ScatterDsl;
pub use crate::strategy::{HashBuckets, Modulo, Strategy};
