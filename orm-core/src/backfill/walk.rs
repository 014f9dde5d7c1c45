//! The walk along the key, over whoever sends.

use std::future::Future;
use std::time::Instant;

use super::key::Key;
use super::notes;
use super::progress::{Backfilled, Ending, Progress};
use super::range::{Cursor, Range};
use super::spec::{Backfill, Plan, RowBackfill};
use crate::backend::{Database, Dialect};
use crate::ddl::quote_identifier;
use crate::error::{Error, ErrorKind, Result};
use crate::operation::{Backoff, Link, LoadModel, Open, Statement};
use crate::table::{Model, TableDef};
use crate::transaction::backoff;

/// Before a chunk that lost is run again.
const BACKOFF: Backoff = Backoff {
    first: backoff::FIRST,
    longest: backoff::LONGEST,
};

/// What is done to a chunk, inside of its transaction.
pub trait Step<L: Link> {
    /// Does it, and says how many rows were changed. It is done again if the chunk lost against
    /// another transaction.
    ///
    /// # Errors
    /// Which roll the chunk back.
    fn run(&mut self, link: &mut L, range: &Range) -> impl Future<Output = Result<u64>> + Send;
}

/// Fills by UPDATE.
///
/// # Errors
/// See [`Session::backfill`](crate::session::Session::backfill).
pub async fn fill<L: Link>(
    link: &mut L,
    backfill: &Backfill,
    told: &mut (impl FnMut(&Progress) + ?Sized),
) -> Result<Backfilled> {
    let plan = &backfill.plan;
    let database = L::Backend::DATABASE;
    let texts = || Ok((backfill.set_on(database)?, plan.only_on(database)?));
    let (set, only) = texts().map_err(|error: Error| error.on(link.name()))?;
    let table = plan.quoted_table(database);
    let mut step = Updates { table, set, only };
    run(link, plan, &mut step, told).await
}

/// Fills by a step that has rows of the model.
///
/// # Errors
/// See [`Session::backfill_rows`](crate::session::Session::backfill_rows).
pub async fn fill_rows<L: Link, M>(
    link: &mut L,
    backfill: &RowBackfill<M>,
    step: &mut impl Step<L>,
    told: &mut (impl FnMut(&Progress) + ?Sized),
) -> Result<Backfilled> {
    run(link, &backfill.plan, step, told).await
}

/// The rows of a chunk, locked until its transaction ends.
///
/// # Errors
/// What the database says; a row that is none of the model.
pub async fn load_chunk<L, M>(
    link: &mut L,
    backfill: &RowBackfill<M>,
    range: &Range,
) -> Result<Vec<M>>
where
    L: Link,
    M: LoadModel<L::Backend>,
{
    let plan = &backfill.plan;
    let database = L::Backend::DATABASE;
    let only = plan.only_on(database);
    let only = only.map_err(|error| error.on(link.name()))?;
    let columns = plan.table.read_columns();
    let columns = columns.map(|column| quote_identifier(database, column.name));
    let columns = columns.collect::<Vec<_>>().join(", ");
    let text = format!(
        "SELECT {columns} FROM {} WHERE ",
        plan.quoted_table(database)
    );
    let statement = Statement::<<M::Table as TableDef>::SqlType>::new(text);
    let key = range.columns.iter().map(|column| column.name.as_str());
    let order = key.collect::<Vec<_>>().join(", ");
    let lock = match database {
        Database::Sqlite => "",
        _ => " FOR UPDATE",
    };
    let statement = and(range.condition(statement), only);
    let statement = statement.text(format!(" ORDER BY {order}{lock}"));
    let rows = M::load_rows(link, statement).await;
    rows.map_err(|error| link.error_of::<<M as Model>::Table>(error))
}

/// A condition of the user's stands on lines of its own: it may end in a comment.
fn and<ST>(statement: Statement<ST>, only: Option<&str>) -> Statement<ST> {
    match only {
        Some(only) => statement.text(format!(" AND (\n{only}\n)")),
        None => statement,
    }
}

struct Updates {
    table: String,
    set: &'static str,
    only: Option<&'static str>,
}

impl<L: Link> Step<L> for Updates {
    async fn run(&mut self, link: &mut L, range: &Range) -> Result<u64> {
        let text = format!("UPDATE {} SET {}\nWHERE ", self.table, self.set);
        let statement: Statement = Statement::new(text);
        let done = link
            .execute(and(range.condition(statement), self.only))
            .await;
        let rows = done.map_err(|error| link.error(error))?;
        Ok(u64::try_from(rows).unwrap_or(u64::MAX))
    }
}

async fn run<L: Link>(
    link: &mut L,
    plan: &Plan,
    step: &mut impl Step<L>,
    told: &mut (impl FnMut(&Progress) + ?Sized),
) -> Result<Backfilled> {
    if link.is_inside() {
        let message = "a backfill opens a transaction for each chunk, and the session is in one";
        return Err(Error::new(ErrorKind::Refused, message).on(link.name()));
    }
    plan.check().map_err(|error| error.on(link.name()))?;
    notes::create(link).await?;
    let target = notes::target(link, plan).await?;
    let known = notes::read(link, plan).await?;
    let done = Backfilled {
        ending: Ending::DoneBefore,
        walked: 0,
        changed: 0,
    };
    let is_known = known.is_some();
    if known.is_some_and(|note| note.done_at.is_some() && note.target == target) {
        return Ok(done);
    }
    let key = Key::read(link, plan).await?;
    key.refuse_null(link, plan).await?;
    if !is_known {
        notes::enter(link, plan, &target).await?;
    }
    let mut walk = Walk {
        plan,
        target,
        key,
        began: Instant::now(),
        done,
        range: None,
    };
    let estimate = walk.key.estimate(link, plan).await?;
    loop {
        let ended = walk.chunk_or_again(link, step).await?;
        let done = ended.done_at.is_some();
        told(&Progress {
            name: plan.name.clone(),
            walked: ended.walked,
            changed: ended.changed,
            walked_now: walk.done.walked,
            total: match done {
                true => Some(ended.walked),
                false => estimate.map(|total| total.max(ended.walked)),
            },
            elapsed: walk.began.elapsed(),
            done,
        });
        if done {
            walk.done.ending = Ending::Done;
            return Ok(walk.done);
        }
        if walk.is_over() {
            walk.done.ending = Ending::Limit;
            return Ok(walk.done);
        }
        if !plan.pause.is_zero() {
            link.wait(plan.pause).await;
        }
    }
}

/// A call of a backfill.
struct Walk<'p> {
    plan: &'p Plan,
    /// What its note has to be of.
    target: String,
    key: Key,
    began: Instant,
    /// What this call did so far.
    done: Backfilled,
    /// The chunk that is under way.
    range: Option<Range>,
}

/// What is noted behind a chunk, and what the chunk itself did.
struct Chunk {
    note: notes::BackfillStatus,
    walked: u64,
    changed: u64,
}

impl Walk<'_> {
    /// Whether the rows or the time of the call are used up.
    fn is_over(&self) -> bool {
        let plan = self.plan;
        let rows = plan.rows.is_some_and(|most| self.done.walked >= most);
        let behind = self.began.elapsed().saturating_add(plan.pause);
        rows || plan.time.is_some_and(|most| behind >= most)
    }

    /// A chunk, again if it lost against another transaction.
    async fn chunk_or_again<L: Link>(
        &mut self,
        link: &mut L,
        step: &mut impl Step<L>,
    ) -> Result<notes::BackfillStatus> {
        let mut attempt = 0;
        loop {
            match self.chunk(link, step).await {
                Ok(chunk) => {
                    self.done.walked += chunk.walked;
                    self.done.changed += chunk.changed;
                    return Ok(chunk.note);
                }
                Err(error) if error.is_retryable() && attempt < self.plan.retries => {
                    BACKOFF.wait(link, attempt).await;
                    attempt += 1;
                }
                Err(error) => return Err(self.failed(error)),
            }
        }
    }

    async fn chunk<L: Link>(&mut self, link: &mut L, step: &mut impl Step<L>) -> Result<Chunk> {
        self.range = None;
        let mut open = Open::begin(link).await?;
        let result = self.inside(open.link(), step).await;
        open.finish(result).await
    }

    async fn inside<L: Link>(&mut self, link: &mut L, step: &mut impl Step<L>) -> Result<Chunk> {
        let plan = self.plan;
        let refused = |link: &L, what: &str| {
            let message = format!("the backfill `{}` {what}", plan.name);
            Error::new(ErrorKind::Refused, message).on(link.name())
        };
        let Some(mut note) = notes::lock(link, plan).await? else {
            return Err(refused(link, "was reset meanwhile"));
        };
        if note.target != self.target {
            let what = format!("is one of {}, and not of {}", note.target, self.target);
            return Err(refused(link, &what));
        }
        let (mut walked, mut changed) = (0, 0);
        if note.done_at.is_none() {
            let from = note.reached.as_deref();
            let from = from.map(|text| Cursor::noted(&self.key.columns, text));
            let from = match from {
                Some(None) => {
                    let what = "has a cursor that is no key of its table now: reset it";
                    return Err(refused(link, what));
                }
                from => from.flatten(),
            };
            let left = plan.rows.map(|most| most.saturating_sub(self.done.walked));
            let rows = left.map_or(plan.chunk, |left| left.clamp(1, plan.chunk));
            match self.key.next(link, from.as_ref(), rows).await? {
                None => {
                    notes::end(link, plan).await?;
                    note.done_at = Some(note.changed_at);
                }
                Some((to, count)) => {
                    let range = self.range.insert(Range {
                        database: self.key.database,
                        columns: self.key.columns.clone(),
                        from,
                        to,
                    });
                    changed = step.run(link, range).await?;
                    notes::advance(link, plan, &range.to, count, changed).await?;
                    walked = count;
                    note.walked += walked;
                    note.changed += changed;
                }
            }
        }
        Ok(Chunk {
            note,
            walked,
            changed,
        })
    }

    /// An error, with the name of the backfill and the keys of the chunk. Whether running it again
    /// may help stays as it is.
    fn failed(&self, error: Error) -> Error {
        let Plan { name, .. } = self.plan;
        let Some(range) = &self.range else {
            return error;
        };
        // Of data that is invalid the database names the constraint; ours are words for a form.
        let said = std::error::Error::source(&error).map(ToString::to_string);
        let said = said.filter(|_| error.kind() == ErrorKind::Invalid);
        let table = self.plan.table_name();
        let tell = |message: &str| {
            let said = said.as_deref().unwrap_or(message);
            format!(
                "the backfill `{name}` of `{table}` failed at {range}: {said} (the chunks before \
                 are kept)"
            )
        };
        let kind = match error.kind() {
            kind @ (ErrorKind::Conflict
            | ErrorKind::Connect
            | ErrorKind::CommitUnknown
            | ErrorKind::Interrupted) => kind,
            _ => ErrorKind::BackfillFailed,
        };
        error.told(kind, tell)
    }
}
