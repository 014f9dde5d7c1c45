//! The same row twice: records of one identity become one.

use std::collections::HashMap;

use super::identity::Identity;
use super::patch::AnyPatch;
use super::record::{Record, Remove, What};
use crate::changeset::{OtherVersion, RowsAt, join_conditions};
use crate::metadata::TableMeta;
use crate::value::Value;

/// What is to be done with a record.
pub(super) enum Task {
    /// A row to be inserted.
    Insert,
    /// A row that is there, or will be.
    Write(Write),
}

/// What is done to a row: what all records of it say.
pub(super) struct Write {
    /// The key of the row, if it is known.
    pub(super) key: Option<Vec<Value>>,
    /// The changes, in the order said.
    parts: Vec<Part>,
    pub(super) remove: Option<Remove>,
    /// What is known of the row as it was, by position of the column.
    pub(super) before: Vec<Option<Value>>,
    /// The record that can read the row, if one can.
    pub(super) reader: Option<usize>,
}

/// Changes of a row.
enum Part {
    Known(Box<dyn AnyPatch>),
    /// Those of a record, made of the keys that it takes.
    Of(usize),
}

/// What is done to a row, all added up.
pub(super) struct Sum {
    pub(super) key: Vec<Value>,
    /// What is changed, of a row to be removed along with that.
    pub(super) patch: Option<Box<dyn AnyPatch>>,
    /// What the row must have beside its key.
    pub(super) only_if: Vec<(usize, Value)>,
}

impl Sum {
    pub(super) fn copy(&self) -> Self {
        Sum {
            key: self.key.clone(),
            patch: self.patch.as_ref().map(|patch| patch.copy()),
            only_if: self.only_if.clone(),
        }
    }
}

/// What is said of rows that were read twice.
pub(super) const TWO_VERSIONS: &str = "was read in two versions";

impl Write {
    /// The records whose changes are made of keys.
    pub(super) fn made(&self) -> impl Iterator<Item = usize> + '_ {
        self.parts.iter().filter_map(|part| match part {
            Part::Of(record) => Some(*record),
            Part::Known(_) => None,
        })
    }

    /// Whether the row stays, and says that it is deleted.
    pub(super) fn is_soft(&self, table: &TableMeta) -> bool {
        let forever = |remove: &Remove| remove.forever;
        table.deleted_at.is_some() && !self.remove.as_ref().is_none_or(forever)
    }

    /// All of it added up, with the changes that records made; `None` if those of one are missing.
    ///
    /// # Errors
    /// If the row was read in two versions.
    pub(super) fn sum(
        &self,
        table: &TableMeta,
        mut made: impl FnMut(usize) -> Option<Box<dyn AnyPatch>>,
    ) -> Result<Option<Sum>, OtherVersion> {
        let mut sum: Option<Box<dyn AnyPatch>> = None;
        for part in &self.parts {
            let patch = match part {
                Part::Known(patch) => patch.copy(),
                Part::Of(record) => match made(*record) {
                    Some(patch) => patch,
                    None => return Ok(None),
                },
            };
            match &mut sum {
                Some(sum) => sum.join(patch)?,
                None => sum = Some(patch),
            }
        }
        let conditions = sum.as_ref().map(|patch| patch.conditions().to_vec());
        let mut only_if = conditions.unwrap_or_default();
        let key = match (&self.remove, &sum) {
            (Some(remove), _) => {
                join_conditions(&mut only_if, remove.only_if.clone(), table.version)?;
                remove.key.clone()
            }
            (None, Some(patch)) => patch.key().to_vec(),
            (None, None) => return Ok(None),
        };
        let patch = sum.filter(|_| self.remove.is_none() || self.is_soft(table));
        Ok(Some(Sum {
            key,
            patch,
            only_if,
        }))
    }

    /// Adds what a later record says of the row.
    fn join(&mut self, later: Write, table: &TableMeta) -> Result<(), &'static str> {
        if self.remove.is_some() && !later.parts.is_empty() {
            return Err("is removed, and then changed");
        }
        self.parts.extend(later.parts);
        match (&mut self.remove, later.remove) {
            (Some(earlier), Some(later)) => {
                let joined = join_conditions(&mut earlier.only_if, later.only_if, table.version);
                joined.map_err(|OtherVersion| TWO_VERSIONS)?;
                earlier.forever |= later.forever;
            }
            (None, later) => self.remove = later,
            (Some(_), None) => {}
        }
        // The later row may be the changed one: what was read first is what is there.
        know(&mut self.before, &later.before);
        self.reader = self.reader.or(later.reader);
        Ok(())
    }
}

/// Which row a record is of: by its key, or by two that stand in for one and the records they are of.
#[derive(PartialEq, Eq, Hash)]
struct Row([Identity; 2], Vec<usize>);

/// The tasks of records, by the position of the first record of a row.
///
/// Changes of one row are added up, and of one column the last counts. A row that is changed and
/// then removed is removed. `made` are the changes that records make of keys that stand in; rows that
/// were [unread](super::unread) may be known, by the record that reads them.
///
/// # Errors
/// A row that is removed and then changed, that was read in two versions, or that is of two models.
pub(super) fn merge<S>(
    records: &[Record<S>],
    made: impl Fn(usize) -> Option<[Vec<Value>; 2]>,
    known: &HashMap<usize, Vec<Option<Value>>>,
) -> Result<Vec<(usize, Task)>, String> {
    let mut tasks: Vec<(usize, Task)> = Vec::with_capacity(records.len());
    let mut seen: HashMap<Row, usize> = HashMap::new();
    for (position, record) in records.iter().enumerate() {
        let unknown = || vec![None; record.table.columns.len()];
        let (keys, part, remove, before) = match &record.what {
            What::Add(_) => {
                tasks.push((position, Task::Insert));
                continue;
            }
            What::Change(patch, before) => {
                let key = patch.key().to_vec();
                let part = Part::Known(patch.copy());
                (Some([key.clone(), key]), Some(part), None, before.clone())
            }
            What::ChangeOf(_) => (made(position), Some(Part::Of(position)), None, unknown()),
            What::Remove(remove, before) => {
                let keys = [remove.key.clone(), remove.key.clone()];
                (Some(keys), None, Some(remove.clone()), before.clone())
            }
        };
        let known_key = keys.as_ref().filter(|[one, other]| one == other);
        let mut write = Write {
            key: known_key.map(|[key, _]| key.clone()),
            parts: part.into_iter().collect(),
            remove,
            before,
            reader: record.reader.is_some().then_some(position),
        };
        if let Some(row) = known.get(&position) {
            know(&mut write.before, row);
        }
        let row = keys.map(|keys| {
            let mut takes = match keys[0] == keys[1] {
                true => Vec::new(),
                false => record.takes.clone(),
            };
            takes.sort_unstable();
            takes.dedup();
            Row(keys.map(|key| Identity::new(record.table, key)), takes)
        });
        let at = row.as_ref().and_then(|row| seen.get(row)).copied();
        let Some((first, Task::Write(earlier))) = at.map(|at| &mut tasks[at]) else {
            seen.extend(row.map(|row| (row, tasks.len())));
            tasks.push((position, Task::Write(write)));
            continue;
        };
        if records[*first].model != record.model {
            return Err(format!(
                "{} is written by two models of its table, {} too",
                record.object, records[*first].object
            ));
        }
        let joined = earlier.join(write, record.table);
        joined.map_err(|why| format!("{} {why}", record.object))?;
    }
    Ok(tasks)
}

/// Fills in what was not known of a row before.
fn know(earlier: &mut [Option<Value>], later: &[Option<Value>]) {
    for (known, value) in earlier.iter_mut().zip(later) {
        if known.is_none() {
            known.clone_from(value);
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
