//! Lists: each key is named, and where it lies.

use std::collections::HashMap;

use orm_core::error::{Error, ErrorKind, Result};

use super::Strategy;
use crate::key::Key;

/// Each key on the shard that lists it: countries, regions, a handful of large tenants.
///
/// ```
/// use orm_shard::strategy::{Lists, Strategy};
///
/// let lists = Lists::new([vec!["de", "fr"], vec!["jp"]])?;
/// assert_eq!(lists.pick(&"fr".into(), 2)?, 0);
/// assert!(lists.pick(&"br".into(), 2).is_err());
/// let lists = lists.others_on(1);
/// assert_eq!(lists.pick(&"br".into(), 2)?, 1);
/// # Ok::<(), orm_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Lists {
    shards: HashMap<Key, usize>,
    count: usize,
    others: Option<usize>,
}

impl Lists {
    /// The keys of each shard, by its position.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for a key that two shards list, or one twice.
    pub fn new<K: Into<Key>>(
        shards: impl IntoIterator<Item = impl IntoIterator<Item = K>>,
    ) -> Result<Self> {
        let mut count = 0;
        let mut listed = HashMap::new();
        for (position, keys) in shards.into_iter().enumerate() {
            count += 1;
            for key in keys {
                let key: Key = key.into();
                if let Some(before) = listed.insert(key.clone(), position) {
                    let (before, now) = (before + 1, position + 1);
                    let message = format!(
                        "the key {key} is listed twice: for shard {before} and for shard {now}"
                    );
                    return Err(Error::new(ErrorKind::Config, message));
                }
            }
        }
        Ok(Lists {
            shards: listed,
            count,
            others: None,
        })
    }

    /// Keys that nobody lists lie on this shard; default: they have no place.
    #[must_use]
    pub fn others_on(mut self, shard: usize) -> Self {
        self.others = Some(shard);
        self
    }
}

impl Strategy for Lists {
    fn pick(&self, key: &Key, _: usize) -> Result<usize> {
        self.shards
            .get(key)
            .copied()
            .or(self.others)
            .ok_or_else(|| {
                let message = format!("no shard lists the key {key}");
                Error::new(ErrorKind::Refused, message)
            })
    }

    fn check(&self, shards: usize) -> Result<()> {
        let message = match self.others {
            Some(others) if others >= shards => {
                format!(
                    "other keys are to lie on shard number {others}, and there are {shards}, counted from 0"
                )
            }
            _ if self.count != shards => {
                format!(
                    "there are lists of {} shards, and {shards} shards",
                    self.count
                )
            }
            _ => return Ok(()),
        };
        Err(Error::new(ErrorKind::Config, message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_listed_once() {
        let error = Lists::new([vec![1_i64, 2], vec![2]]).unwrap_err();
        assert!(
            error.to_string().contains("for shard 1 and for shard 2"),
            "{error}"
        );
        let lists = Lists::new([vec![1_i64], vec![2]]).unwrap();
        assert!(lists.check(2).is_ok());
        assert!(lists.check(3).is_err());
        assert!(lists.clone().others_on(2).check(2).is_err());
        // One number in every width.
        let key = Key::new(orm_core::value::Value::I16(2)).unwrap();
        assert_eq!(lists.pick(&key, 2).unwrap(), 1);
        assert_eq!(
            lists.pick(&3_i64.into(), 2).unwrap_err().kind(),
            ErrorKind::Refused
        );
    }
}
