//! Shard keys as bytes and as buckets: the part that must never change.
//!
//! `xxh64-v1`: a key's canonical bytes, hashed by XXH64 with seed 0, modulo
//! 16,384. Canonical bytes are a tag and the value, so that a key of one type
//! hashes alike in every integer width, in every process and release:
//!
//! | key | bytes |
//! |---|---|
//! | integer | `01`, then 8 bytes of two's complement, little endian |
//! | text, or a label of an enum | `02`, then UTF-8 |
//! | UUID | `03`, then its 16 bytes |
//! | bytes | `04`, then the bytes |
//! | truth value | `05`, then `00` or `01` |
//! | date | `06`, then the days since 0001-01-01 as 8 bytes, little endian |

use orm_core::chrono::Datelike;
use orm_core::error::{Error, ErrorKind, Result};
use orm_core::value::Value;
use xxhash_rust::xxh64::xxh64;

/// How many buckets there are.
pub const BUCKETS: u16 = 16_384;

/// The name of the hash, for what is written down beside hashed data.
pub const HASH_NAME: &str = "xxh64-v1";

/// The value of a shard key.
#[derive(Debug, Clone, PartialEq)]
pub struct Key(Value);

impl Key {
    /// A value as a shard key.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] for NULL and for types that cannot be one:
    /// floats, decimals, times and JSON have several spellings of one value.
    pub fn new(value: Value) -> Result<Self> {
        match value {
            Value::I16(_) | Value::I32(_) | Value::I64(_) | Value::U64(_) => Ok(Key(value)),
            Value::Text(_) | Value::Uuid(_) | Value::Binary(_) => Ok(Key(value)),
            Value::Bool(_) | Value::Date(_) => Ok(Key(value)),
            // As an enum that is stored as a text.
            Value::Enum(label) => Ok(Key(Value::Text(label.text().to_owned()))),
            other => Err(Error::new(
                ErrorKind::Refused,
                format!(
                    "{other} cannot be a shard key: use an integer, a text, an enum, a UUID, bytes or a date"
                ),
            )),
        }
    }

    /// The key as a whole number, if it is one.
    #[must_use]
    pub fn as_integer(&self) -> Option<i128> {
        self.0.as_i128()
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.0
    }

    /// The canonical bytes.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let tagged = |tag: u8, bytes: &[u8]| [&[tag], bytes].concat();
        match &self.0 {
            Value::Text(text) => tagged(2, text.as_bytes()),
            Value::Uuid(uuid) => tagged(3, uuid.as_bytes()),
            Value::Binary(bytes) => tagged(4, bytes),
            Value::Bool(value) => tagged(5, &[u8::from(*value)]),
            Value::Date(date) => tagged(6, &i64::from(date.num_days_from_ce()).to_le_bytes()),
            // Integers; a u64 beyond i64::MAX wraps, and no database stores it.
            whole => tagged(
                1,
                &(whole.as_i128().unwrap_or_default() as i64).to_le_bytes(),
            ),
        }
    }

    /// The bucket of this key.
    #[must_use]
    pub fn bucket(&self) -> u16 {
        (xxh64(&self.bytes(), 0) % u64::from(BUCKETS)) as u16
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(value: Value) -> u16 {
        Key::new(value).unwrap().bucket()
    }

    #[test]
    fn one_number_has_one_bucket_in_every_width() {
        assert_eq!(bucket(Value::I16(7)), bucket(Value::I64(7)));
        assert_eq!(bucket(Value::I32(7)), bucket(Value::U64(7)));
        assert_ne!(bucket(Value::I64(7)), bucket(Value::Text("7".into())));
    }

    #[test]
    fn a_label_is_where_its_text_is() {
        let label = orm_core::value::Label::new("north", Some(1));
        assert_eq!(
            bucket(Value::Enum(label)),
            bucket(Value::Text("north".into()))
        );
    }

    #[test]
    fn what_has_several_spellings_is_refused() {
        let error = Key::new(Value::F64(1.0)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert!(Key::new(Value::Null(orm_core::value::Kind::I64)).is_err());
    }

    #[test]
    fn keys_spread_evenly() {
        let mut counts = [0_u32; 4];
        for key in 0..40_000_i64 {
            counts[usize::from(bucket(Value::I64(key)) / (BUCKETS / 4))] += 1;
        }
        assert!(
            counts.iter().all(|count| (9_700..10_300).contains(count)),
            "{counts:?}"
        );
    }
}
