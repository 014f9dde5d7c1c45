//! Aggregates in parts: what each shard computes, and how the parts become one.
//!
//! A group that spans shards comes as one row of partial values a shard. Each
//! piece of a selection says which expressions to send ([`Partial::exprs`]), how to fold
//! the values of two shards, and how to finish. Pure: nothing here sends.

mod aggregates;
mod fold;
mod pieces;

pub use fold::{Folded, fold_groups};
pub use pieces::{GroupKeys, Judge, NoPieces, One, Ops, Pieces, SortPieces};

use orm_core::backend::Database;
use orm_core::diesel::Expression;
use orm_core::error::Result;
use orm_core::value::Value;

/// An expression whose value over all shards follows from those of each.
#[diagnostic::on_unimplemented(
    message = "this expression cannot be merged over shards",
    label = "not known for a group that spans shards",
    note = "columns of the group, and `sum`, `count`, `min`, `max`, `avg` of orm_core can; or add the shard key to the group, then each is on one shard"
)]
pub trait Partial {
    /// The expressions that each shard computes, as a tuple.
    type Exprs: Expression;

    /// The expressions.
    fn exprs(self) -> Self::Exprs;
    /// Folds the values of one more shard into those so far.
    ///
    /// # Errors
    /// If a sum of integers leaves 64 bits.
    fn fold(so_far: &mut [Value], next: Vec<Value>) -> Result<()>;
    /// The value, as the database of the shards has it.
    fn finish(database: Database, parts: Vec<Value>) -> Value;
}
