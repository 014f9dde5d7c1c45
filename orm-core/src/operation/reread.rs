//! Inserts where the database gives no row back (MariaDB, MySQL), or one that is not final (SQLite,
//! where a trigger fills in columns).
//!
//! A row is read again by its key: the one that was given, or the one that the
//! database counted for this connection. Each of these is the row of this
//! write, whatever other connections do meanwhile.

use std::collections::HashMap;

use super::{Link, LoadModel};
use crate::backend::{Database, Dialect};
use crate::changeset::{
    AnyColumns, Draft, Find, FindAllInserted, FindByKeys, FindInserted, Insert, InsertShape, Rows,
    counted,
};
use crate::error::{Error, ErrorKind, Result};
use crate::table::{KeyValues, Model, TableDef};
use crate::value::{Value, ValueKey};

/// How the row of a draft is found again.
pub(super) enum Again<T> {
    /// The database counted its key.
    Counted(FindInserted<T>),
    /// Its key was given.
    Given(Find<T, true>),
}

impl<T: TableDef> Again<T> {
    /// `None` where the insert gives the row back.
    ///
    /// # Errors
    /// As [`of`](Self::of).
    pub(super) fn where_needed<L: Link>(draft: &Draft<T>) -> Result<Option<Self>> {
        match L::Backend::DATABASE.has_returning() {
            true => Ok(None),
            false => Again::of(draft).map(Some),
        }
    }

    /// # Errors
    /// [`ErrorKind::Refused`] if nothing says what the key will be.
    pub(super) fn of(draft: &Draft<T>) -> Result<Self> {
        if let Some(find) = FindInserted::new(draft) {
            return Ok(Again::Counted(find));
        }
        Ok(Again::Given(Find::new(given_key(draft)?)))
    }

    pub(super) async fn read<L>(self, link: &mut L) -> Result<Option<T::Model>>
    where
        L: Link,
        T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
    {
        let row = match self {
            Again::Counted(find) => T::Model::load_one(link, find).await,
            Again::Given(find) => T::Model::load_one(link, find).await,
        };
        row.map_err(|error| link.error_of::<T>(error))
    }
}

fn given_key<T: TableDef>(draft: &Draft<T>) -> Result<Vec<Value>> {
    let values = T::META.key.iter().map(|index| {
        draft.get(*index).cloned().ok_or_else(|| {
            let message = format!(
                "`{}` is part of the key of {} and was not given: this database does not say what its default was",
                T::META.columns[*index].field,
                T::META.model,
            );
            Error::new(ErrorKind::Refused, message)
        })
    });
    values.collect()
}

/// Inserts a row, and reads it again.
pub(super) async fn insert<L, T, Shape>(
    link: &mut L,
    insert: Insert<T, Shape>,
    again: Again<T>,
) -> Result<Option<T::Model>>
where
    L: Link,
    Shape: InsertShape,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    let inserted = link.execute(insert).await;
    inserted.map_err(|error| link.error_of::<T>(error))?;
    again.read(link).await
}

/// Inserts rows, and reads them again in their order. Those whose key is
/// counted and those that give it go in statements of their own.
pub(super) async fn insert_chunk<L, T>(link: &mut L, drafts: Vec<Draft<T>>) -> Result<Vec<T::Model>>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    let is_counted =
        |draft: &Draft<T>| counted::<T>().is_some_and(|column| draft.get(column).is_none());
    let mut rows = Vec::with_capacity(drafts.len());
    let mut drafts = drafts.into_iter().peekable();
    while let Some(first) = drafts.next() {
        let kind = is_counted(&first);
        let mut run = vec![first];
        while let Some(next) = drafts.next_if(|next| is_counted(next) == kind) {
            run.push(next);
        }
        rows.extend(if kind {
            insert_counted(link, run).await?
        } else {
            insert_given(link, run).await?
        });
    }
    Ok(rows)
}

async fn insert_counted<L, T>(link: &mut L, drafts: Vec<Draft<T>>) -> Result<Vec<T::Model>>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    let expected: Vec<Vec<Option<Value>>> = drafts
        .iter()
        .map(|draft| T::META.key.iter().map(|i| draft.get(*i).cloned()).collect())
        .collect();
    send(link, drafts).await?;
    let Some(find) = FindAllInserted::<T>::new(expected.len()) else {
        return Err(not_all_there::<T>());
    };
    let found = T::Model::load_rows(link, find).await;
    let found = found.map_err(|error| link.error_of::<T>(error))?;
    // Of a key of several columns, another row may have the same count.
    let mut expected = expected.into_iter().peekable();
    let ours = found.into_iter().filter(|row| {
        let same = |key: &Vec<Option<Value>>| {
            let columns = T::META.key.iter().zip(key);
            columns.into_iter().all(|(index, value)| {
                value
                    .as_ref()
                    .is_none_or(|value| stored(row.value_of(*index)) == stored(value.clone()))
            })
        };
        expected.next_if(same).is_some()
    });
    let ours: Vec<_> = ours.collect();
    match expected.next() {
        None => Ok(ours),
        Some(_) => Err(not_all_there::<T>()),
    }
}

async fn insert_given<L, T>(link: &mut L, drafts: Vec<Draft<T>>) -> Result<Vec<T::Model>>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    let keys = drafts.iter().map(given_key).collect::<Result<Vec<_>>>()?;
    send(link, drafts).await?;
    let mut found = found_by_key::<L, T>(link, keys.clone()).await?;
    let in_order = keys.into_iter().map(|key| {
        let key: Vec<ValueKey> = key.into_iter().map(stored).collect();
        found.remove(&key).ok_or_else(not_all_there::<T>)
    });
    in_order.collect()
}

async fn found_by_key<L, T>(
    link: &mut L,
    keys: Vec<Vec<Value>>,
) -> Result<HashMap<Vec<ValueKey>, T::Model>>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    let found = T::Model::load_rows(link, FindByKeys::<T>::new(keys)).await;
    let found = found.map_err(|error| link.error_of::<T>(error))?;
    let key_of = |row: &T::Model| row.key().into_key_values().into_iter().map(stored);
    let by_key = found.into_iter().map(|row| (key_of(&row).collect(), row));
    Ok(by_key.collect())
}

/// Whether the rows that come back are those before the triggers: SQLite's RETURNING is.
pub(super) fn is_early<L: Link, T: TableDef>() -> bool {
    L::Backend::DATABASE == Database::Sqlite && const { T::META.has_read_only() }
}

/// A row as it is after the triggers; as it came back, if they removed it.
pub(super) async fn late<L, T>(link: &mut L, row: T::Model) -> Result<T::Model>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    let find = Find::<T, true>::new(row.key().into_key_values());
    let found = T::Model::load_one(link, find).await;
    Ok(found
        .map_err(|error| link.error_of::<T>(error))?
        .unwrap_or(row))
}

/// As [`late`], of many.
pub(super) async fn late_rows<L, T>(link: &mut L, rows: Vec<T::Model>) -> Result<Vec<T::Model>>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    let key_of = |row: &T::Model| row.key().into_key_values();
    let mut found = found_by_key::<L, T>(link, rows.iter().map(key_of).collect()).await?;
    let late = rows.into_iter().map(|row| {
        let key: Vec<ValueKey> = key_of(&row).into_iter().map(stored).collect();
        found.remove(&key).unwrap_or(row)
    });
    Ok(late.collect())
}

pub(super) async fn send<L: Link, T: TableDef>(link: &mut L, drafts: Vec<Draft<T>>) -> Result<()> {
    let insert = Insert::<T, AnyColumns>::new(Rows::new(drafts));
    let sent = link.execute(insert).await;
    sent.map(drop).map_err(|error| link.error_of::<T>(error))
}

/// A value as the columns keep it: times of these databases have microseconds.
fn stored(value: Value) -> ValueKey {
    use chrono::{SubsecRound, Timelike};
    ValueKey(match value {
        Value::Timestamp(time) => Value::Timestamp(time.trunc_subsecs(6)),
        Value::TimestampTz(time) => Value::TimestampTz(time.trunc_subsecs(6)),
        Value::Time(time) => {
            let micros = time.nanosecond() / 1_000 * 1_000;
            Value::Time(time.with_nanosecond(micros).unwrap_or(time))
        }
        other => other,
    })
}

pub(super) fn not_all_there<T: TableDef>() -> Error {
    let message = format!(
        "rows of {} that were just inserted are not all there: a trigger may have changed or removed them",
        T::META.model
    );
    Error::new(ErrorKind::Database, message)
}
