//! A directory: some keys are pinned, and all others lie where another strategy says.

use std::collections::HashMap;

use orm_core::error::{Error, ErrorKind, Result};

use super::Strategy;
use crate::key::Key;

/// Pinned keys over another strategy: a tenant that outgrew the others has a shard of its own, and
/// whose place is changed moves no other row.
///
/// ```
/// use orm_shard::strategy::{Directory, HashBuckets, Strategy};
///
/// let directory = Directory::over(HashBuckets::even(3)?).pin(42_i64, 2)?;
/// assert_eq!(directory.pick(&42_i64.into(), 3)?, 2);
/// # Ok::<(), orm_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Directory<S> {
    pinned: HashMap<Key, usize>,
    others: S,
}

impl<S: Strategy> Directory<S> {
    /// Nothing is pinned yet: all keys lie where the other strategy says.
    pub fn over(others: S) -> Self {
        Directory {
            pinned: HashMap::new(),
            others,
        }
    }

    /// Puts a key on a shard, by its position.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] if it is pinned already.
    pub fn pin(mut self, key: impl Into<Key>, shard: usize) -> Result<Self> {
        let key = key.into();
        if self.pinned.contains_key(&key) {
            let message = format!("the key {key} is pinned twice");
            return Err(Error::new(ErrorKind::Config, message));
        }
        self.pinned.insert(key, shard);
        Ok(self)
    }
}

impl<S: Strategy> Strategy for Directory<S> {
    fn pick(&self, key: &Key, shards: usize) -> Result<usize> {
        match self.pinned.get(key) {
            Some(shard) => Ok(*shard),
            None => self.others.pick(key, shards),
        }
    }

    fn check(&self, shards: usize) -> Result<()> {
        if let Some((key, shard)) = self.pinned.iter().find(|(_, shard)| **shard >= shards) {
            let message = format!(
                "the key {key} is pinned to shard number {shard}, and there are {shards}, counted from 0"
            );
            return Err(Error::new(ErrorKind::Config, message));
        }
        self.others.check(shards)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::Modulo;

    #[test]
    fn what_is_not_pinned_lies_where_it_did() {
        let directory = Directory::over(Modulo).pin(4_i64, 1).unwrap();
        let pick = |id: i64| directory.pick(&id.into(), 2).unwrap();
        assert_eq!([pick(3), pick(4), pick(5), pick(6)], [1, 1, 1, 0]);
        assert!(directory.clone().pin(4_i64, 0).is_err());
        assert!(directory.check(2).is_ok());
        assert!(directory.check(1).is_err());
    }
}
