//! What is sent: forms and changes, with the keys that they take, behind their hooks.

use std::collections::HashMap;

use super::checking::no_key;
use super::edges::nulled;
use super::flush::Running;
use super::merge::{Sum, TWO_VERSIONS, Task, Write};
use super::patch::AnyPatch;
use super::reading::by_model;
use super::record::{AnyDraft, What, database_of};
use crate::error::{Error, ErrorKind, FieldError, Invalid, Result};
use crate::hooks::Hooks;
use crate::id::TimeIds;
use crate::operation::Link;
use crate::value::Value;

impl<S: Link> Running<'_, S> {
    /// The hooks, if there are some of the model of an operation.
    fn hooks_of<'l>(&self, link: &'l S, at: usize) -> Option<&'l Hooks> {
        let model = self.work.records[self.plan.ops[at].record].model;
        link.hooks().filter(|hooks| hooks.are_of(model))
    }

    /// Hooks behind the rules of what an operation writes.
    ///
    /// # Errors
    /// What one refuses with.
    pub(super) fn validated(
        &self,
        link: &S,
        at: usize,
        ask: impl FnOnce(&Hooks) -> Result<()>,
    ) -> Result<()> {
        let asked = self.hooks_of(link, at).map_or(Ok(()), ask);
        asked.map_err(|error| error.within(&self.plan.ops[at].object).on(link.name()))
    }

    /// Whether there are hooks of the model of an operation.
    pub(super) fn is_hooked(&self, link: &S, at: usize) -> bool {
        self.hooks_of(link, at).is_some()
    }

    /// The draft of an operation, with foreign keys that come behind left out.
    pub(super) fn draft(
        &mut self,
        link: &S,
        at: usize,
        broken: &mut Vec<FieldError>,
    ) -> Result<Option<Box<dyn AnyDraft>>> {
        let op = &self.plan.ops[at];
        let mut is_late = false;
        let mut draft = match self.plan.drafts[at].take() {
            Some(draft) => draft,
            None => {
                let What::Add(rows) = &self.work.records[op.record].what else {
                    return Ok(None);
                };
                let made = rows.draft(&self.keys(&op.takes));
                let made = made.map_err(|error| no_key(&op.object, &error).on(link.name()));
                let mut draft = made?;
                draft.complete(link.ids(), database_of::<S>());
                is_late = true;
                draft
            }
        };
        if let Some(hooks) = self.hooks_of(link, at) {
            is_late = true;
            let hooked = draft.before(hooks);
            hooked.map_err(|error| error.within(&op.object).on(link.name()))?;
        }
        if is_late {
            let errors = draft.errors(database_of::<S>()).into_iter();
            broken.extend(errors.map(|error| error.within(&op.object)));
        }
        let apart = self.plan.apart.iter();
        let apart = apart.filter(|one| one.of == at && !one.clears);
        let columns: Vec<(usize, Vec<usize>)> = apart
            .map(|apart| {
                let columns = nulled(op.table, &op.table.foreign_keys[apart.foreign_key]);
                (apart.foreign_key, columns.collect())
            })
            .collect();
        // All are kept before one is NULL: two of them may share a column.
        for (foreign_key, columns) in &columns {
            let held = columns.iter();
            let held = held.filter_map(|at| Some((*at, draft.value(*at)?.clone())));
            self.behind.insert((at, *foreign_key), held.collect());
        }
        for column in columns.into_iter().flat_map(|(_, columns)| columns) {
            draft.give(column, Value::Null(op.table.columns[column].kind));
        }
        Ok(Some(draft))
    }

    fn keys(&self, records: &[usize]) -> Vec<Vec<Value>> {
        let key = |record: &usize| self.rows[*record].as_ref().map(|row| row.key.clone());
        records.iter().filter_map(key).collect()
    }

    /// What an operation writes, with the keys that it takes.
    pub(super) fn sum(&self, link: &S, at: usize, write: &Write) -> Result<Option<Sum>> {
        let op = &self.plan.ops[at];
        let mut made: HashMap<usize, Box<dyn AnyPatch>> = HashMap::new();
        for record in write.made() {
            if let What::ChangeOf(patch) = &self.work.records[record].what {
                let patch = patch(&self.keys(&self.work.records[record].takes));
                let patch = patch.map_err(|error| no_key(&op.object, &error).on(link.name()));
                made.insert(record, patch?);
            }
        }
        let sum = write.sum(op.table, |record| made.remove(&record));
        sum.map_err(|_| {
            let message = format!("{} {TWO_VERSIONS}", op.object);
            Error::new(ErrorKind::Refused, message).on(link.name())
        })
    }

    /// What operations write, by their models, behind their hooks.
    ///
    /// # Errors
    /// All broken rules; what a hook refuses with.
    pub(super) fn sums(&self, link: &S, batch: &[usize]) -> Result<Vec<Vec<(usize, Sum)>>> {
        let (mut sums, mut broken) = (Vec::with_capacity(batch.len()), Vec::new());
        for at in batch {
            if let Task::Write(write) = &self.plan.tasks[*at] {
                let Some(mut sum) = self.sum(link, *at, write)? else {
                    continue;
                };
                let object = &self.plan.ops[*at].object;
                let hooks = self.hooks_of(link, *at);
                if let Some(hooks) = hooks {
                    let hooked = before(hooks, link.ids(), write, &mut sum);
                    hooked.map_err(|error| error.within(object).on(link.name()))?;
                }
                if let (true, Some(patch)) =
                    (hooks.is_some() || write.made().next().is_some(), &sum.patch)
                {
                    let errors = patch.errors(database_of::<S>()).into_iter();
                    broken.extend(errors.map(|error| error.within(object)));
                }
                sums.push((*at, sum));
            }
        }
        if !broken.is_empty() {
            return Err(Error::from(Invalid::new(broken)).on(link.name()));
        }
        for (at, sum) in &sums {
            if let Some(patch) = &sum.patch {
                self.validated(link, *at, |hooks| patch.validated(hooks))?;
            }
        }
        Ok(by_model(self.work, sums, |(at, _)| {
            self.plan.ops[*at].record
        }))
    }
}

/// Hooks before a row is changed or removed.
fn before(hooks: &Hooks, ids: &TimeIds, write: &Write, sum: &mut Sum) -> Result<()> {
    if let Some(patch) = &mut sum.patch {
        patch.before(hooks, ids)?;
    }
    match &write.remove {
        Some(remove) => remove.deletes.before(hooks, &sum.key, &sum.only_if),
        None => Ok(()),
    }
}
