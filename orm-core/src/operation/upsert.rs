//! Upsert, and insert unless a row is there: the row that the target names, and no other.
//!
//! MariaDB and MySQL give no row back, and do not ask for a target: [`reread_upsert`].

use super::reread::Again;
use super::reread_upsert;
use super::write::{ready, send, show_key, stale};
use super::{Link, LoadModel, Open};
use crate::backend::Dialect;
use crate::changeset::{AnyColumns, Draft, FindBy, Insert, OnConflict, Rows};
use crate::error::{Error, Result};
use crate::table::{KeyValues, Model, TableDef};
use crate::value::{Value, compare};

/// Inserts a row, or changes the one that the target names.
///
/// # Errors
/// A conflict other than on the target, or with a row of another shard key than is given;
/// [`Stale`](crate::error::ErrorKind::Stale) if the row has another version than is given; what
/// the database says.
pub async fn upsert<L, T>(link: &mut L, mut draft: Draft<T>, target: Vec<usize>) -> Result<T::Model>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    ready(link, &mut draft)?;
    draft.renew(link.ids());
    if !L::Backend::DATABASE.has_returning() {
        return upsert_and_read(link, draft, target).await;
    }
    let asks = !draft.overwrites(&target).equal.is_empty();
    let again = asks.then(|| draft.clone());
    let insert = Insert::<T, AnyColumns>::new(Rows::new([draft]))
        .on_conflict(OnConflict::update(target.clone()));
    match (send(link, insert, None).await?, again) {
        (Some(row), _) => Ok(row),
        (None, Some(draft)) => {
            let row = find_target::<L, T>(link, given_at(&draft, &target)).await?;
            not_overwritten(link, draft, row.as_ref()).await
        }
        (None, None) => Err(nothing_there::<T>()),
    }
}

/// Writes and reads in one transaction: between the two, somebody else might
/// change the row at the target.
async fn upsert_and_read<L, T>(
    link: &mut L,
    draft: Draft<T>,
    target: Vec<usize>,
) -> Result<T::Model>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    let row = if link.is_inside() {
        reread_upsert::upsert(link, draft, target).await?
    } else {
        let mut open = Open::begin(link).await?;
        let row = reread_upsert::upsert(open.link(), draft, target).await;
        open.finish(row).await?
    };
    row.ok_or_else(nothing_there::<T>)
}

fn nothing_there<T: TableDef>() -> Error {
    Error::not_found(T::META.model, "that was upserted")
}

/// Whether an upsert may change the row at its target.
pub(super) fn overwrites<T>(draft: &Draft<T>, row: &T::Model, target: &[usize]) -> bool
where
    T: TableDef<Model: Model<Table = T>>,
{
    let equal = draft.overwrites(target).equal;
    equal.iter().all(|column| is_like(draft, row, *column))
}

fn is_like<T>(draft: &Draft<T>, row: &T::Model, column: usize) -> bool
where
    T: TableDef<Model: Model<Table = T>>,
{
    let given = draft.get(column);
    given.is_none_or(|given| compare(&row.value_of(column), given).is_eq())
}

/// Why the row at the target was not changed; or the row that was inserted, if
/// nobody is in the way by now.
pub(super) async fn not_overwritten<L, T>(
    link: &mut L,
    draft: Draft<T>,
    row: Option<&T::Model>,
) -> Result<T::Model>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    let differs = |row: &&T::Model, column: Option<usize>| {
        column.is_some_and(|column| !draft.is_made(column) && !is_like(&draft, row, column))
    };
    let ours = row.filter(|row| !differs(row, T::META.shard_key()));
    if let Some(row) = ours.filter(|row| differs(row, T::META.version)) {
        let key = show_key(&row.key().into_key_values());
        let version = T::META
            .version
            .map(|column| (draft.get(column), row.value_of(column)));
        let error = match version {
            Some((Some(given), found)) => stale(T::META.model, &key, given, &found),
            _ => Error::stale(T::META.model, key),
        };
        return Err(error.on(link.name()));
    }
    // Says which unique it is, on its field.
    let again = Again::where_needed::<L>(&draft)?;
    let insert = Insert::<T, AnyColumns>::new(Rows::new([draft]));
    let row = send(link, insert, again).await?;
    row.ok_or_else(nothing_there::<T>)
}

/// What a draft gives at the target; `None` if that is in nobody's way, or made by the database.
fn given_at<T: TableDef>(draft: &Draft<T>, target: &[usize]) -> Option<Vec<(usize, Value)>> {
    let value = |index: &usize| {
        let value = draft.get(*index).filter(|value| !value.is_null())?;
        Some((*index, value.clone()))
    };
    target.iter().map(value).collect()
}

/// The row that has these values.
pub(super) async fn find_target<L, T>(
    link: &mut L,
    target: Option<Vec<(usize, Value)>>,
) -> Result<Option<T::Model>>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    let Some(target) = target else {
        return Ok(None);
    };
    let row = T::Model::load_one(link, FindBy::<T>::new(target)).await;
    row.map_err(|error| link.error_of::<T>(error))
}

/// Inserts a row unless one is in the way at the target: `None` then.
///
/// # Errors
/// A conflict other than on the target; what the database says.
pub async fn insert_unless_exists<L, T>(
    link: &mut L,
    mut draft: Draft<T>,
    target: Vec<usize>,
) -> Result<Option<T::Model>>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    ready(link, &mut draft)?;
    if !L::Backend::DATABASE.has_returning() {
        return reread_upsert::insert_unless_exists(link, draft, target).await;
    }
    let insert =
        Insert::<T, AnyColumns>::new(Rows::new([draft])).on_conflict(OnConflict::nothing(target));
    send(link, insert, None).await
}
