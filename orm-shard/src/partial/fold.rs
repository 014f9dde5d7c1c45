//! Folding the rows of groups that span shards.

use std::collections::HashMap;

use orm_core::backend::Database;
use orm_core::error::Result;
use orm_core::value::{Value, ValueKey};

use super::Ops;

/// A group: the values of its pieces, finished.
pub type Folded = Vec<Value>;

/// Folds rows of all shards: equal keys are one group. Groups come in the
/// order in which they were first seen.
///
/// # Errors
/// If a fold fails: a sum of integers that leaves 64 bits.
pub fn fold_groups(
    rows: impl IntoIterator<Item = (Vec<Value>, Vec<Vec<Value>>)>,
    ops: &[Ops],
    database: Database,
) -> Result<Vec<Folded>> {
    let mut positions: HashMap<Vec<ValueKey>, usize> = HashMap::new();
    let mut groups: Vec<Vec<Vec<Value>>> = Vec::new();
    for (key, pieces) in rows {
        let key = key.into_iter().map(ValueKey).collect();
        match positions.get(&key) {
            Some(position) => {
                let group = groups[*position].iter_mut().zip(pieces).zip(ops);
                for ((so_far, next), ops) in group {
                    (ops.fold)(so_far, next)?;
                }
            }
            None => {
                positions.insert(key, groups.len());
                groups.push(pieces);
            }
        }
    }
    let finish = |group: Vec<Vec<Value>>| {
        group
            .into_iter()
            .zip(ops)
            .map(|(parts, ops)| (ops.finish)(database, parts))
            .collect()
    };
    Ok(groups.into_iter().map(finish).collect())
}
