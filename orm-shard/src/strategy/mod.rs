//! Which shard a key belongs to: one trait with one method.
//!
//! [`HashBuckets`] is the default, [`Modulo`] the textbook's even and odd; a
//! closure is a strategy too. The answer is a position in the topology.

mod hash;
mod modulo;

pub use hash::HashBuckets;
pub use modulo::Modulo;

use orm_core::error::Result;

use crate::key::Key;

/// Picks the shard of a key.
///
/// ```
/// use orm_shard::key::Key;
/// use orm_shard::strategy::Strategy;
///
/// let by_initial = |key: &Key, _shards: usize| {
///     Ok(usize::from(key.to_string().to_lowercase() >= "n".to_string()))
/// };
/// let key = Key::new(orm_core::value::Value::Text("Zoe".into()))?;
/// assert_eq!(by_initial.pick(&key, 2)?, 1);
/// # Ok::<(), orm_core::Error>(())
/// ```
pub trait Strategy: Send + Sync + 'static {
    /// The position of the shard, below `shards`.
    ///
    /// The same key must give the same answer in every process and at all times.
    ///
    /// # Errors
    /// If the key has no place under this strategy.
    fn pick(&self, key: &Key, shards: usize) -> Result<usize>;
}

impl<F> Strategy for F
where
    F: Fn(&Key, usize) -> Result<usize> + Send + Sync + 'static,
{
    fn pick(&self, key: &Key, shards: usize) -> Result<usize> {
        self(key, shards)
    }
}
