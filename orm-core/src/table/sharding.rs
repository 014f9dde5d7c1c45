//! Where rows live, as types, so that the compiler can check routes.
//!
//! Nothing here knows of shards: a model only says which column decides, and
//! which other models are decided alike (its group). `orm-shard` reads it.

use std::marker::PhantomData;

use super::{Model, TableDef};

/// Nothing was said: the table belongs to one database.
#[derive(Debug, Clone, Copy)]
pub struct Single;

/// Each row where its shard key names: `Group` is the table at the root of the
/// group, `Key` the Rust type of the shard key, `Column` the column.
#[derive(Debug, Clone, Copy)]
pub struct By<Group, Key, Column>(PhantomData<(Group, Key, Column)>);

/// Every row on every shard.
#[derive(Debug, Clone, Copy)]
pub struct Broadcast;

/// The sharding of a model.
pub type ShardingOf<M> = <<M as Model>::Table as TableDef>::Sharding;

/// The group that rows belong to: rows of one group with equal keys are together.
#[diagnostic::on_unimplemented(
    message = "the parent of a shard key is not sharded itself",
    label = "not sharded",
    note = "a shard key with `belongs_to = Parent` puts the row where its parent is: give the parent a `shard_key` too"
)]
pub trait ShardGroup {
    /// The table at the root of the group.
    type Root;
}

#[diagnostic::do_not_recommend]
impl<G, K, C> ShardGroup for By<G, K, C> {
    type Root = G;
}

/// The root of the group of a model.
pub type RootOf<M> = <ShardingOf<M> as ShardGroup>::Root;
