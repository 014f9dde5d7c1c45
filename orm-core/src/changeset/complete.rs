//! What is made before an insert and was not given: keys, times, first versions, defaults.

use crate::id::{TimeIds, generate};
use crate::metadata::{GeneratedKey, Origin, TableMeta};
use crate::value::{Kind, Value};

/// Makes keys, times, the first version and defaults by a function; which columns that were, as bits.
pub(crate) fn complete(table: &TableMeta, cells: &mut [Option<Value>], ids: &TimeIds) -> u128 {
    let (mut now, mut made) = (None, 0);
    for (position, (cell, column)) in cells.iter_mut().zip(table.columns).enumerate() {
        if cell.is_some() {
            continue;
        }
        *cell = match (column.origin, column.generated, column.default_with) {
            (Origin::CreatedAt | Origin::UpdatedAt, ..) => {
                let now = *now.get_or_insert_with(|| ids.now());
                Some(Value::instant(column.kind, now))
            }
            (Origin::Version, ..) => Some(Value::integer(column.kind, 1)),
            (_, Some(key), _) => generate(key, ids),
            (.., Some(make)) => Some(make()),
            _ => None,
        };
        made |= u128::from(cell.is_some()) << position;
    }
    made
}

/// Makes the keys that not every database makes and tells of: UUIDs. Which they were, as bits.
pub(crate) fn make_untold_keys(table: &TableMeta, cells: &mut [Option<Value>]) -> u128 {
    let mut made = 0;
    for &index in table.key {
        let (cell, column) = (&mut cells[index], &table.columns[index]);
        let untold = column.generated == Some(GeneratedKey::Database) && column.kind == Kind::Uuid;
        if untold && cell.is_none() {
            *cell = Some(Value::Uuid(uuid::Uuid::new_v4()));
            made |= 1 << index;
        }
    }
    made
}
