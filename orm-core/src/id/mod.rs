//! Identifiers that are made before the insert.
//!
//! A sharded row must know its key before it is sent: the key decides where.
//! [`TimeIds`] gives 64-bit numbers, UUIDs come as version 7; both grow with
//! time, so that they go to the end of an index.

mod time_id;

pub use time_id::TimeIds;

use crate::metadata::GeneratedKey;
use crate::value::Value;

/// Makes the value of a key column, unless the database does.
#[must_use]
pub fn generate(key: GeneratedKey, ids: &TimeIds) -> Option<Value> {
    match key {
        GeneratedKey::Database => None,
        GeneratedKey::TimeId => Some(Value::I64(ids.next_id())),
        GeneratedKey::UuidV7 => Some(Value::Uuid(uuid::Uuid::now_v7())),
    }
}
