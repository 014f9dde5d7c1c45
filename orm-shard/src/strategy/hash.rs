//! Hash buckets: the key's hash names one of 16,384 buckets, a table its shard.
//!
//! A shard can be added by handing it some buckets; the rows of all others
//! stay where they are.

use std::ops::RangeInclusive;

use orm_core::error::{Error, ErrorKind, Result};

use super::Strategy;
use crate::key::{BUCKETS, Key, bucket_of, hash_integer};

/// A table from buckets to shards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HashBuckets {
    owners: Vec<u16>,
}

impl HashBuckets {
    /// The buckets in as many equal runs as there are shards.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for no shard, or more shards than buckets.
    pub fn even(shards: usize) -> Result<Self> {
        if shards == 0 || shards > usize::from(BUCKETS) {
            return Err(config(format!(
                "{shards} shards cannot share {BUCKETS} buckets"
            )));
        }
        let owner = |bucket: usize| (bucket * shards / usize::from(BUCKETS)) as u16;
        Ok(HashBuckets {
            owners: (0..usize::from(BUCKETS)).map(owner).collect(),
        })
    }

    /// The buckets of each shard, by its position.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] unless every bucket has exactly one owner.
    pub fn owned_by(shards: &[Vec<RangeInclusive<u16>>]) -> Result<Self> {
        let mut owners = vec![u16::MAX; usize::from(BUCKETS)];
        for (shard, ranges) in shards.iter().enumerate() {
            for bucket in ranges.iter().cloned().flatten() {
                let owner = owners.get_mut(usize::from(bucket)).ok_or_else(|| {
                    config(format!(
                        "there is no bucket {bucket}: the last is {}",
                        BUCKETS - 1
                    ))
                })?;
                if *owner != u16::MAX {
                    return Err(config(format!("bucket {bucket} has two owners")));
                }
                *owner = shard as u16;
            }
        }
        match owners.iter().position(|owner| *owner == u16::MAX) {
            Some(bucket) => Err(config(format!("bucket {bucket} has no owner"))),
            None => Ok(HashBuckets { owners }),
        }
    }

    /// The shard that owns a bucket.
    ///
    /// # Panics
    /// If there is no such bucket.
    #[must_use]
    #[inline]
    pub fn owner(&self, bucket: u16) -> usize {
        usize::from(self.owners[usize::from(bucket)])
    }
}

impl Strategy for HashBuckets {
    #[inline]
    fn pick(&self, key: &Key, _: usize) -> Result<usize> {
        Ok(self.owner(key.bucket()))
    }

    #[inline]
    fn pick_integer(&self, key: i64, _: usize) -> Result<usize> {
        Ok(self.owner(bucket_of(hash_integer(key))))
    }

    fn check(&self, shards: usize) -> Result<()> {
        let highest = self.owners.iter().copied().max().map_or(0, usize::from);
        if highest < shards {
            return Ok(());
        }
        Err(config(format!(
            "buckets belong to shard number {highest}, and there are {shards}, counted from 0"
        )))
    }
}

fn config(message: String) -> Error {
    Error::new(ErrorKind::Config, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bucket_has_one_owner_or_the_table_is_refused() {
        let table = HashBuckets::owned_by(&[vec![0..=99, 200..=16_383], vec![100..=199]]).unwrap();
        assert_eq!(
            (table.owner(99), table.owner(100), table.owner(200)),
            (0, 1, 0)
        );
        for (bad, says) in [
            (
                vec![vec![0..=99], vec![101..=16_383]],
                "bucket 100 has no owner",
            ),
            (
                vec![vec![0..=100], vec![100..=16_383]],
                "bucket 100 has two owners",
            ),
            (vec![vec![0..=16_384]], "there is no bucket 16384"),
        ] {
            let error = HashBuckets::owned_by(&bad).unwrap_err();
            assert!(error.to_string().contains(says), "{error}");
        }
    }

    #[test]
    fn equal_runs_differ_by_one_bucket_at_most() {
        let table = HashBuckets::even(3).unwrap();
        let count = |shard| table.owners.iter().filter(|owner| **owner == shard).count();
        assert_eq!([count(0), count(1), count(2)], [5_462, 5_461, 5_461]);
        assert!(HashBuckets::even(0).is_err());
    }
}
