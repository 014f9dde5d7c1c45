//! The same row twice: records of one identity become one.

use std::collections::HashMap;

use super::identity::Identity;
use super::record::{Change, Record, Remove, What};
use crate::changeset::RowsAt;
use crate::metadata::TableMeta;
use crate::value::{Value, compare};

/// What is to be done with a record.
pub(super) enum Task {
    /// A row to be inserted.
    Insert,
    /// Changes, those of all records of the row.
    Change(Change),
    /// Changes of a row whose key is not known yet.
    ChangeOf,
    /// A row to be deleted.
    Remove(Remove),
}

/// The tasks of records, by the position of the first record of a row.
///
/// Changes of one row are added up, and of one column the last counts. A row that is changed and
/// then removed is removed. Rows that are known by their key alone may have been read, by record.
///
/// # Errors
/// A row that is removed and then changed, or that was read in two versions.
pub(super) fn merge<S>(
    records: &[Record<S>],
    known: &HashMap<usize, Vec<Option<Value>>>,
) -> Result<Vec<(usize, Task)>, String> {
    let mut tasks: Vec<Option<(usize, Task)>> = Vec::with_capacity(records.len());
    let mut seen: HashMap<Identity, usize> = HashMap::new();
    for (position, record) in records.iter().enumerate() {
        let (key, task) = match &record.what {
            What::Add(_) => (None, Task::Insert),
            What::ChangeOf(_) => (None, Task::ChangeOf),
            What::Change(change) => (Some(&change.key), Task::Change(change.clone())),
            What::Remove(remove) => {
                let mut task = remove.clone();
                know(
                    &mut task.before,
                    known.get(&position).cloned().unwrap_or_default(),
                );
                (Some(&remove.key), Task::Remove(task))
            }
        };
        let identity = key.map(|key| Identity::new(record.table, key.clone()));
        let before = identity.as_ref().and_then(|identity| seen.get(identity));
        let Some(before) = before.copied() else {
            seen.extend(identity.map(|identity| (identity, tasks.len())));
            tasks.push(Some((position, task)));
            continue;
        };
        if let Some((_, earlier)) = &mut tasks[before] {
            one_of(earlier, task, record.table)
                .map_err(|why| format!("{} {why}", record.object))?;
        }
    }
    Ok(tasks.into_iter().flatten().collect())
}

fn one_of(earlier: &mut Task, later: Task, table: &TableMeta) -> Result<(), &'static str> {
    match (&mut *earlier, later) {
        (Task::Change(earlier), Task::Change(later)) => {
            join_versions(&mut earlier.only_if, later.only_if, table)?;
            for (column, value) in later.changes {
                match earlier.changes.iter_mut().find(|(of, _)| *of == column) {
                    Some((_, before)) => *before = value,
                    None => earlier.changes.push((column, value)),
                }
            }
            know(&mut earlier.before, later.before);
            earlier.broken.extend(later.broken);
        }
        (Task::Change(change), Task::Remove(mut remove)) => {
            let mut only_if = std::mem::take(&mut change.only_if);
            join_versions(&mut only_if, remove.only_if, table)?;
            remove.only_if = only_if;
            let mut before = std::mem::take(&mut change.before);
            // The later row may be the changed one: what was read first is what is there.
            know(&mut before, remove.before);
            remove.before = before;
            *earlier = Task::Remove(remove);
        }
        (Task::Remove(earlier), Task::Remove(later)) => {
            join_versions(&mut earlier.only_if, later.only_if, table)?;
            know(&mut earlier.before, later.before);
            earlier.forever |= later.forever;
        }
        (Task::Remove(_), _) => return Err("is removed, and then changed"),
        // Neither of them has an identity before it is there.
        (Task::Insert | Task::ChangeOf, _) | (_, Task::Insert | Task::ChangeOf) => {}
    }
    Ok(())
}

/// Adds conditions that are not there yet.
fn join_versions(
    earlier: &mut Vec<(usize, Value)>,
    later: Vec<(usize, Value)>,
    table: &TableMeta,
) -> Result<(), &'static str> {
    for (column, value) in later {
        match earlier.iter().find(|(of, _)| *of == column) {
            Some((_, before)) if compare(before, &value).is_eq() => {}
            Some(_) if table.version == Some(column) => return Err("was read in two versions"),
            _ => earlier.push((column, value)),
        }
    }
    Ok(())
}

/// Fills in what was not known of a row before.
fn know(earlier: &mut [Option<Value>], later: Vec<Option<Value>>) {
    for (known, value) in earlier.iter_mut().zip(later) {
        if known.is_none() {
            *known = value;
        }
    }
}

/// The row of a key, and of conditions beside it.
pub(super) fn row_at(
    table: &'static TableMeta,
    key: &[Value],
    only_if: &[(usize, Value)],
) -> RowsAt {
    let key = table.key.iter().copied().zip(key.iter().cloned());
    RowsAt::one(table, key.chain(only_if.iter().cloned()).collect())
}
