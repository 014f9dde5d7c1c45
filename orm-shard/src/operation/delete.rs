//! Deletes, softly or not, and bringing rows back: on the shard of the row, or on every shard.

use orm_core::changeset::{Delete, Patch};
use orm_core::error::Result;
use orm_core::operation::{self, Link, LoadModel};
use orm_core::table::{Model, TableDef};
use orm_core::value::Value;

use super::across::Across;
use super::{Shards, told};

/// How a row is deleted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    /// As its model says.
    ByModel,
    /// From the database.
    Forever,
}

/// Deletes a row, on every shard if the model is broadcast, and says whether
/// it was there.
///
/// # Errors
/// What a hook refuses with; as [`operation::delete`].
pub async fn delete<S, T>(
    shards: &S,
    delete: Delete<T>,
    shard_key: Option<Value>,
    deletion: Deletion,
) -> Result<bool>
where
    S: Shards,
    T: TableDef<Model: Model<Table = T> + LoadModel<<S::Link as Link>::Backend>>,
{
    let layout = shards.layout();
    if let Some(hooks) = layout.hooks() {
        hooks.before_deleting(&delete)?;
    }
    let kept = told::keep_for_delete(layout, &delete);
    let deleted = match (T::META.shard_key(), shard_key) {
        (Some(column), Some(value)) => {
            let delete = delete.only_if(column, value.clone());
            let position = layout.locate(value)?;
            delete_on(&mut shards.open(position).await?, delete, deletion).await?
        }
        _ => {
            // One time for all shards.
            let delete = delete.at(layout.ids.now());
            let mut across = Across::new(shards);
            let positions = layout.everywhere();
            let done = delete_everywhere(&mut across, positions, delete, deletion).await;
            across.finish(done).await?
        }
    };
    if deleted {
        told::of_delete(layout, kept);
    }
    Ok(deleted)
}

async fn delete_everywhere<S, T>(
    across: &mut Across<'_, S>,
    positions: Vec<usize>,
    delete: Delete<T>,
    deletion: Deletion,
) -> Result<bool>
where
    S: Shards,
    T: TableDef<Model: Model<Table = T> + LoadModel<<S::Link as Link>::Backend>>,
{
    let mut found = false;
    for position in positions {
        found |= delete_on(across.enter(position).await?, delete.clone(), deletion).await?;
    }
    Ok(found)
}

async fn delete_on<L, T>(link: &mut L, delete: Delete<T>, deletion: Deletion) -> Result<bool>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    match deletion {
        Deletion::ByModel => operation::delete(link, delete).await,
        Deletion::Forever => operation::delete_forever(link, delete).await,
    }
}

/// Brings a row back that was deleted softly, on every shard if the model is
/// broadcast, and says whether there is such a row.
///
/// # Errors
/// As [`operation::restore`].
pub async fn restore<S: Shards, T: TableDef>(
    shards: &S,
    key: Vec<Value>,
    shard_key: Option<Value>,
) -> Result<bool> {
    let patch = Patch::<T>::restoring(key, &shards.layout().ids);
    if let (Some(column), Some(value)) = (T::META.shard_key(), shard_key) {
        let patch = patch.map(|patch| patch.only_if(column, value.clone()));
        let position = shards.layout().locate(value)?;
        return operation::restore(&mut shards.open(position).await?, patch).await;
    }
    let mut across = Across::new(shards);
    let done = restore_everywhere(&mut across, shards.layout().everywhere(), patch).await;
    across.finish(done).await
}

async fn restore_everywhere<S: Shards, T: TableDef>(
    across: &mut Across<'_, S>,
    positions: Vec<usize>,
    patch: Option<Patch<T>>,
) -> Result<bool> {
    let mut found = false;
    for position in positions {
        found |= operation::restore(across.enter(position).await?, patch.clone()).await?;
    }
    Ok(found)
}
