//! The key modulo the number of shards: with two shards even and odd.

use orm_core::error::{Error, ErrorKind, Result};

use super::Strategy;
use crate::key::Key;

/// The remainder of a whole-number key. Simple to follow by eye; adding a
/// shard moves nearly every row, which is what [`HashBuckets`](super::HashBuckets) avoids.
#[derive(Debug, Clone, Copy, Default)]
pub struct Modulo;

impl Strategy for Modulo {
    fn pick(&self, key: &Key, shards: usize) -> Result<usize> {
        let whole = key.as_integer().ok_or_else(|| {
            let message =
                format!("the modulo strategy needs a whole number, and the shard key is {key}");
            Error::new(ErrorKind::Refused, message)
        })?;
        // Euclid's remainder: -1 is odd too.
        Ok(whole.rem_euclid(shards as i128) as usize)
    }

    fn pick_integer(&self, key: i64, shards: usize) -> Result<usize> {
        Ok(key.rem_euclid(shards as i64) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use orm_core::value::Value;

    #[test]
    fn even_and_odd_also_below_zero() {
        let pick = |key| Modulo.pick(&Key::new(Value::I64(key)).unwrap(), 2).unwrap();
        assert_eq!(
            [pick(4), pick(7), pick(0), pick(-1), pick(-4)],
            [0, 1, 0, 1, 0]
        );
    }

    #[test]
    fn a_text_has_no_remainder() {
        let key = Key::new(Value::Text("x".into())).unwrap();
        assert_eq!(Modulo.pick(&key, 2).unwrap_err().kind(), ErrorKind::Refused);
    }
}
