//! [`Checking`]: each record of a unit as an operation, and what is wrong with it.

use std::collections::HashMap;

use super::collect::UnitOfWork;
use super::identity::Identity;
use super::merge::{TWO_VERSIONS, Task, Write};
use super::op::{Act, Op, Written};
use super::patch::AnyPatch;
use super::record::{AnyDraft, Record, What};
use crate::backend::Database;
use crate::column::ColumnError;
use crate::error::{Error, ErrorKind, FieldError, Result};
use crate::hooks::Hooks;
use crate::id::TimeIds;
use crate::metadata::TableMeta;
use crate::operation::Link;
use crate::value::{Kind, Value};

/// The key of a row to be inserted, as far as it can be told: two that are equal, or two that
/// stand in for one which only the database makes, or are made of such.
#[derive(Clone)]
struct Keys {
    both: [Vec<Value>; 2],
    /// Whether a column is stood in for, and not made of another row's key.
    own: bool,
}

impl Keys {
    fn are_known(&self) -> bool {
        self.both[0] == self.both[1]
    }
}

/// What the functions of a record make of keys: of those that are known, or twice of two that stand in.
enum Made {
    Nothing,
    Final(Box<dyn AnyDraft>),
    /// Drafts; without the second where a key that stands in was none of its type.
    Drafts(Box<dyn AnyDraft>, Option<Box<dyn AnyDraft>>),
    Patches([Box<dyn AnyPatch>; 2]),
}

/// Makes operations of records, in their order, and keeps what is wrong with them.
pub(super) struct Checking<'w, S> {
    work: &'w UnitOfWork<S>,
    ids: &'w TimeIds,
    database: Database,
    hooks: Option<&'w Hooks>,
    keys: Vec<Option<Keys>>,
    made: Vec<Made>,
    pub(super) broken: Vec<FieldError>,
}

impl<'w, S: Link> Checking<'w, S> {
    /// Asks the functions of all records.
    ///
    /// # Errors
    /// If a key is none of its type.
    pub(super) fn new(
        work: &'w UnitOfWork<S>,
        ids: &'w TimeIds,
        database: Database,
        hooks: Option<&'w Hooks>,
    ) -> Result<Self> {
        let mut checking = Checking {
            work,
            ids,
            database,
            hooks,
            keys: vec![None; work.records.len()],
            made: Vec::with_capacity(work.records.len()),
            broken: Vec::new(),
        };
        for (position, record) in work.records.iter().enumerate() {
            let made = checking.make(position, record)?;
            checking.made.push(made);
        }
        Ok(checking)
    }

    fn make(&mut self, position: usize, record: &Record<S>) -> Result<Made> {
        let Some([one, two]) = self.taken(&record.takes) else {
            return Ok(Made::Nothing);
        };
        match &record.what {
            What::Add(rows) => {
                let draft = |keys: &[Vec<Value>]| {
                    let draft = rows.draft(keys);
                    let mut draft = draft.map_err(|error| no_key(&record.object, &error))?;
                    draft.complete(self.ids, self.database);
                    Ok::<_, Error>(draft)
                };
                let made = match (draft(&one), one == two) {
                    (one, true) => Made::Final(one?),
                    (Err(_), false) => Made::Nothing,
                    (Ok(one), false) => Made::Drafts(one, draft(&two).ok()),
                };
                self.keys[position] = match &made {
                    Made::Final(draft) => keys(record.table, [&**draft; 2], position),
                    Made::Drafts(one, two) => {
                        let other = two.as_deref().unwrap_or(&**one);
                        keys(record.table, [&**one, other], position)
                    }
                    Made::Nothing | Made::Patches(_) => None,
                };
                Ok(made)
            }
            What::ChangeOf(patch) => Ok(match (patch(&one), patch(&two)) {
                (Ok(one), Ok(two)) => Made::Patches([one, two]),
                _ => Made::Nothing,
            }),
            What::Change(..) | What::Remove(..) => Ok(Made::Nothing),
        }
    }

    /// The keys of records; `None` if nothing can stand in for one.
    fn taken(&self, records: &[usize]) -> Option<[Vec<Vec<Value>>; 2]> {
        let keys = records.iter().map(|record| self.keys[*record].clone());
        let keys = keys.collect::<Option<Vec<Keys>>>()?;
        let nth = |nth: usize| keys.iter().map(|keys| keys.both[nth].clone()).collect();
        Some([nth(0), nth(1)])
    }

    /// The keys of the row that a record changes, as far as they can be told.
    pub(super) fn changed(&self, record: usize) -> Option<[Vec<Value>; 2]> {
        match &self.made[record] {
            Made::Patches([one, two]) => Some([one.key().to_vec(), two.key().to_vec()]),
            _ => None,
        }
    }

    /// A record as an operation, with its draft if that is final; `None` if there is nothing to do.
    ///
    /// # Errors
    /// If a row was read in two versions.
    pub(super) fn op(
        &mut self,
        position: usize,
        task: &Task,
    ) -> Result<Option<(Op, Option<Box<dyn AnyDraft>>)>> {
        let record = &self.work.records[position];
        let columns = record.table.columns.len();
        let mut op = Op {
            act: Act::Insert,
            table: record.table,
            object: record.object.clone(),
            record: position,
            takes: record.takes.clone(),
            key: None,
            before: vec![None; columns],
            written: vec![Written::Nothing; columns],
        };
        match task {
            Task::Insert => {
                let draft = self.insert(&mut op);
                Ok(Some((op, draft)))
            }
            Task::Write(write) => Ok(self.write(&mut op, write)?.then_some((op, None))),
        }
    }

    fn insert(&mut self, op: &mut Op) -> Option<Box<dyn AnyDraft>> {
        let made = std::mem::replace(&mut self.made[op.record], Made::Nothing);
        let (draft, other, is_final) = match made {
            Made::Final(draft) => (draft, None, true),
            Made::Drafts(draft, other) => (draft, other, false),
            Made::Nothing | Made::Patches(_) => return None,
        };
        let other = other.as_deref();
        op.written = (0..op.table.columns.len())
            .map(|at| agreed(draft.value(at), other.map(|draft| draft.value(at))))
            .collect();
        let errors = draft.errors(self.database);
        let others = other.map(|draft| draft.errors(self.database));
        self.report(op, errors, others, |column| {
            other.is_none_or(|other| draft.value(column) == other.value(column))
        });
        let known = self.keys[op.record]
            .as_ref()
            .filter(|keys| keys.are_known());
        op.key = known.map(|keys| keys.both[0].clone());
        is_final.then_some(draft)
    }

    /// Whether there is something to be written.
    fn write(&mut self, op: &mut Op, write: &Write) -> Result<bool> {
        let table = op.table;
        for record in write.made() {
            let takes = self.work.records[record].takes.iter();
            op.takes.extend(
                takes
                    .filter(|one| !op.takes.contains(one))
                    .copied()
                    .collect::<Vec<_>>(),
            );
        }
        op.before.clone_from(&write.before);
        if let Some(key) = &write.key {
            for (column, value) in table.key.iter().zip(key) {
                op.before[*column] = Some(value.clone());
            }
            op.object = Identity::new(table, key.clone()).to_string();
            op.key = Some(key.clone());
        }
        op.act = match &write.remove {
            None => Act::Update,
            Some(_) if write.is_soft(table) => Act::SoftDelete,
            Some(_) => Act::Delete,
        };
        let nth = |nth: usize| {
            let sum = write.sum(table, |record| match &self.made[record] {
                Made::Patches(both) => Some(both[nth].copy()),
                _ => None,
            });
            sum.map_err(|_| {
                let message = format!("{} {TWO_VERSIONS}", op.object);
                Error::new(ErrorKind::Refused, message)
            })
        };
        let is_made = write.made().next().is_some();
        let two = if is_made { nth(1)? } else { None };
        let (Some(one), true) = (nth(0)?, two.is_some() == is_made) else {
            return Ok(true); // a key that stands in was none of its type
        };
        let two = two.unwrap_or_else(|| one.copy());
        if let (Some(position), Act::SoftDelete) = (table.deleted_at, op.act) {
            let now = Value::instant(table.columns[position].kind, self.ids.now());
            op.written[position] = Written::Value(now);
        }
        let (Some(one), Some(two)) = (one.patch, two.patch) else {
            return Ok(true);
        };
        let same = |at| set(&*one, at) == set(&*two, at);
        for at in 0..table.columns.len() {
            match agreed(set(&*one, at), Some(set(&*two, at))) {
                Written::Nothing => {}
                written => op.written[at] = written,
            }
        }
        let others = is_made.then(|| two.errors(self.database));
        self.report(op, one.errors(self.database), others, same);
        Ok(is_made || op.act != Act::Update || !one.changes().is_empty())
    }

    /// Keeps errors, of two tries those that are not of a key which stands in.
    fn report(
        &mut self,
        op: &Op,
        errors: Vec<FieldError>,
        others: Option<Vec<FieldError>>,
        same: impl Fn(usize) -> bool,
    ) {
        // Rules are checked behind the hooks, which may change what breaks them.
        let model = self.work.records[op.record].model;
        if self.hooks.is_some_and(|hooks| hooks.are_of(model)) {
            return;
        }
        let is_sure = |error: &FieldError| {
            let Some(others) = &others else { return true };
            let column = op
                .table
                .columns
                .iter()
                .position(|column| column.field == error.field);
            column.is_none_or(&same)
                && others
                    .iter()
                    .any(|other| other.field == error.field && other.code == error.code)
        };
        let errors = errors.into_iter().filter(is_sure);
        self.broken
            .extend(errors.map(|error| error.within(&op.object)));
    }

    /// Two rows of one key cannot be there, and a row that is deleted softly is.
    pub(super) fn check_keys(&mut self, ops: &[Op]) {
        let mut seen: HashMap<([Identity; 2], Vec<usize>), &Op> = HashMap::new();
        let buried = ops.iter().filter(|op| op.act == Act::SoftDelete);
        let inserted = ops.iter().filter(|op| op.act == Act::Insert);
        for op in buried.chain(inserted) {
            let Some(row) = self.row(op) else { continue };
            if let Some(first) = seen.insert(row, op) {
                let field = op.table.key_columns().next();
                let field = field.map_or("", |column| column.field);
                let message = match first.act {
                    Act::SoftDelete => format!(
                        "is the key of {} too, which is deleted softly and so stays",
                        first.object
                    ),
                    _ => format!("is the key of {} too", first.object),
                };
                let error = FieldError::new(field, "unique", message);
                self.broken.push(error.within(&op.object));
            }
        }
    }

    /// Which row an operation is of: its key, or two that are made of the same keys.
    fn row(&self, op: &Op) -> Option<([Identity; 2], Vec<usize>)> {
        if let Some(identity) = op.identity() {
            return Some(([identity.clone(), identity], Vec::new()));
        }
        let keys = self.keys[op.record].as_ref().filter(|keys| !keys.own)?;
        let mut takes = op.takes.clone();
        takes.sort_unstable();
        takes.dedup();
        let both = keys.both.clone();
        Some((both.map(|key| Identity::new(op.table, key)), takes))
    }
}

/// What a patch sets a column to.
fn set(patch: &dyn AnyPatch, column: usize) -> Option<&Value> {
    let mut changes = patch.changes().iter();
    changes
        .find(|(of, _)| *of == column)
        .map(|(_, value)| value)
}

/// What two tries write to a column.
fn agreed(one: Option<&Value>, other: Option<Option<&Value>>) -> Written {
    match (one, other) {
        (None, None | Some(None)) => Written::Nothing,
        (Some(one), None) => Written::Value(one.clone()),
        (Some(one), Some(Some(other))) if one == other => Written::Value(one.clone()),
        _ => Written::Unknown,
    }
}

/// The key of a draft and of another one; what the database makes of it is stood in for, by values
/// that stand in for that of no other record.
fn keys(table: &TableMeta, drafts: [&dyn AnyDraft; 2], record: usize) -> Option<Keys> {
    let mut own = false;
    let mut key = |nth: usize| {
        let values = table
            .key
            .iter()
            .map(|index| match drafts[nth].value(*index) {
                Some(value) if !value.is_null() => Some(value.clone()),
                _ => {
                    own = true;
                    stand_in(table.columns[*index].kind, 2 * record + nth)
                }
            });
        values.collect::<Option<Vec<Value>>>()
    };
    let both = [key(0)?, key(1)?];
    Some(Keys { both, own })
}

/// A key that no row has; of the kinds that have few, they come again.
fn stand_in(kind: Kind, nth: usize) -> Option<Value> {
    const BYTE: usize = 126;
    const SMALL: usize = 0x7FFE;
    let within = |most: usize| nth % most + 1;
    match kind {
        Kind::Uuid => Some(Value::Uuid(uuid::Uuid::from_u128(nth as u128 + 1))),
        Kind::I8 | Kind::U8 => i16::try_from(within(BYTE)).ok().map(Value::I16),
        Kind::I16 => i16::try_from(within(SMALL)).ok().map(Value::I16),
        Kind::U16 => i32::try_from(within(SMALL)).ok().map(Value::I32),
        Kind::I32 => i32::try_from(nth + 1).ok().map(Value::I32),
        Kind::U32 | Kind::I64 => i64::try_from(nth + 1).ok().map(Value::I64),
        Kind::U64 => u64::try_from(nth + 1).ok().map(Value::U64),
        _ => None,
    }
}

pub(super) fn no_key(object: &str, error: &ColumnError) -> Error {
    let message = format!("{object} takes a key that is none of its type: {error}");
    Error::new(ErrorKind::Conversion, message)
}
