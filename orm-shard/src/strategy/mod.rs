//! Which shard a key belongs to: one trait with one method.
//!
//! [`HashBuckets`] is the default, [`Modulo`] the textbook's even and odd, [`Ranges`] and [`Lists`] say
//! it of keys, [`Directory`] pins some keys over another strategy; a closure is a strategy too. The
//! answer is a position in the topology.

mod directory;
mod hash;
mod list;
mod modulo;
mod range;

pub use directory::Directory;
pub use hash::HashBuckets;
pub use list::Lists;
pub use modulo::Modulo;
pub use range::Ranges;

use std::sync::Arc;

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

    /// The same of a whole number, which is most keys; default: as of any key. One that is given
    /// answers as [`pick`](Self::pick) does.
    ///
    /// # Errors
    /// As there.
    fn pick_integer(&self, key: i64, shards: usize) -> Result<usize> {
        self.pick(&Key::from(key), shards)
    }

    /// Whether it can place keys on so many shards; asked once, before it is used. Default: it can.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](orm_core::ErrorKind::Config), with what contradicts that.
    fn check(&self, _shards: usize) -> Result<()> {
        Ok(())
    }
}

impl Strategy for Arc<dyn Strategy> {
    fn pick(&self, key: &Key, shards: usize) -> Result<usize> {
        (**self).pick(key, shards)
    }

    fn pick_integer(&self, key: i64, shards: usize) -> Result<usize> {
        (**self).pick_integer(key, shards)
    }

    fn check(&self, shards: usize) -> Result<()> {
        (**self).check(shards)
    }
}

impl<F> Strategy for F
where
    F: Fn(&Key, usize) -> Result<usize> + Send + Sync + 'static,
{
    fn pick(&self, key: &Key, shards: usize) -> Result<usize> {
        self(key, shards)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The short way of whole numbers leads to the same shard.
    #[test]
    fn a_whole_number_has_one_place() {
        let ranges = Ranges::cut_at([-5_i64, 0, 900]).unwrap();
        let pinned = Directory::over(Modulo).pin(8_i64, 3).unwrap();
        let even = HashBuckets::even(4).unwrap();
        let strategies: [&dyn Strategy; 4] = [&even, &Modulo, &ranges, &pinned];
        for strategy in strategies {
            for key in (-1_000..1_000).chain([i64::MIN, i64::MAX]) {
                let picked = strategy.pick(&Key::from(key), 4).unwrap();
                assert_eq!(strategy.pick_integer(key, 4).unwrap(), picked, "{key}");
            }
        }
    }
}
