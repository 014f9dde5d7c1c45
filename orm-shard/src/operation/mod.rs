//! What a cluster does, step by step, over whoever opens sessions.
//!
//! As in [`orm_core::operation`], each operation is one `async fn`; the blocking
//! cluster runs it by a single poll. Where rows go is asked of the [`Layout`].

mod across;
mod delete;
mod told;
mod write;

pub use delete::{Deletion, delete, restore};
pub use write::{complete, complete_many, get, insert, insert_many, update, update_at, upsert};

use std::future::Future;

use orm_core::error::Result;
use orm_core::operation::Link;

use crate::layout::Layout;

/// Several databases of one kind, by position.
pub trait Shards: Sync {
    /// A session on one of them.
    type Link: Link;

    /// What is known without asking.
    fn layout(&self) -> &Layout;

    /// A session on the shard at a position.
    ///
    /// # Errors
    /// If the shard cannot be reached, or no connection comes free.
    fn open(&self, position: usize) -> impl Future<Output = Result<Self::Link>> + Send;
}
