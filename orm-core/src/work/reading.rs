//! Rows that are read for a flush: before it, where its order depends on them, and behind it.

use std::any::TypeId;
use std::collections::HashMap;

use super::collect::UnitOfWork;
use super::record::{Row, What};
use super::unread::Unread;
use crate::error::Result;
use crate::operation::Link;
use crate::value::{Value, ValueKey};

/// Rows are read in statements of at most so many.
const MOST_ROWS: usize = 256;

/// Things by their models.
pub(super) fn by_model<S, I>(
    work: &UnitOfWork<S>,
    all: impl IntoIterator<Item = I>,
    record: impl Fn(&I) -> usize,
) -> Vec<Vec<I>> {
    let mut models: Vec<(TypeId, Vec<I>)> = Vec::new();
    for one in all {
        let model = work.records[record(&one)].model;
        match models.iter_mut().find(|(of, _)| *of == model) {
            Some((_, all)) => all.push(one),
            None => models.push((model, vec![one])),
        }
    }
    models.into_iter().map(|(_, all)| all).collect()
}

/// What is known of rows once they are read, by the records that read them; of one that is not there
/// nothing.
///
/// # Errors
/// What the database says.
pub(super) async fn read_unread<S: Link>(
    link: &mut S,
    work: &UnitOfWork<S>,
    unread: &[Unread],
) -> Result<HashMap<usize, Vec<Option<Value>>>> {
    let mut known = HashMap::new();
    for rows in by_model(work, unread, |(record, _)| *record) {
        for chunk in rows.chunks(MOST_ROWS) {
            let Some(reader) = &work.records[chunk[0].0].reader else {
                continue;
            };
            let keys = chunk.iter().map(|(_, key)| key.clone()).collect();
            let found = by_key(reader.read(link, keys).await?);
            known.extend(chunk.iter().map(|(record, key)| {
                let row = found.get(&of_values(key));
                let values = row.map(|row| reader.values(row));
                (*record, values.unwrap_or_default())
            }));
        }
    }
    Ok(known)
}

/// Reads rows again that were inserted, by their records.
///
/// # Errors
/// What the database says.
pub(super) async fn read_again<S: Link>(
    link: &mut S,
    work: &UnitOfWork<S>,
    again: impl IntoIterator<Item = usize>,
    rows: &mut [Option<Row>],
) -> Result<()> {
    for records in by_model(work, again, |record| *record) {
        for chunk in records.chunks(MOST_ROWS) {
            let What::Add(model) = &work.records[chunk[0]].what else {
                continue;
            };
            let key = |record: &usize| rows[*record].as_ref().map(|row| row.key.clone());
            let keys = chunk.iter().filter_map(key).collect();
            let mut found = by_key(model.read(link, keys).await?);
            for record in chunk {
                if let Some(row) = &mut rows[*record]
                    && let Some(now) = found.remove(&of_values(&row.key))
                {
                    *row = now;
                }
            }
        }
    }
    Ok(())
}

fn by_key(rows: Vec<Row>) -> HashMap<Vec<ValueKey>, Row> {
    let keyed = rows.into_iter().map(|row| (of_values(&row.key), row));
    keyed.collect()
}

fn of_values(key: &[Value]) -> Vec<ValueKey> {
    key.iter().cloned().map(ValueKey).collect()
}
