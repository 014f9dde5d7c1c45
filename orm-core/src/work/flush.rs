//! [`flush`]: a unit of work is sent.

use std::collections::{BTreeSet, HashMap};

use super::added::Flushed;
use super::collect::UnitOfWork;
use super::edges::nulled;
use super::identity::Identity;
use super::merge::{Sum, Task};
use super::op::Act;
use super::patch::AnyPatch;
use super::plan::{Plan, plan};
use super::reading::{read_again, read_unread};
use super::record::{Remove, Row, What, database_of};
use super::update::Sending;
use crate::error::{Error, Invalid, Result};
use crate::metadata::TableMeta;
use crate::operation::{Link, Open, once_committed};
use crate::value::Value;

/// Sends a unit of work, in a transaction; inside another, in a savepoint. Nothing is sent for a
/// unit that changes nothing.
///
/// # Errors
/// See [`Session::flush`](crate::session::Session::flush).
pub async fn flush<S: Link>(link: &mut S, work: &UnitOfWork<S>) -> Result<Flushed> {
    let planned = planned(link, work, &HashMap::new())?;
    let mut running = Running {
        rows: work.records.iter().map(|_| None).collect(),
        sending: Sending::new(link.ids().now()),
        here: HashMap::new(),
        again: BTreeSet::new(),
        behind: HashMap::new(),
        done: Vec::new(),
        deleted: 0,
        updated: 0,
        work,
        plan: planned,
    };
    if !running.plan.batches.is_empty() {
        let mut open = Open::begin(link).await?;
        let sent = running.read_and_send(open.link()).await;
        open.finish(sent).await?;
        running.tell(link);
    }
    Ok(Flushed::new(
        work.unit.clone(),
        running.rows,
        running.updated,
        running.deleted,
    ))
}

fn planned<S: Link>(
    link: &S,
    work: &UnitOfWork<S>,
    known: &HashMap<usize, Vec<Option<Value>>>,
) -> Result<Plan> {
    let plan = plan(work, link.ids(), database_of::<S>(), link.hooks(), known);
    plan.map_err(|error| error.on(link.name()))
}

pub(super) struct Running<'w, S> {
    pub(super) work: &'w UnitOfWork<S>,
    pub(super) plan: Plan,
    sending: Sending,
    /// The rows that were inserted, by their records.
    pub(super) rows: Vec<Option<Row>>,
    here: HashMap<Identity, usize>,
    /// Rows that were written again after they were inserted, by their records.
    again: BTreeSet<usize>,
    /// What foreign keys that were NULL at an insert shall be, by operation and number of the key.
    pub(super) behind: HashMap<(usize, usize), Vec<(usize, Value)>>,
    /// What hooks are told of.
    done: Vec<Done>,
    updated: usize,
    deleted: usize,
}

/// What was done to a row.
enum Done {
    /// It was inserted, by its record.
    Inserted(usize),
    Updated(Box<dyn AnyPatch>),
    Deleted(Remove),
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
        for (at, draft) in &drafts {
            self.validated(link, *at, |hooks| draft.validated(hooks))?;
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
                if self.is_hooked(link, at) {
                    let record = self.plan.ops[at].record;
                    self.done.push(Done::Inserted(record));
                }
            }
        }
        Ok(())
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
            let patches: Vec<_> = match self.is_hooked(link, *first) {
                true => model
                    .iter()
                    .filter_map(|(_, sum)| Some(sum.patch.as_ref()?.copy()))
                    .collect(),
                false => Vec::new(),
            };
            let rows = model.into_iter().map(|(_, sum)| sum).collect();
            self.sending.update(link, table, rows).await?;
            self.done.extend(patches.into_iter().map(Done::Updated));
        }
        Ok(())
    }

    async fn delete(&mut self, link: &mut S, batch: &[usize]) -> Result<()> {
        for model in self.sums(link, batch)? {
            let Some((first, _)) = model.first() else {
                continue;
            };
            let table = self.plan.ops[*first].table;
            if !self.is_hooked(link, *first) {
                let deletes = self.delete_rows(link, table, model).await?;
                self.deleted += deletes;
                continue;
            }
            // Of each it must be known whether it was there.
            for row in model {
                let done = self.done_by(&row);
                if self.delete_rows(link, table, vec![row]).await? > 0 {
                    self.deleted += 1;
                    self.done.extend(done);
                }
            }
        }
        Ok(())
    }

    async fn delete_rows(
        &self,
        link: &mut S,
        table: &'static TableMeta,
        rows: Vec<(usize, Sum)>,
    ) -> Result<usize> {
        let is_hard = |(at, _): &(usize, Sum)| self.plan.ops[*at].act == Act::Delete;
        let (hard, soft): (Vec<_>, Vec<_>) = rows.into_iter().partition(is_hard);
        let rows = |list: Vec<(usize, Sum)>| list.into_iter().map(|(_, sum)| sum).collect();
        let deleted = self.sending.delete(link, table, rows(hard)).await?;
        Ok(deleted + self.sending.delete_softly(link, table, rows(soft)).await?)
    }

    /// What is done once a row is removed.
    fn done_by(&self, (at, sum): &(usize, Sum)) -> Vec<Done> {
        let updated = sum.patch.as_ref().map(|patch| Done::Updated(patch.copy()));
        let remove = match &self.plan.tasks[*at] {
            Task::Write(write) => write.remove.clone(),
            Task::Insert => None,
        };
        updated
            .into_iter()
            .chain(remove.map(Done::Deleted))
            .collect()
    }

    /// Tells hooks what was done.
    fn tell(&self, link: &mut S) {
        let Some(hooks) = link.hooks() else { return };
        let mut work = Vec::new();
        for done in &self.done {
            work.extend(match done {
                Done::Inserted(record) => {
                    match (&self.work.records[*record].what, &self.rows[*record]) {
                        (What::Add(rows), Some(row)) => rows.after(hooks, row),
                        _ => Vec::new(),
                    }
                }
                Done::Updated(patch) => patch.after(hooks),
                Done::Deleted(remove) => remove.deletes.after(hooks, &remove.key, &remove.only_if),
            });
        }
        once_committed(link, work);
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
            let Some(sum) = self.sum(link, apart.of, write)? else {
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
