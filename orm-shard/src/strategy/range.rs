//! Ranges: each shard has the keys from one bound up to the next.

use orm_core::error::{Error, ErrorKind, Result};

use super::Strategy;
use crate::key::Key;

/// Keys in order, cut at bounds: the first shard has what lies below the first bound, the next one
/// what lies from there up to the second, the last one what lies from the last bound on.
///
/// Rows that belong together by order (months, numbers of one region) lie together. Where keys only
/// grow, the last shard takes all that is new.
///
/// ```
/// use orm_shard::strategy::{Ranges, Strategy};
///
/// let ranges = Ranges::cut_at([1_000_i64, 2_000])?;
/// let shard = |id: i64| ranges.pick(&id.into(), 3);
/// assert_eq!((shard(999)?, shard(1_000)?, shard(5_000)?), (0, 1, 2));
/// # Ok::<(), orm_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Ranges {
    bounds: Vec<Key>,
}

impl Ranges {
    /// Cuts between the shards, one less than there are shards.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] unless they are of one type and ascend.
    pub fn cut_at<K: Into<Key>>(bounds: impl IntoIterator<Item = K>) -> Result<Self> {
        let bounds: Vec<Key> = bounds.into_iter().map(Into::into).collect();
        for pair in bounds.windows(2) {
            let message = match pair[0].partial_cmp(&pair[1]) {
                Some(std::cmp::Ordering::Less) => continue,
                Some(_) => format!(
                    "the bounds of ranges ascend: {} stands before {}",
                    pair[0], pair[1]
                ),
                None => format!("the bounds {} and {} are of two types", pair[0], pair[1]),
            };
            return Err(Error::new(ErrorKind::Config, message));
        }
        Ok(Ranges { bounds })
    }
}

impl Strategy for Ranges {
    fn pick(&self, key: &Key, _: usize) -> Result<usize> {
        if let Some(bound) = self.bounds.first()
            && key.partial_cmp(bound).is_none()
        {
            let message = format!(
                "the ranges are cut at keys like {bound}, and the shard key {key} is of another type"
            );
            return Err(Error::new(ErrorKind::Refused, message));
        }
        Ok(self.bounds.partition_point(|bound| bound <= key))
    }

    fn check(&self, shards: usize) -> Result<()> {
        if self.bounds.len() + 1 == shards {
            return Ok(());
        }
        let message = format!(
            "{} cuts make {} ranges, and there are {shards} shards",
            self.bounds.len(),
            self.bounds.len() + 1
        );
        Err(Error::new(ErrorKind::Config, message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_at_a_bound_is_of_the_range_behind_it() {
        let ranges = Ranges::cut_at(["h", "q"]).unwrap();
        let shard = |text: &str| ranges.pick(&text.into(), 3).unwrap();
        assert_eq!(
            [
                shard(""),
                shard("gz"),
                shard("h"),
                shard("pz"),
                shard("q"),
                shard("z")
            ],
            [0, 0, 1, 1, 2, 2]
        );
    }

    #[test]
    fn bounds_ascend_and_are_as_many_as_there_are_shards_between() {
        let says = |error: Error, part: &str| assert!(error.to_string().contains(part), "{error}");
        says(Ranges::cut_at([2_i64, 1]).unwrap_err(), "2 stands before 1");
        says(Ranges::cut_at([1_i64, 1]).unwrap_err(), "ascend");
        let ranges = Ranges::cut_at([1_i64]).unwrap();
        says(
            ranges.check(3).unwrap_err(),
            "1 cuts make 2 ranges, and there are 3 shards",
        );
        assert!(ranges.check(2).is_ok());
        let error = ranges.pick(&"x".into(), 2).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
    }
}
