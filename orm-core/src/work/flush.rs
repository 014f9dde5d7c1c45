//! [`flush`]: a unit of work is sent.

use std::collections::{BTreeMap, HashMap};

use super::added::Flushed;
use super::checking::no_key;
use super::collect::UnitOfWork;
use super::edges::nulled;
use super::identity::Identity;
use super::merge::Task;
use super::op::Act;
use super::plan::{Plan, plan};
use super::record::{AnyDraft, Change, Row, What, database_of};
use super::update::Sending;
use crate::error::{Error, ErrorKind, Invalid, Result};
use crate::metadata::TableMeta;
use crate::operation::{Link, Open};
use crate::value::{Value, ValueKey};

/// Rows are read again in statements of at most so many.
const MOST_ROWS: usize = 256;

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
        again: BTreeMap::new(),
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
    again: BTreeMap<usize, ()>,
    /// What foreign keys that were NULL at an insert shall be, by operation and number of the key.
    behind: HashMap<(usize, usize), Vec<(usize, Value)>>,
    updated: usize,
    deleted: usize,
}

impl<S: Link> Running<'_, S> {
    async fn read_and_send(&mut self, link: &mut S) -> Result<()> {
        if !self.plan.unread.is_empty() {
            let known = self.read_unread(link).await?;
            self.plan = planned(link, self.work, &known)?;
        }
        self.all(link).await
    }

    /// The rows to be removed that are known by their key alone, by record.
    async fn read_unread(&self, link: &mut S) -> Result<HashMap<usize, Vec<Option<Value>>>> {
        let mut known = HashMap::new();
        for (_, records) in self.by_model(self.plan.unread.iter().copied()) {
            for chunk in records.chunks(MOST_ROWS) {
                let Some(reader) = &self.work.records[chunk[0]].reader else {
                    continue;
                };
                let key = |record: &usize| match &self.work.records[*record].what {
                    What::Remove(remove) => remove.key.clone(),
                    _ => Vec::new(),
                };
                let keys: Vec<Vec<Value>> = chunk.iter().map(key).collect();
                let found = reader.read(link, keys.clone()).await?.into_iter();
                let found = found.map(|row| (of_values(&row.key), row));
                let found: HashMap<Vec<ValueKey>, Row> = found.collect();
                known.extend(chunk.iter().zip(keys).map(|(record, key)| {
                    let row = found.get(&of_values(&key));
                    (
                        *record,
                        row.map(|row| reader.values(row)).unwrap_or_default(),
                    )
                }));
            }
        }
        Ok(known)
    }

    /// Records by their models.
    fn by_model(
        &self,
        records: impl Iterator<Item = usize>,
    ) -> Vec<(&'static TableMeta, Vec<usize>)> {
        let mut models: Vec<(&'static TableMeta, Vec<usize>)> = Vec::new();
        for record in records {
            let table = self.work.records[record].table;
            let mut known = models.iter_mut();
            match known.find(|(of, _)| of.model == table.model && of.is_same_table(table)) {
                Some((_, records)) => records.push(record),
                None => models.push((table, vec![record])),
            }
        }
        models
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
        self.read_again(link)
            .await
            .map_err(|error| error.on(link.name()))
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
        broken: &mut Vec<crate::error::FieldError>,
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
        let apart = self
            .plan
            .apart
            .iter()
            .filter(|one| one.of == at && !one.clears);
        for apart in apart {
            let mut held = Vec::new();
            for column in nulled(op.table, &op.table.foreign_keys[apart.foreign_key]) {
                held.extend(draft.value(column).map(|value| (column, value.clone())));
                draft.give(column, Value::Null(op.table.columns[column].kind));
            }
            self.behind.insert((at, apart.foreign_key), held);
        }
        Ok(Some(draft))
    }

    fn keys(&self, records: &[usize]) -> Vec<Vec<Value>> {
        let key = |record: &usize| self.rows[*record].as_ref().map(|row| row.key.clone());
        records.iter().filter_map(key).collect()
    }

    async fn update(&mut self, link: &mut S, batch: &[usize]) -> Result<()> {
        let (mut known, mut late) = (Vec::new(), Vec::new());
        for at in batch {
            let op = &self.plan.ops[*at];
            match (&self.plan.tasks[*at], &self.work.records[op.record].what) {
                (Task::Change(change), _) => known.push((*at, change.clone())),
                (_, What::ChangeOf(change)) => {
                    let change = change(&self.keys(&op.takes));
                    let change = change.map_err(|error| no_key(&op.object, &error).on(link.name()));
                    late.push((*at, change?));
                }
                _ => {}
            }
        }
        let broken = late.iter().flat_map(|(at, change)| {
            let op = &self.plan.ops[*at];
            let errors = change.errors(op.table, database_of::<S>()).into_iter();
            errors.map(|error| error.within(&op.object))
        });
        let broken: Vec<_> = broken.collect();
        if !broken.is_empty() {
            return Err(Error::from(Invalid::new(broken)).on(link.name()));
        }
        late.retain(|(_, change)| !change.changes.is_empty());
        self.updated += known.len() + late.len();
        for (at, change) in known.iter().chain(&late) {
            self.note_again(*at, change);
        }
        let table = batch.first().map(|at| self.plan.ops[*at].table);
        let Some(table) = table else { return Ok(()) };
        let changes =
            |list: Vec<(usize, Change)>| list.into_iter().map(|(_, change)| change).collect();
        self.sending.update(link, table, changes(known)).await?;
        // Of one row there may be several, which keep their order.
        for (_, change) in late {
            self.sending.update(link, table, vec![change]).await?;
        }
        Ok(())
    }

    fn note_again(&mut self, at: usize, change: &Change) {
        let identity = change.identity(self.plan.ops[at].table);
        if let Some(record) = self.here.get(&identity) {
            self.again.insert(*record, ());
        }
    }

    async fn delete(&mut self, link: &mut S, batch: &[usize]) -> Result<()> {
        let (mut soft, mut hard) = (Vec::new(), Vec::new());
        let mut table = None;
        for at in batch {
            let op = &self.plan.ops[*at];
            table = Some(op.table);
            if let Task::Remove(remove) = &self.plan.tasks[*at] {
                let list = if op.act == Act::Delete {
                    &mut hard
                } else {
                    &mut soft
                };
                list.push(remove.clone());
            }
        }
        let Some(table) = table else { return Ok(()) };
        self.deleted += self.sending.delete(link, table, hard).await?;
        self.deleted += self.sending.delete_softly(link, table, soft).await?;
        Ok(())
    }

    /// Writes a foreign key on its own: behind an insert, or NULL before a delete.
    async fn write_apart(&mut self, link: &mut S, nth: usize) -> Result<()> {
        let apart = self.plan.apart[nth];
        let op = &self.plan.ops[apart.of];
        let table = op.table;
        let row = self.rows[op.record].as_ref();
        let (mut changes, key, version) = if apart.clears {
            let columns = nulled(table, &table.foreign_keys[apart.foreign_key]);
            let null = |column: usize| (column, Value::Null(table.columns[column].kind));
            let version = table.version.and_then(|version| op.before[version].clone());
            (
                columns.map(null).collect::<Vec<_>>(),
                op.key.clone(),
                version,
            )
        } else {
            let held = self.behind.remove(&(apart.of, apart.foreign_key));
            self.again.insert(op.record, ());
            (
                held.unwrap_or_default(),
                row.map(|row| row.key.clone()),
                row.and_then(|row| row.version.clone()),
            )
        };
        // It is no change of its own: the version stays.
        changes.extend(table.version.zip(version));
        let Some(key) = key else { return Ok(()) };
        self.sending.write(link, table, key, changes).await
    }

    /// Reads rows that were written again after they were inserted.
    async fn read_again(&mut self, link: &mut S) -> Result<()> {
        let again = std::mem::take(&mut self.again).into_keys();
        for (_, records) in self.by_model(again) {
            for chunk in records.chunks(MOST_ROWS) {
                let What::Add(model) = &self.work.records[chunk[0]].what else {
                    continue;
                };
                let found = model.read(link, self.keys(chunk)).await?;
                let found = found.into_iter().map(|row| (of_values(&row.key), row));
                let mut found: HashMap<Vec<ValueKey>, Row> = found.collect();
                for record in chunk {
                    if let Some(row) = &mut self.rows[*record]
                        && let Some(now) = found.remove(&of_values(&row.key))
                    {
                        *row = now;
                    }
                }
            }
        }
        Ok(())
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

fn of_values(key: &[Value]) -> Vec<ValueKey> {
    key.iter().cloned().map(ValueKey).collect()
}
