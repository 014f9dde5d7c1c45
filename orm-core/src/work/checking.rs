//! [`Checking`]: each record of a unit as an operation, and what is wrong with it.

use std::collections::HashMap;

use super::collect::UnitOfWork;
use super::identity::Identity;
use super::merge::Task;
use super::op::{Act, Op};
use super::record::{AnyDraft, Change, What};
use crate::backend::Database;
use crate::column::ColumnError;
use crate::error::{Error, ErrorKind, FieldError, Result};
use crate::id::TimeIds;
use crate::metadata::TableMeta;
use crate::operation::Link;
use crate::value::{Kind, Value};

/// The key of a row to be inserted, as far as it can be told: two that are equal, or two that
/// stand in for one which only the database makes.
#[derive(Clone)]
struct Keys([Vec<Value>; 2]);

impl Keys {
    fn are_known(&self) -> bool {
        self.0[0] == self.0[1]
    }
}

/// Makes operations of records, in their order, and keeps what is wrong with them.
pub(super) struct Checking<'w> {
    ids: &'w TimeIds,
    database: Database,
    keys: Vec<Option<Keys>>,
    pub(super) broken: Vec<FieldError>,
}

impl<'w> Checking<'w> {
    pub(super) fn new(ids: &'w TimeIds, database: Database, records: usize) -> Self {
        Checking {
            ids,
            database,
            keys: vec![None; records],
            broken: Vec::new(),
        }
    }

    /// A record as an operation, with its draft if that is final.
    ///
    /// # Errors
    /// If a key is none of its type.
    pub(super) fn op<S: Link>(
        &mut self,
        work: &UnitOfWork<S>,
        position: usize,
        task: &Task,
    ) -> Result<(Op, Option<Box<dyn AnyDraft>>)> {
        let record = &work.records[position];
        let table = record.table;
        let unknown = || vec![None; table.columns.len()];
        let mut op = Op {
            act: Act::Insert,
            table,
            object: record.object.clone(),
            record: position,
            takes: record.takes.clone(),
            key: None,
            before: unknown(),
            written: unknown(),
        };
        let mut final_draft = None;
        match (task, &record.what) {
            (Task::Insert, What::Add(rows)) => {
                let Some([one, two]) = self.taken(&record.takes) else {
                    return Ok((op, None));
                };
                let draft = |keys: &[Vec<Value>]| {
                    let draft = rows.draft(keys);
                    let mut draft = draft.map_err(|error| no_key(&record.object, &error))?;
                    draft.complete(self.ids, self.database);
                    Ok::<_, Error>(draft)
                };
                let is_final = one == two;
                let [one, two] = match (draft(&one), is_final) {
                    (one, true) => [Some(one?), None],
                    (one, false) => [one.ok(), draft(&two).ok()],
                };
                let Some(draft) = one else {
                    return Ok((op, None)); // a key that stands in was none of its type
                };
                let other = two.as_deref();
                let values = 0..table.columns.len();
                op.written = values
                    .map(|at| agreed(draft.value(at), other.map(|draft| draft.value(at))))
                    .collect();
                let errors = draft.errors(self.database);
                let others = other.map(|draft| draft.errors(self.database));
                self.report(&op, errors, others, |column| {
                    other.is_none_or(|other| draft.value(column) == other.value(column))
                });
                self.keys[position] = stand_ins(table, [&*draft, other.unwrap_or(&*draft)]);
                let known = self.keys[position].as_ref().filter(|keys| keys.are_known());
                op.key = known.map(|keys| keys.0[0].clone());
                final_draft = is_final.then_some(draft);
            }
            (Task::ChangeOf, What::ChangeOf(changes)) => {
                op.act = Act::Update;
                let taken = self.taken(&record.takes);
                let tried = taken.map(|keys| keys.map(|keys| changes(&keys).ok()));
                if let Some([Some(one), Some(two)]) = tried {
                    let value = |change: &Change, at: usize| {
                        let mut of = change.changes.iter();
                        of.find(|(column, _)| *column == at)
                            .map(|(_, value)| value.clone())
                    };
                    let same = |at| value(&one, at) == value(&two, at);
                    let columns = 0..table.columns.len();
                    op.written = columns
                        .map(|at| value(&one, at).filter(|_| same(at)))
                        .collect();
                    op.key = (one.key == two.key).then(|| one.key.clone());
                    let errors = one.errors(table, self.database);
                    self.report(&op, errors, Some(two.errors(table, self.database)), same);
                }
            }
            (Task::Change(change), _) => {
                op.act = Act::Update;
                op.key = Some(change.key.clone());
                op.before.clone_from(&change.before);
                for (column, value) in &change.changes {
                    op.written[*column] = Some(value.clone());
                }
                self.report(&op, change.errors(table, self.database), None, |_| true);
            }
            (Task::Remove(remove), _) => {
                let soft = table.deleted_at.is_some() && !remove.forever;
                op.act = if soft { Act::SoftDelete } else { Act::Delete };
                op.key = Some(remove.key.clone());
                op.before.clone_from(&remove.before);
                for (column, value) in table.key.iter().zip(&remove.key) {
                    op.before[*column] = Some(value.clone());
                }
            }
            (Task::Insert | Task::ChangeOf, _) => {}
        }
        Ok((op, final_draft))
    }

    /// The keys of records; `None` if nothing can stand in for one.
    fn taken(&self, records: &[usize]) -> Option<[Vec<Vec<Value>>; 2]> {
        let keys = records.iter().map(|record| self.keys[*record].clone());
        let keys = keys.collect::<Option<Vec<Keys>>>()?;
        let nth = |nth: usize| keys.iter().map(|Keys(both)| both[nth].clone()).collect();
        Some([nth(0), nth(1)])
    }

    /// Keeps errors, of two tries those that are not of a key which stands in.
    fn report(
        &mut self,
        op: &Op,
        errors: Vec<FieldError>,
        others: Option<Vec<FieldError>>,
        same: impl Fn(usize) -> bool,
    ) {
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

    /// Two rows of one key cannot be inserted.
    pub(super) fn check_keys(&mut self, ops: &[Op]) {
        let mut seen: HashMap<Identity, &str> = HashMap::new();
        for op in ops.iter().filter(|op| op.act == Act::Insert) {
            let Some(identity) = op.identity() else {
                continue;
            };
            if let Some(first) = seen.insert(identity, &op.object) {
                let field = op
                    .table
                    .key_columns()
                    .next()
                    .map_or("", |column| column.field);
                let message = format!("is the key of {first} too");
                let error = FieldError::new(field, "unique", message);
                self.broken.push(error.within(&op.object));
            }
        }
    }
}

/// A value that two tries have in common.
fn agreed(one: Option<&Value>, other: Option<Option<&Value>>) -> Option<Value> {
    one.filter(|one| other.is_none_or(|other| other == Some(one)))
        .cloned()
}

/// The key of a draft and of another one; what the database makes of it is stood in for.
fn stand_ins(table: &TableMeta, drafts: [&dyn AnyDraft; 2]) -> Option<Keys> {
    let key = |nth: usize| {
        let values = table
            .key
            .iter()
            .map(|index| match drafts[nth].value(*index) {
                Some(value) if !value.is_null() => Some(value.clone()),
                _ => stand_in(table.columns[*index].kind, nth),
            });
        values.collect::<Option<Vec<Value>>>()
    };
    Some(Keys([key(0)?, key(1)?]))
}

fn stand_in(kind: Kind, nth: usize) -> Option<Value> {
    match kind {
        Kind::Uuid => Some(Value::Uuid(uuid::Uuid::from_u128(nth as u128 + 1))),
        kind if kind.is_integer() => Some(Value::integer(kind, if nth == 0 { 1 } else { 2 })),
        _ => None,
    }
}

pub(super) fn no_key(object: &str, error: &ColumnError) -> Error {
    let message = format!("{object} takes a key that is none of its type: {error}");
    Error::new(ErrorKind::Conversion, message)
}
