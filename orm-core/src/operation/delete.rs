//! Delete, softly or not, and bringing rows back.

use super::write::missed;
use super::{Link, LoadModel, told};
use crate::changeset::{Delete, Expected, Patch, Update};
use crate::error::Result;
use crate::table::{Model, TableDef};
use crate::value::Value;

/// Deletes a row, softly if its model says so, and says whether it was there.
///
/// # Errors
/// What a hook refuses with;
/// [`Stale`](crate::error::ErrorKind::Stale) if it is there in another version than expected; what
/// the database says, such as that other rows still refer to it.
pub async fn delete<L, T>(link: &mut L, delete: Delete<T>) -> Result<bool>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    let kept = begin(link, &delete)?;
    let deleted = match delete.softly(link.ids()) {
        Some(patch) => bury(link, delete, patch).await?,
        None => remove(link, delete).await?,
    };
    Ok(end(link, deleted, kept))
}

/// Deletes a row from the database, and says whether it was there.
///
/// # Errors
/// As [`delete`].
pub async fn delete_forever<L, T>(link: &mut L, delete: Delete<T>) -> Result<bool>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    let kept = begin(link, &delete)?;
    let deleted = remove(link, delete).await?;
    Ok(end(link, deleted, kept))
}

/// Hooks before a delete; what those behind it are given.
fn begin<L: Link, T: TableDef>(link: &L, delete: &Delete<T>) -> Result<Option<Delete<T>>> {
    let Some(hooks) = link.hooks() else {
        return Ok(None);
    };
    let hooked = hooks.before_deleting(delete);
    hooked.map_err(|error| error.on(link.name()))?;
    Ok(hooks.keep_for_delete(delete))
}

/// Hooks after a delete.
fn end<L: Link, T: TableDef>(link: &mut L, deleted: bool, kept: Option<Delete<T>>) -> bool {
    if deleted {
        told::of_delete(link, kept);
    }
    deleted
}

/// Keeps the row, and when it was deleted.
async fn bury<L, T>(link: &mut L, delete: Delete<T>, patch: Patch<T>) -> Result<bool>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    let wanted = patch.expected();
    let Some(update) = Update::new(patch) else {
        return Ok(false);
    };
    let deleted = link.execute(update).await;
    if deleted.map_err(|error| link.error_of::<T>(error))? > 0 {
        return Ok(true);
    }
    not_there::<L, T>(link, delete.key().to_vec(), wanted).await
}

async fn remove<L, T>(link: &mut L, delete: Delete<T>) -> Result<bool>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    let wanted = Expected::among::<T>(delete.conditions());
    let key = wanted.is_some().then(|| delete.key().to_vec());
    let deleted = link.execute(delete).await;
    if deleted.map_err(|error| link.error_of::<T>(error))? > 0 {
        return Ok(true);
    }
    not_there::<L, T>(link, key.unwrap_or_default(), wanted).await
}

async fn not_there<L, T>(link: &mut L, key: Vec<Value>, expected: Option<Expected>) -> Result<bool>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    if expected.is_none() {
        return Ok(false);
    }
    let error = missed::<L, T>(link, key, expected).await?;
    if error.is_stale() {
        return Err(error.on(link.name()));
    }
    Ok(false)
}

/// Brings a row back that was deleted softly, by [`Patch::restoring`], and says whether there
/// was such a row.
///
/// # Errors
/// What the database says.
pub async fn restore<L: Link, T: TableDef>(link: &mut L, patch: Option<Patch<T>>) -> Result<bool> {
    let Some(update) = patch.and_then(Update::new) else {
        return Ok(false);
    };
    let restored = link.execute(update).await;
    restored
        .map(|rows| rows > 0)
        .map_err(|error| link.error_of::<T>(error))
}
