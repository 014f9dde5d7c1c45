//! [`Sending`]: updates and deletes of rows, as few statements as their values allow.

use std::cmp::Ordering;
use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::identity::Identity;
use super::merge::{Sum, row_at};
use crate::changeset::{ChangeAt, DeleteAt, RowsAt, VersionAt};
use crate::error::{Error, Result};
use crate::metadata::TableMeta;
use crate::operation::{Link, Open, show_key, stale, texts_of, translate};
use crate::value::{Value, compare};

/// Rows are named in statements of at most so many, a power of two.
const MOST_ROWS: usize = 256;
/// From so many rows on one statement for all is worth a savepoint around it.
const WORTH: usize = 4;

/// Columns and values, of a row or a condition.
type Values = Vec<(usize, Value)>;

/// What writes rows that are there.
pub(super) struct Sending {
    now: DateTime<Utc>,
}

/// A row: its key, and what it must have beside it.
#[derive(Clone)]
struct At {
    key: Vec<Value>,
    only_if: Values,
}

/// What is done to rows.
struct Doing<'d> {
    table: &'static TableMeta,
    changes: &'d Values,
    /// Whether a row that is deleted softly is not there.
    living: bool,
    /// Whether a row that is not there is no error.
    may_be_gone: bool,
}

impl Sending {
    /// Writes what is changed now.
    pub(super) fn new(now: DateTime<Utc>) -> Self {
        Sending { now }
    }

    /// Changes rows; those to which the same is done by one statement.
    ///
    /// # Errors
    /// If one is not there, or in another version; what the database says.
    pub(super) async fn update<S: Link>(
        &self,
        link: &mut S,
        table: &'static TableMeta,
        rows: Vec<Sum>,
    ) -> Result<()> {
        let rows = rows.into_iter().map(|row| {
            let changes = row.patch.map(|patch| patch.changes().to_vec());
            let at = At {
                key: row.key,
                only_if: row.only_if,
            };
            (self.touched(table, changes.unwrap_or_default()), at)
        });
        for (changes, rows) in alike(rows) {
            let living = table
                .deleted_at
                .is_none_or(|at| changes.iter().all(|(of, _)| *of != at));
            let doing = Doing {
                table,
                changes: &changes,
                living,
                may_be_gone: false,
            };
            doing.send(link, &rows).await?;
        }
        Ok(())
    }

    /// Writes columns of one row and nothing else: its version stays. Says whether it was there.
    ///
    /// # Errors
    /// If it is there in another version; what the database says.
    pub(super) async fn write<S: Link>(
        &self,
        link: &mut S,
        table: &'static TableMeta,
        row: Sum,
        changes: Values,
    ) -> Result<bool> {
        let row = At {
            key: row.key,
            only_if: row.only_if,
        };
        let change = ChangeAt {
            changes,
            rows: row_at(table, &row.key, &row.only_if),
            living: false,
            counted: false,
        };
        let sent = link.execute(change).await;
        let rows = [row];
        match sent.map_err(|error| named(link, table, &rows, error))? {
            0 => match missed(link, table, &rows[0]).await? {
                error if error.is_stale() => Err(error),
                _ => Ok(false),
            },
            _ => Ok(true),
        }
    }

    /// Deletes rows, and says how many were there.
    ///
    /// # Errors
    /// If one is there in another version; what the database says.
    pub(super) async fn delete<S: Link>(
        &self,
        link: &mut S,
        table: &'static TableMeta,
        rows: Vec<Sum>,
    ) -> Result<usize> {
        let mut deleted = 0;
        let rows = rows.into_iter().map(|row| At {
            key: row.key,
            only_if: row.only_if,
        });
        for (_, rows) in alike(rows.map(|row| (Vec::new(), row))) {
            for chunk in rows.chunks(MOST_ROWS) {
                let sent = link.execute(DeleteAt(at(table, chunk))).await;
                let sent = sent.map_err(|error| named(link, table, chunk, error))?;
                deleted += sent;
                if sent < chunk.len() && !chunk[0].only_if.is_empty() {
                    // Those that are gone may have gone along with others.
                    for row in chunk {
                        let error = missed(link, table, row).await?;
                        if error.is_stale() {
                            return Err(error);
                        }
                    }
                }
            }
        }
        Ok(deleted)
    }

    /// Deletes rows softly, with what is changed along with that, and says how many were there.
    ///
    /// # Errors
    /// As [`delete`](Self::delete).
    pub(super) async fn delete_softly<S: Link>(
        &self,
        link: &mut S,
        table: &'static TableMeta,
        rows: Vec<Sum>,
    ) -> Result<usize> {
        let Some(position) = table.deleted_at else {
            return Ok(0);
        };
        let now = Value::instant(table.columns[position].kind, self.now);
        let rows = rows.into_iter().map(|row| {
            let changes = row.patch.map(|patch| patch.changes().to_vec());
            let mut changes = changes.unwrap_or_default();
            changes.retain(|(column, _)| *column != position);
            changes.push((position, now.clone()));
            let at = At {
                key: row.key,
                only_if: row.only_if,
            };
            (self.touched(table, changes), at)
        });
        let mut deleted = 0;
        for (changes, rows) in alike(rows) {
            let doing = Doing {
                table,
                changes: &changes,
                living: true,
                may_be_gone: true,
            };
            deleted += doing.send(link, &rows).await?;
        }
        Ok(deleted)
    }

    /// Changes, with the time of the last one.
    fn touched(&self, table: &TableMeta, mut changes: Values) -> Values {
        if let Some(position) = table.updated_at()
            && !changes.is_empty()
            && changes.iter().all(|(column, _)| *column != position)
        {
            let now = Value::instant(table.columns[position].kind, self.now);
            changes.push((position, now));
        }
        changes
    }
}

/// Why a statement for several rows is taken back: an error, or that it did not meet all of them.
struct NotAll(Option<Error>);

impl From<Error> for NotAll {
    fn from(error: Error) -> Self {
        NotAll(Some(error))
    }
}

impl Doing<'_> {
    /// Does it to rows, and says how many were there.
    async fn send<S: Link>(&self, link: &mut S, rows: &[At]) -> Result<usize> {
        if self.may_be_gone && rows.iter().all(|row| row.only_if.is_empty()) {
            return self.send_at_once(link, rows).await;
        }
        if rows.len() >= WORTH {
            let mut open = Open::begin(link).await?;
            let sent = match self.send_at_once(open.link(), rows).await {
                Ok(changed) if changed == rows.len() => Ok(changed),
                Ok(_) => Err(NotAll(None)),
                Err(error) => Err(NotAll(Some(error))),
            };
            match open.finish(sent).await {
                Ok(changed) => return Ok(changed),
                Err(NotAll(Some(error))) => return Err(error),
                Err(NotAll(None)) => {} // one by one it is seen which
            }
        }
        let mut changed = 0;
        for row in rows {
            let sent = self.send_at_once(link, std::slice::from_ref(row)).await?;
            changed += sent;
            if sent == 0 {
                let error = missed(link, self.table, row).await?;
                if !self.may_be_gone || error.is_stale() {
                    return Err(error);
                }
            }
        }
        Ok(changed)
    }

    async fn send_at_once<S: Link>(&self, link: &mut S, rows: &[At]) -> Result<usize> {
        let mut changed = 0;
        for chunk in rows.chunks(MOST_ROWS) {
            let change = ChangeAt {
                changes: self.changes.clone(),
                rows: at(self.table, chunk),
                living: self.living,
                counted: true,
            };
            let sent = link.execute(change).await;
            changed += sent.map_err(|error| named(link, self.table, chunk, error))?;
        }
        Ok(changed)
    }
}

/// Rows to which the same is done under conditions of the same columns, by their keys: whoever writes
/// the same rows locks them in the same order.
fn alike(rows: impl Iterator<Item = (Values, At)>) -> Vec<(Values, Vec<At>)> {
    let mut rows: Vec<(Values, At)> = rows.collect();
    rows.sort_by(|(_, one), (_, other)| by_key(&one.key, &other.key));
    let mut groups: Vec<(Values, Vec<At>)> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for (changes, row) in rows {
        let conditions: Vec<usize> = row.only_if.iter().map(|(column, _)| *column).collect();
        // A NULL is not found in a list.
        let alone = row.only_if.iter().any(|(_, value)| value.is_null());
        let alone = alone.then_some(groups.len());
        // Finer than equality, which knows of no -0.0.
        let group = known.entry(format!("{changes:?} {conditions:?} {alone:?}"));
        let group = *group.or_insert(groups.len());
        match groups.get_mut(group) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((changes, vec![row])),
        }
    }
    groups
}

fn by_key(one: &[Value], other: &[Value]) -> Ordering {
    let compared = one
        .iter()
        .zip(other)
        .map(|(one, other)| compare(one, other));
    compared.fold(Ordering::Equal, Ordering::then)
}

fn at(table: &'static TableMeta, rows: &[At]) -> RowsAt {
    if let [row] = rows {
        return row_at(table, &row.key, &row.only_if);
    }
    let conditions = rows.first().into_iter().flat_map(|row| &row.only_if);
    let conditions = conditions.map(|(column, _)| *column);
    let columns = table.key.iter().copied().chain(conditions).collect();
    let mut at = RowsAt::of(table, columns);
    for row in rows {
        let conditions = row.only_if.iter().map(|(_, value)| value.clone());
        at.push(row.key.iter().cloned().chain(conditions).collect());
    }
    at
}

/// Why a row was not written.
async fn missed<S: Link>(link: &mut S, table: &'static TableMeta, row: &At) -> Result<Error> {
    let (version, others): (Values, Values) = row
        .only_if
        .iter()
        .cloned()
        .partition(|(column, _)| table.version == Some(*column));
    if let Some((_, version)) = version.first() {
        let there = VersionAt(row_at(table, &row.key, &others));
        let found = texts_of(link, there).await?.pop();
        let found = found.and_then(|found| found.parse().ok());
        if let Some(found) = found.map(Value::I64)
            && compare(version, &found).is_ne()
        {
            let key = show_key(&row.key);
            return Ok(stale(table.model, &key, version, &found).on(link.name()));
        }
    }
    Ok(Error::not_found(table.model, show_key(&row.key)).on(link.name()))
}

/// What the database said of rows.
fn named<S: Link>(
    link: &S,
    table: &'static TableMeta,
    rows: &[At],
    error: diesel::result::Error,
) -> Error {
    let error = translate(error, table).on(link.name());
    match rows {
        [row] => error.within(&Identity::new(table, row.key.clone()).to_string()),
        _ => error.within(table.model),
    }
}
