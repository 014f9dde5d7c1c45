//! [`flush`]: a unit of work is sent.

use std::collections::{BTreeSet, HashMap};

use super::added::Flushed;
use super::checking::no_key;
use super::collect::UnitOfWork;
use super::edges::nulled;
use super::identity::Identity;
use super::merge::{Sum, TWO_VERSIONS, Task, Write};
use super::op::Act;
use super::patch::AnyPatch;
use super::plan::{Plan, plan};
use super::reading::{by_model, read_again, read_unread};
use super::record::{AnyDraft, Row, What, database_of};
use super::update::Sending;
use crate::error::{Error, ErrorKind, FieldError, Invalid, Result};
use crate::operation::{Link, Open};
use crate::value::Value;

/// Sends a unit of work, in a transaction; inside another, in a savepoint. Nothing is sent for a
/// unit that changes nothing.
///
/// # Errors
/// See [`Session::flush`](crate::session::Session::flush).
pub async fn flush<S: Link>(link: &mut S, work: &UnitOfWork<S>) -> Result<Flushed> {
    has_no_hooks(link, work)?;
    let planned = planned(link, work, &HashMap::new())?;
    let mut running = Running {
        rows: work.records.iter().map(|_| None).collect(),
        sending: Sending::new(link.ids().now()),
        here: HashMap::new(),
        again: BTreeSet::new(),
        behind: HashMap::new(),
        deleted: 0,
        updated: 0,
        work,
        plan: planned,
    };
    if !running.plan.batches.is_empty() {
        let mut open = Open::begin(link).await?;
        let sent = running.read_and_send(open.link()).await;
        open.finish(sent).await?;
    }
    Ok(Flushed::new(
        work.unit.clone(),
        running.rows,
        running.updated,
        running.deleted,
    ))
}

/// Its rows are written apart from their models, so hooks would be passed over in silence.
fn has_no_hooks<S: Link>(link: &S, work: &UnitOfWork<S>) -> Result<()> {
    let Some(hooks) = link.hooks() else {
        return Ok(());
    };
    let tables = work.records.iter().map(|record| record.table);
    let hooked = tables.into_iter().find(|table| hooks.are_of(table));
    hooked.map_or(Ok(()), |table| {
        let message = format!(
            "the engine has hooks of `{}`, which a unit of work does not call: write its rows by the \
             session",
            table.model
        );
        Err(Error::new(ErrorKind::Refused, message).on(link.name()))
    })
}

fn planned<S: Link>(
    link: &S,
    work: &UnitOfWork<S>,
    known: &HashMap<usize, Vec<Option<Value>>>,
) -> Result<Plan> {
    let plan = plan(work, link.ids(), database_of::<S>(), known);
    plan.map_err(|error| error.on(link.name()))
}

struct Running<'w, S> {
    work: &'w UnitOfWork<S>,
    plan: Plan,
    sending: Sending,
    /// The rows that were inserted, by their records.
    rows: Vec<Option<Row>>,
    here: HashMap<Identity, usize>,
    /// Rows that were written again after they were inserted, by their records.
    again: BTreeSet<usize>,
    /// What foreign keys that were NULL at an insert shall be, by operation and number of the key.
    behind: HashMap<(usize, usize), Vec<(usize, Value)>>,
    updated: usize,
    deleted: usize,
}

impl<S: Link> Running<'_, S> {
    async fn read_and_send(&mut self, link: &mut S) -> Result<()> {
        if !self.plan.unread.is_empty() {
            let known = read_unread(link, self.work, &self.plan.unread).await?;
            self.plan = planned(link, self.work, &known)?;
        }
        self.all(link).await
    }

    async fn all(&mut self, link: &mut S) -> Result<()> {
        for batch in std::mem::take(&mut self.plan.batches) {
            let ops = self.plan.ops.len();
            let (given, apart): (Vec<usize>, Vec<usize>) = batch.iter().partition(|at| **at < ops);
            for at in apart {
                self.write_apart(link, at - ops).await?;
            }
            let Some(first) = given.first() else { continue };
            match self.plan.ops[*first].act {
                Act::Insert => self.insert(link, &given).await?,
                Act::Update => self.update(link, &given).await?,
                Act::Delete | Act::SoftDelete => self.delete(link, &given).await?,
            }
        }
        let again = std::mem::take(&mut self.again);
        let read = read_again(link, self.work, again, &mut self.rows).await;
        read.map_err(|error| error.on(link.name()))
    }

    async fn insert(&mut self, link: &mut S, batch: &[usize]) -> Result<()> {
        let mut drafts = Vec::with_capacity(batch.len());
        let mut broken = Vec::new();
        for at in batch {
            let draft = self.draft(link, *at, &mut broken)?;
            drafts.extend(draft.map(|draft| (*at, draft)));
        }
        if !broken.is_empty() {
            return Err(Error::from(Invalid::new(broken)).on(link.name()));
        }
        // Two models may be of one table.
        let mut drafts = drafts.into_iter().peekable();
        while let Some((first, draft)) = drafts.next() {
            let record = self.plan.ops[first].record;
            let What::Add(model) = &self.work.records[record].what else {
                continue;
            };
            let (mut run, mut sent) = (vec![first], vec![draft]);
            while let Some((at, draft)) =
                drafts.next_if(|(_, next)| next.model() == sent[0].model())
            {
                run.push(at);
                sent.push(draft);
            }
            let inserted = model.insert(link, sent).await;
            let inserted = inserted.map_err(|error| error.within(self.named(&run)))?;
            for (at, row) in run.into_iter().zip(inserted) {
                let op = &self.plan.ops[at];
                self.here
                    .insert(Identity::new(op.table, row.key.clone()), op.record);
                self.rows[op.record] = Some(row);
            }
        }
        Ok(())
    }

    /// The draft of an operation, with foreign keys that come behind left out.
    fn draft(
        &mut self,
        link: &S,
        at: usize,
        broken: &mut Vec<FieldError>,
    ) -> Result<Option<Box<dyn AnyDraft>>> {
        let op = &self.plan.ops[at];
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
                let errors = draft.errors(database_of::<S>()).into_iter();
                broken.extend(errors.map(|error| error.within(&op.object)));
                draft
            }
        };
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
    fn sum(
        &self,
        link: &S,
        at: usize,
        write: &Write,
        broken: &mut Vec<FieldError>,
    ) -> Result<Option<Sum>> {
        let op = &self.plan.ops[at];
        let mut made: HashMap<usize, Box<dyn AnyPatch>> = HashMap::new();
        for record in write.made() {
            if let What::ChangeOf(patch) = &self.work.records[record].what {
                let patch = patch(&self.keys(&self.work.records[record].takes));
                let patch = patch.map_err(|error| no_key(&op.object, &error).on(link.name()));
                made.insert(record, patch?);
            }
        }
        let is_late = !made.is_empty();
        let sum = write.sum(op.table, |record| made.remove(&record));
        let sum = sum.map_err(|_| {
            let message = format!("{} {TWO_VERSIONS}", op.object);
            Error::new(ErrorKind::Refused, message).on(link.name())
        })?;
        if let (true, Some(patch)) = (is_late, sum.as_ref().and_then(|sum| sum.patch.as_ref())) {
            let errors = patch.errors(database_of::<S>()).into_iter();
            broken.extend(errors.map(|error| error.within(&op.object)));
        }
        Ok(sum)
    }

    /// What operations write, by their models.
    fn sums(&self, link: &S, batch: &[usize]) -> Result<Vec<Vec<(usize, Sum)>>> {
        let (mut sums, mut broken) = (Vec::with_capacity(batch.len()), Vec::new());
        for at in batch {
            if let Task::Write(write) = &self.plan.tasks[*at] {
                let sum = self.sum(link, *at, write, &mut broken)?;
                sums.extend(sum.map(|sum| (*at, sum)));
            }
        }
        if !broken.is_empty() {
            return Err(Error::from(Invalid::new(broken)).on(link.name()));
        }
        Ok(by_model(self.work, sums, |(at, _)| {
            self.plan.ops[*at].record
        }))
    }

    async fn update(&mut self, link: &mut S, batch: &[usize]) -> Result<()> {
        for mut model in self.sums(link, batch)? {
            model.retain(|(_, sum)| {
                let patch = sum.patch.as_ref();
                patch.is_some_and(|patch| !patch.changes().is_empty())
            });
            let Some((first, _)) = model.first() else {
                continue;
            };
            let table = self.plan.ops[*first].table;
            self.updated += model.len();
            let written = model.iter().filter_map(|(_, sum)| {
                let identity = Identity::new(table, sum.key.clone());
                self.here.get(&identity)
            });
            self.again.extend(written);
            let rows = model.into_iter().map(|(_, sum)| sum).collect();
            self.sending.update(link, table, rows).await?;
        }
        Ok(())
    }

    async fn delete(&mut self, link: &mut S, batch: &[usize]) -> Result<()> {
        for model in self.sums(link, batch)? {
            let Some((first, _)) = model.first() else {
                continue;
            };
            let table = self.plan.ops[*first].table;
            let is_hard = |(at, _): &(usize, Sum)| self.plan.ops[*at].act == Act::Delete;
            let (hard, soft): (Vec<_>, Vec<_>) = model.into_iter().partition(is_hard);
            let rows = |list: Vec<(usize, Sum)>| list.into_iter().map(|(_, sum)| sum).collect();
            self.deleted += self.sending.delete(link, table, rows(hard)).await?;
            self.deleted += self.sending.delete_softly(link, table, rows(soft)).await?;
        }
        Ok(())
    }

    /// Writes a foreign key on its own: behind an insert, or NULL before a delete. It is no change of
    /// its own: the version stays.
    async fn write_apart(&mut self, link: &mut S, nth: usize) -> Result<()> {
        let apart = self.plan.apart[nth];
        let op = &self.plan.ops[apart.of];
        let table = op.table;
        if let (true, Task::Write(write)) = (apart.clears, &self.plan.tasks[apart.of]) {
            let columns = nulled(table, &table.foreign_keys[apart.foreign_key]);
            let null = |column: usize| (column, Value::Null(table.columns[column].kind));
            let nulls = columns.map(null).collect();
            let Some(sum) = self.sum(link, apart.of, write, &mut Vec::new())? else {
                return Ok(());
            };
            // One that is gone needs nothing.
            self.sending.write(link, table, sum, nulls).await?;
            return Ok(());
        }
        let Some(row) = self.rows[op.record].as_ref() else {
            return Ok(());
        };
        let held = self.behind.remove(&(apart.of, apart.foreign_key));
        self.again.insert(op.record);
        let sum = Sum {
            key: row.key.clone(),
            patch: None,
            only_if: Vec::new(),
        };
        let key = crate::operation::show_key(&sum.key);
        match self
            .sending
            .write(link, table, sum, held.unwrap_or_default())
            .await?
        {
            true => Ok(()),
            false => Err(Error::not_found(table.model, key).on(link.name())),
        }
    }

    /// What rows are called in an error.
    fn named(&self, batch: &[usize]) -> &str {
        match batch {
            [one] => &self.plan.ops[*one].object,
            _ => batch
                .first()
                .map_or("", |at| self.plan.ops[*at].table.model),
        }
    }
}
