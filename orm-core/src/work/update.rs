//! [`Sending`]: updates and deletes of rows, as few statements as their values allow.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::identity::Identity;
use super::merge::row_at;
use super::record::{Change, Remove};
use crate::changeset::{ChangeAt, DeleteAt, RowsAt, ThereAt};
use crate::error::{Error, Result};
use crate::metadata::TableMeta;
use crate::operation::{Link, Open, show_key, texts_of, translate};
use crate::value::Value;

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

impl Sending {
    /// Writes what is changed now.
    pub(super) fn new(now: DateTime<Utc>) -> Self {
        Sending { now }
    }

    /// Changes rows; those to which the same is done by one statement.
    pub(super) async fn update<S: Link>(
        &self,
        link: &mut S,
        table: &'static TableMeta,
        changes: Vec<Change>,
    ) -> Result<()> {
        let alike = alike(changes.into_iter().map(|change| {
            let at = At {
                key: change.key,
                only_if: change.only_if,
            };
            (self.touched(table, change.changes), at)
        }));
        for (changes, rows) in alike {
            let living = table
                .deleted_at
                .is_none_or(|at| changes.iter().all(|(of, _)| *of != at));
            if rows.len() >= WORTH {
                let mut open = Open::begin(link).await?;
                let sent = send_alike(open.link(), table, &changes, &rows, living).await;
                let all = sent.as_ref().is_ok_and(|changed| *changed == rows.len());
                let sent = match (sent, all) {
                    (Ok(_), true) => Ok(()),
                    (Ok(_), false) => Err(None),
                    (Err(error), _) => Err(Some(error)),
                };
                match open.finish(sent.map_err(NotAll)).await {
                    Ok(()) => continue,
                    Err(NotAll(Some(error))) => return Err(error),
                    Err(NotAll(None)) => {} // one by one it is seen which
                }
            }
            for row in &rows {
                let one = std::slice::from_ref(row);
                if send_alike(link, table, &changes, one, living).await? == 0 {
                    return Err(missed(link, table, row).await?);
                }
            }
        }
        Ok(())
    }

    /// Writes columns of one row, which is there.
    pub(super) async fn write<S: Link>(
        &self,
        link: &mut S,
        table: &'static TableMeta,
        key: Vec<Value>,
        changes: Values,
    ) -> Result<()> {
        let row = At {
            key,
            only_if: Vec::new(),
        };
        send_alike(link, table, &changes, &[row], false)
            .await
            .map(drop)
    }

    /// Deletes rows, and says how many were there.
    pub(super) async fn delete<S: Link>(
        &self,
        link: &mut S,
        table: &'static TableMeta,
        rows: Vec<Remove>,
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
                        if is_there(link, row_at(table, &row.key, &[])).await? {
                            return Err(stale(link, table, row));
                        }
                    }
                }
            }
        }
        Ok(deleted)
    }

    /// Deletes rows softly, and says how many were there.
    pub(super) async fn delete_softly<S: Link>(
        &self,
        link: &mut S,
        table: &'static TableMeta,
        rows: Vec<Remove>,
    ) -> Result<usize> {
        let Some(position) = table.deleted_at else {
            return Ok(0);
        };
        let now = Value::instant(table.columns[position].kind, self.now);
        let changes = self.touched(table, vec![(position, now)]);
        let rows = rows.into_iter().map(|row| At {
            key: row.key,
            only_if: row.only_if,
        });
        let mut deleted = 0;
        for (changes, rows) in alike(rows.map(|row| (changes.clone(), row))) {
            // With a version it matters why a row was not there.
            let exact = !rows[0].only_if.is_empty();
            if !exact {
                deleted += send_alike(link, table, &changes, &rows, true).await?;
                continue;
            }
            if rows.len() >= WORTH {
                let mut open = Open::begin(link).await?;
                let sent = send_alike(open.link(), table, &changes, &rows, true).await;
                let sent = match sent {
                    Ok(changed) if changed == rows.len() => Ok(changed),
                    Ok(_) => Err(NotAll(None)),
                    Err(error) => Err(NotAll(Some(error))),
                };
                match open.finish(sent).await {
                    Ok(changed) => {
                        deleted += changed;
                        continue;
                    }
                    Err(NotAll(Some(error))) => return Err(error),
                    Err(NotAll(None)) => {}
                }
            }
            for row in &rows {
                let one = std::slice::from_ref(row);
                match send_alike(link, table, &changes, one, true).await? {
                    0 => {
                        let error = missed(link, table, row).await?;
                        if error.is_stale() {
                            return Err(error);
                        }
                    }
                    changed => deleted += changed,
                }
            }
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

/// Rows to which the same is done under conditions of the same columns, in the order given.
fn alike(rows: impl Iterator<Item = (Values, At)>) -> Vec<(Values, Vec<At>)> {
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

/// Does the same to rows, and says how many were there.
async fn send_alike<S: Link>(
    link: &mut S,
    table: &'static TableMeta,
    changes: &Values,
    rows: &[At],
    living: bool,
) -> Result<usize> {
    let mut changed = 0;
    for chunk in rows.chunks(MOST_ROWS) {
        let change = ChangeAt {
            changes: changes.clone(),
            rows: at(table, chunk),
            living,
        };
        let sent = link.execute(change).await;
        changed += sent.map_err(|error| named(link, table, chunk, error))?;
    }
    Ok(changed)
}

/// Why a row was not written.
async fn missed<S: Link>(link: &mut S, table: &'static TableMeta, row: &At) -> Result<Error> {
    let (version, others): (Values, Values) = row
        .only_if
        .iter()
        .cloned()
        .partition(|(column, _)| table.version == Some(*column));
    if !version.is_empty()
        && is_there(link, row_at(table, &row.key, &others)).await?
        && !is_there(link, row_at(table, &row.key, &row.only_if)).await?
    {
        return Ok(stale(link, table, row));
    }
    Ok(Error::not_found(table.model, show_key(&row.key)).on(link.name()))
}

async fn is_there<S: Link>(link: &mut S, row: RowsAt) -> Result<bool> {
    Ok(!texts_of(link, ThereAt(row)).await?.is_empty())
}

fn stale<S: Link>(link: &S, table: &TableMeta, row: &At) -> Error {
    Error::stale(table.model, show_key(&row.key)).on(link.name())
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
