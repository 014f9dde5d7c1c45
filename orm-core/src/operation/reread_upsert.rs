//! Upserts where the database gives no row back: MariaDB, MySQL.
//!
//! The row is read by the values of the target, or, where the database fills those in, by the key
//! that it tells.

use super::reread::{Again, insert, send};
use super::upsert::{find_target, not_overwritten, overwrites};
use super::{Link, LoadModel};
use crate::changeset::{
    AnyColumns, Draft, Insert, OnConflict, Patch, Rows, Update, counted, is_other_conflict,
};
use crate::error::{Error, ErrorKind, Result};
use crate::table::{Model, TableDef};
use crate::value::Value;

/// What stands at the target of an upsert.
enum AtTarget {
    /// These values, by position of the column.
    Given(Vec<(usize, Value)>),
    /// A NULL, or a key that is counted for this row: no row is in the way.
    Nobody,
    /// What the database fills in for the column of this position.
    Filled(usize),
}

impl AtTarget {
    fn of<T: TableDef>(draft: &Draft<T>, target: &[usize]) -> Self {
        let mut values = Vec::with_capacity(target.len());
        let mut filled = None;
        for &index in target {
            let column = &T::META.columns[index];
            match draft.get(index) {
                Some(value) if !value.is_null() => values.push((index, value.clone())),
                None if counted::<T>() == Some(index) => return AtTarget::Nobody,
                None if column.default.is_some() || !column.is_writable() => {
                    filled = filled.or(Some(index));
                }
                _ => return AtTarget::Nobody,
            }
        }
        filled.map_or(AtTarget::Given(values), AtTarget::Filled)
    }
}

/// Inserts a row, or changes the one that the target names.
pub(super) async fn upsert<L, T>(
    link: &mut L,
    draft: Draft<T>,
    target: Vec<usize>,
) -> Result<Option<T::Model>>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    let again = Again::of(&draft)?;
    let named = match AtTarget::of(&draft, &target) {
        AtTarget::Given(values) => Some(values),
        // An insert like any other.
        AtTarget::Nobody => {
            let rows = Rows::new([draft]);
            return insert(link, Insert::<T, AnyColumns>::new(rows), again).await;
        }
        AtTarget::Filled(column) => return upsert_told(link, draft, target, again, column).await,
    };
    let rows = Rows::new([draft.clone()]);
    let upsert = Insert::<T, AnyColumns>::new(rows).on_conflict(OnConflict::update(target.clone()));
    match link.execute(upsert).await {
        Ok(_) => find_target::<L, T>(link, named).await,
        // The first row in the way was another one, and the target's may be there too; or the
        // target's is not to be changed.
        Err(error) if is_other_conflict(&error) => {
            let Some(row) = find_target::<L, T>(link, named.clone()).await? else {
                // Says which unique it is, on its field.
                send(link, vec![draft]).await?;
                return find_target::<L, T>(link, named).await;
            };
            if !overwrites(&draft, &row, &target) {
                return not_overwritten(link, draft, Some(&row)).await.map(Some);
            }
            change(link, &row, &draft, &target).await?;
            find_target::<L, T>(link, named).await
        }
        Err(error) => Err(link.error_of::<T>(error)),
    }
}

/// Inserts a row, or changes the one at a target whose value only the database knows: it tells
/// the key of either.
async fn upsert_told<L, T>(
    link: &mut L,
    draft: Draft<T>,
    target: Vec<usize>,
    again: Again<T>,
    filled: usize,
) -> Result<Option<T::Model>>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    let (Again::Counted(_), Some(counted)) = (&again, counted::<T>()) else {
        let message = format!(
            "`{}` of {} is filled in by the database, which does not say here which row it met: give the field in the upsert",
            T::META.columns[filled].field,
            T::META.model,
        );
        return Err(Error::new(ErrorKind::Refused, message).on(link.name()));
    };
    let rows = Rows::new([draft.clone()]);
    let on_conflict = OnConflict::update(target).telling(counted);
    let upsert = Insert::<T, AnyColumns>::new(rows).on_conflict(on_conflict);
    match link.execute(upsert).await {
        Ok(_) => again.read(link).await,
        Err(error) if is_other_conflict(&error) => {
            // Says which unique it is, on its field.
            send(link, vec![draft]).await?;
            again.read(link).await
        }
        Err(error) => Err(link.error_of::<T>(error)),
    }
}

/// Changes a row to what an upsert gives, but for the key, the shard key and
/// the target.
async fn change<L, T>(
    link: &mut L,
    row: &T::Model,
    draft: &Draft<T>,
    target: &[usize],
) -> Result<()>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    let key = T::META.key.iter().map(|index| row.value_of(*index));
    let patch = Patch::<T>::of(key.collect(), draft.overwriting(target));
    let Some(update) = Update::new(patch) else {
        return Ok(());
    };
    let changed = link.execute(update).await;
    changed.map(drop).map_err(|error| link.error_of::<T>(error))
}

/// Inserts a row unless one is in the way at the target.
pub(super) async fn insert_unless_exists<L, T>(
    link: &mut L,
    draft: Draft<T>,
    target: Vec<usize>,
) -> Result<Option<T::Model>>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    let again = Again::of(&draft)?;
    let at_target = AtTarget::of(&draft, &target);
    let rows = Rows::new([draft]);
    let inserted = insert(link, Insert::<T, AnyColumns>::new(rows), again).await;
    let Err(error) = inserted else {
        return inserted;
    };
    let taken: Vec<&str> = error.invalid().map_or_else(Vec::new, |invalid| {
        let errors = invalid.errors.iter();
        let taken = errors.filter(|error| error.code == "unique");
        taken.map(|error| error.field.as_str()).collect()
    });
    let is_there = match at_target {
        _ if taken.is_empty() => false,
        AtTarget::Nobody => false,
        AtTarget::Given(values) => find_target::<L, T>(link, Some(values)).await?.is_some(),
        // Nobody knows its value, and the database says which unique it met first.
        AtTarget::Filled(_) => {
            let fields = target.iter().map(|index| T::META.columns[*index].field);
            fields.eq(taken)
        }
    };
    match is_there {
        true => Ok(None),
        false => Err(error),
    }
}
