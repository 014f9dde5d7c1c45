//! Numbers that no two rows of a table get in this process.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::metadata::TableMeta;

/// A table as the database names it.
type Name = (Option<&'static str>, &'static str);

/// Tests run beside each other in one process, and on one database: what must differ there is counted
/// for all of them.
static TAKEN: Mutex<BTreeMap<Name, u64>> = Mutex::new(BTreeMap::new());

/// The next number of a table, from 0 on.
pub(super) fn next(table: &TableMeta) -> u64 {
    let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
    let next = taken.entry((table.schema, table.name)).or_default();
    let number = *next;
    *next += 1;
    number
}
