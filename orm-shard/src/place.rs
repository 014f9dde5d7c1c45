//! The shard key of a row, and inside a key.

use orm_core::table::{Model, TableDef};
use orm_core::value::Value;

/// The value of the shard key, if it is a column of the key.
pub(crate) fn shard_key_in<T: TableDef>(key: &[Value]) -> Option<Value> {
    let column = T::META.shard_key()?;
    let mut columns = T::META.key.iter();
    let nth = columns.position(|position| *position == column)?;
    key.get(nth).cloned()
}

/// The value of the shard key of a row, if its model has one.
pub(crate) fn shard_key_of<M: Model>(row: &M) -> Option<Value> {
    let column = M::Table::META.shard_key()?;
    Some(row.value_of(column))
}
