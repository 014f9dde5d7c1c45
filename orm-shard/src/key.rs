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

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use orm_core::chrono::{Datelike, NaiveDate};
use orm_core::error::{Error, ErrorKind, Result};
use orm_core::uuid::Uuid;
use orm_core::value::Value;

use crate::router::RouteKey;
use xxhash_rust::xxh64::Xxh64;

/// How many buckets there are.
pub const BUCKETS: u16 = 16_384;

/// The name of the hash, for what is written down beside hashed data.
pub const HASH_NAME: &str = "xxh64-v1";

/// The value of a shard key. Equal are keys of equal canonical bytes: one number in every width.
#[derive(Debug, Clone)]
pub struct Key(Value);

impl Key {
    /// A value as a shard key.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] for NULL and for types that cannot be one:
    /// floats, decimals, times and JSON have several spellings of one value.
    #[inline]
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

    /// A key as a program has it.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn of<K: RouteKey + ?Sized>(key: &K) -> Result<Self> {
        Key::new(key.route_value())
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

    /// The hash of its canonical bytes.
    #[must_use]
    #[inline]
    pub fn hash(&self) -> u64 {
        let tagged = |tag: u8, bytes: &[u8]| {
            let mut hash = Xxh64::new(0);
            hash.update(&[tag]);
            hash.update(bytes);
            hash.digest()
        };
        match &self.0 {
            Value::I64(whole) => hash_integer(*whole),
            Value::Text(text) => tagged(2, text.as_bytes()),
            Value::Uuid(uuid) => tagged(3, uuid.as_bytes()),
            Value::Binary(bytes) => tagged(4, bytes),
            Value::Bool(value) => tagged(5, &[u8::from(*value)]),
            Value::Date(date) => tagged(6, &i64::from(date.num_days_from_ce()).to_le_bytes()),
            whole => hash_integer(whole.as_i128().unwrap_or_default() as i64),
        }
    }

    /// The bucket of this key.
    #[must_use]
    #[inline]
    pub fn bucket(&self) -> u16 {
        bucket_of(self.hash())
    }
}

/// The bucket of a hash.
#[inline]
pub(crate) fn bucket_of(hash: u64) -> u16 {
    (hash % u64::from(BUCKETS)) as u16
}

/// XXH64 of the nine bytes of an integer, by the specification of the hash
/// (<https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md>, XXH64 with less than 32 bytes of
/// input): one lane of eight bytes, one byte, and the avalanche.
#[inline]
pub(crate) fn hash_integer(whole: i64) -> u64 {
    const PRIMES: [u64; 5] = [
        0x9E37_79B1_85EB_CA87,
        0xC2B2_AE3D_27D4_EB4F,
        0x1656_67B1_9E37_79F9,
        0x85EB_CA77_C2B2_AE63,
        0x27D4_EB2F_1656_67C5,
    ];
    // The tag is the lowest byte of the lane, and the highest byte of the number stands behind it.
    let (lane, last) = ((whole as u64) << 8 | 1, (whole as u64) >> 56);
    let mut hash = PRIMES[4].wrapping_add(9);
    let round = lane.wrapping_mul(PRIMES[1]).rotate_left(31);
    hash ^= round.wrapping_mul(PRIMES[0]);
    hash = hash.rotate_left(27).wrapping_mul(PRIMES[0]);
    hash = hash.wrapping_add(PRIMES[3]);
    hash ^= last.wrapping_mul(PRIMES[4]);
    hash = hash.rotate_left(11).wrapping_mul(PRIMES[0]);
    hash = (hash ^ (hash >> 33)).wrapping_mul(PRIMES[1]);
    hash = (hash ^ (hash >> 29)).wrapping_mul(PRIMES[2]);
    hash ^ (hash >> 32)
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        compare(self, other) == Some(Ordering::Equal)
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(Key::hash(self));
    }
}

/// By value: numbers, dates and truth values as such, texts, UUIDs and bytes byte by byte. Keys of two
/// types have no order.
impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        compare(self, other)
    }
}

fn compare(one: &Key, other: &Key) -> Option<Ordering> {
    match (&one.0, &other.0) {
        (Value::Text(one), Value::Text(other)) => Some(one.as_bytes().cmp(other.as_bytes())),
        (Value::Uuid(one), Value::Uuid(other)) => Some(one.as_bytes().cmp(other.as_bytes())),
        (Value::Binary(one), Value::Binary(other)) => Some(one.cmp(other)),
        (Value::Bool(one), Value::Bool(other)) => Some(one.cmp(other)),
        (Value::Date(one), Value::Date(other)) => Some(one.cmp(other)),
        (one, other) => Some(one.as_i128()?.cmp(&other.as_i128()?)),
    }
}

macro_rules! keys {
    ($($from:ty => $value:expr),* $(,)?) => {
        $(impl From<$from> for Key {
            #[inline]
            fn from(key: $from) -> Self {
                let value = $value;
                Key(value(key))
            }
        })*
    };
}

// Of a type of one's own there is `Key::of`.
keys! {
    i16 => Value::I16,
    i32 => Value::I32,
    i64 => Value::I64,
    u64 => Value::U64,
    &str => |text: &str| Value::Text(text.to_owned()),
    String => Value::Text,
    Uuid => Value::Uuid,
    Vec<u8> => Value::Binary,
    bool => Value::Bool,
    NaiveDate => Value::Date,
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

    /// Made by another implementation of XXH64 (Python's `xxhash`): rows lie where these say, so
    /// they never change.
    #[test]
    fn keys_have_the_buckets_that_they_always_had() {
        let uuid = |text: &str| Value::Uuid(text.parse().unwrap());
        let date = |days| orm_core::chrono::NaiveDate::from_num_days_from_ce_opt(days).unwrap();
        for (value, expected) in [
            (Value::I64(0), 0xa2443c71157cb676_u64),
            (Value::I64(1), 0x7b2075f90a671183_u64),
            (Value::I64(-1), 0xe4a42358fe73e0b6_u64),
            (Value::I64(42), 0xee536f9035b71091_u64),
            (Value::I64(2147483648), 0x3e1f48195cda95ef_u64),
            (Value::I64(i64::MIN), 0x07a7e2fea9675861_u64),
            (Value::I64(i64::MAX), 0x0628092f6dc64641_u64),
            (Value::Text("".into()), 0x4b79b8c95732b0e7_u64),
            (Value::Text("Ann".into()), 0x7a194e1e80d79917_u64),
            (
                Value::Text("ann@example.org".into()),
                0x4157b1c41d9687ba_u64,
            ),
            (Value::Text("東京".into()), 0xb35e0466e848e5ec_u64),
            (
                uuid("0190b7c2-7c1e-7d3a-9f00-123456789abc"),
                0x1af5de161abbe880_u64,
            ),
            (Value::Binary(vec![0, 255]), 0x915a78f173c7414e_u64),
            (Value::Bool(false), 0xceb68112be701ca5_u64),
            (Value::Bool(true), 0xe8de18ab28a9944c_u64),
            (Value::Date(date(738945)), 0xbdc6cf6d7bcb0fdb_u64),
        ] {
            let key = Key::new(value).unwrap();
            assert_eq!(
                (key.hash(), key.bucket()),
                (expected, (expected % 16_384) as u16),
                "{key}"
            );
        }
    }

    #[test]
    fn a_number_hashes_as_its_bytes() {
        let whole = [
            0,
            1,
            -1,
            7,
            255,
            256,
            i64::MIN,
            i64::MAX,
            0x0123_4567_89ab_cdef,
        ];
        let many = (0..20_000_i64).map(|n| n.wrapping_mul(0x9E37_79B9_7F4A_7C15_u64 as i64));
        for whole in whole.into_iter().chain(many) {
            let key = Key::new(Value::I64(whole)).unwrap();
            assert_eq!(
                key.hash(),
                xxhash_rust::xxh64::xxh64(&key.bytes(), 0),
                "{whole}"
            );
        }
        for key in [
            Value::Text("a longer text than the thirty-two bytes of a stripe of the hash".into()),
            Value::Binary(vec![0; 100]),
            Value::Bool(true),
        ] {
            let key = Key::new(key).unwrap();
            assert_eq!(
                key.hash(),
                xxhash_rust::xxh64::xxh64(&key.bytes(), 0),
                "{key}"
            );
        }
    }

    #[test]
    fn one_key_is_equal_in_every_width_and_to_no_other_type() {
        let key = |value| Key::new(value).unwrap();
        assert_eq!(key(Value::I16(7)), key(Value::U64(7)));
        assert!(key(Value::I16(7)) < key(Value::I64(8)));
        assert_ne!(key(Value::I64(7)), key(Value::Text("7".into())));
        assert_eq!(
            key(Value::I64(7)).partial_cmp(&key(Value::Text("7".into()))),
            None
        );
    }

    /// Of a million keys each, over 16 shards of equal runs of buckets: the fullest beside the mean.
    #[test]
    fn a_million_keys_of_each_kind_spread_evenly() {
        let mail = |n: u64| Value::Text(format!("user{n}@example.org"));
        let uuid = |n: u64| {
            // As random ones: SplitMix64 of the number, twice.
            let bits = |n: u64| {
                let mixed = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
                let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB)
            };
            Value::Uuid(orm_core::uuid::Uuid::from_u64_pair(
                bits(2 * n),
                bits(2 * n + 1),
            ))
        };
        let kinds: [(&str, &dyn Fn(u64) -> Value); 3] = [
            ("sequential numbers", &|n| Value::I64(n as i64)),
            ("UUIDs", &uuid),
            ("e-mail addresses", &mail),
        ];
        for (kind, make) in kinds {
            let mut shards = [0_u32; 16];
            for n in 0..1_000_000 {
                shards[usize::from(bucket(make(n)) / (BUCKETS / 16))] += 1;
            }
            let most = f64::from(*shards.iter().max().unwrap());
            let ratio = most / (1_000_000.0 / 16.0);
            println!("{kind}: {ratio:.4}");
            assert!(ratio < 1.02, "{kind}: {shards:?}");
        }
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
