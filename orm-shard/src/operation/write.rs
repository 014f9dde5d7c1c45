//! Reads and writes by key: a row is where its own shard key says, a row of a
//! reference table on every shard.

use orm_core::changeset::{Draft, Find, Form, Patch};
use orm_core::error::{Error, ErrorKind, Result};
use orm_core::operation::{self, Link, LoadModel};
use orm_core::table::{Model, TableDef};
use orm_core::value::{Value, compare};

use super::across::Across;
use super::{Shards, told};
use crate::layout::Layout;
use crate::place::shard_key_in;

/// A form as a draft: hooks run, keys made, rules checked.
///
/// # Errors
/// What a hook refuses with; all broken rules at once.
pub fn complete<F: Form>(layout: &Layout, form: F) -> Result<Draft<F::Table>> {
    operation::complete_form(layout.hooks(), &layout.ids, form)
}

/// Forms as drafts; a field error names its row.
///
/// # Errors
/// What a hook refuses with; all broken rules of all rows at once.
pub fn complete_many<F: Form>(
    layout: &Layout,
    forms: impl IntoIterator<Item = F>,
) -> Result<Vec<Draft<F::Table>>> {
    operation::complete_forms(layout.hooks(), &layout.ids, forms)
}

/// Inserts a row where its shard key says, or on every shard.
///
/// # Errors
/// [`ErrorKind::Refused`] if the draft does not give the shard key; what a database says.
pub async fn insert<S, T>(shards: &S, draft: Draft<T>) -> Result<T::Model>
where
    S: Shards,
    T: TableDef<Model: Model<Table = T> + LoadModel<<S::Link as Link>::Backend>>,
{
    let row = match T::META.shard_key() {
        Some(column) => {
            let position = shards.layout().locate_draft(&draft, column)?;
            operation::insert(&mut shards.open(position).await?, draft).await?
        }
        None => {
            let rows = insert_everywhere(shards, vec![draft]).await?;
            rows.into_iter().next().ok_or_else(nothing_came_back)?
        }
    };
    told::of_inserts::<T>(shards.layout(), [&row]);
    Ok(row)
}

/// Inserts rows where their shard keys say, and gives them back in the order given.
///
/// # Errors
/// As [`insert`]; [`ErrorKind::PartialCommit`] if a shard fails to commit after others did, or loses
/// its connection at that, so that it may have.
pub async fn insert_many<S, T>(shards: &S, drafts: Vec<Draft<T>>) -> Result<Vec<T::Model>>
where
    S: Shards,
    T: TableDef<Model: Model<Table = T> + LoadModel<<S::Link as Link>::Backend>>,
{
    let rows = match T::META.shard_key() {
        Some(column) => insert_apart(shards, drafts, column).await?,
        None => insert_everywhere(shards, drafts).await?,
    };
    told::of_inserts::<T>(shards.layout(), &rows);
    Ok(rows)
}

/// Rows, each on the shard of its key in a column.
async fn insert_apart<S, T>(
    shards: &S,
    drafts: Vec<Draft<T>>,
    column: usize,
) -> Result<Vec<T::Model>>
where
    S: Shards,
    T: TableDef<Model: Model<Table = T> + LoadModel<<S::Link as Link>::Backend>>,
{
    let layout = shards.layout();
    let mut parts: Vec<(Vec<usize>, Vec<Draft<T>>)> = layout
        .everywhere()
        .iter()
        .map(|_| Default::default())
        .collect();
    let mut rows: Vec<Option<T::Model>> = drafts.iter().map(|_| None).collect();
    for (position, draft) in drafts.into_iter().enumerate() {
        let part = &mut parts[layout.locate_draft(&draft, column)?];
        part.0.push(position);
        part.1.push(draft);
    }
    let mut across = Across::new(shards);
    let done = insert_parts(&mut across, parts, &mut rows).await;
    across.finish(done).await?;
    rows.into_iter()
        .map(|row| row.ok_or_else(nothing_came_back))
        .collect()
}

async fn insert_parts<S, T>(
    across: &mut Across<'_, S>,
    parts: Vec<(Vec<usize>, Vec<Draft<T>>)>,
    rows: &mut [Option<T::Model>],
) -> Result<()>
where
    S: Shards,
    T: TableDef<Model: Model<Table = T> + LoadModel<<S::Link as Link>::Backend>>,
{
    for (shard, (positions, drafts)) in parts.into_iter().enumerate() {
        if drafts.is_empty() {
            continue;
        }
        let inserted = operation::insert_all(across.enter(shard).await?, drafts).await?;
        for (position, row) in positions.into_iter().zip(inserted) {
            rows[position] = Some(row);
        }
    }
    Ok(())
}

/// Rows of a reference table: the first shard makes what the database makes
/// (defaults), the others get the same rows.
async fn insert_everywhere<S, T>(shards: &S, drafts: Vec<Draft<T>>) -> Result<Vec<T::Model>>
where
    S: Shards,
    T: TableDef<Model: Model<Table = T> + LoadModel<<S::Link as Link>::Backend>>,
{
    if drafts.is_empty() {
        return Ok(Vec::new());
    }
    let mut across = Across::new(shards);
    let done = copy_everywhere(&mut across, shards.layout().everywhere(), drafts).await;
    across.finish(done).await
}

async fn copy_everywhere<S, T>(
    across: &mut Across<'_, S>,
    positions: Vec<usize>,
    drafts: Vec<Draft<T>>,
) -> Result<Vec<T::Model>>
where
    S: Shards,
    T: TableDef<Model: Model<Table = T> + LoadModel<<S::Link as Link>::Backend>>,
{
    let rows = operation::insert_all(across.enter(positions[0]).await?, drafts).await?;
    for position in &positions[1..] {
        let same = rows.iter().map(Draft::<T>::copy_of).collect();
        operation::insert_all(across.enter(*position).await?, same).await?;
    }
    Ok(rows)
}

/// The row of a key, on the shard of a shard key if the model has one.
///
/// # Errors
/// What the database says.
pub async fn get<S, M, const DELETED: bool>(
    shards: &S,
    shard_key: Option<Value>,
    key: Vec<Value>,
) -> Result<Option<M>>
where
    S: Shards,
    M: LoadModel<<S::Link as Link>::Backend>,
{
    let position = match &shard_key {
        Some(value) => shards.layout().locate(value.clone())?,
        // Every shard has the rows of reference tables: the first is asked.
        None => 0,
    };
    let find = Find::<M::Table, DELETED>::new(key);
    let found: Option<M> = operation::get(&mut shards.open(position).await?, find).await?;
    // Another key's row on the same shard may have the same id.
    let column = <M::Table as TableDef>::META.shard_key();
    Ok(found.filter(|row| match (column, &shard_key) {
        (Some(column), Some(value)) => compare(&row.value_of(column), value).is_eq(),
        _ => true,
    }))
}

/// Changes the row that a patch names by its key, on every shard if the model
/// is broadcast.
///
/// # Errors
/// As [`operation::update`].
pub async fn update<S, T>(shards: &S, mut patch: Patch<T>) -> Result<usize>
where
    S: Shards,
    T: TableDef<Model: Model<Table = T> + LoadModel<<S::Link as Link>::Backend>>,
{
    let layout = shards.layout();
    operation::complete_patch(layout.hooks(), &mut patch)?;
    if patch.is_empty() {
        return Ok(0);
    }
    // One time for all shards.
    patch.touch(&layout.ids);
    let kept = told::keep_for_update(layout, &patch);
    let changed = if let Some(value) = shard_key_in::<T>(patch.key()) {
        let position = layout.locate(value)?;
        operation::update(&mut shards.open(position).await?, patch).await?
    } else {
        let mut across = Across::new(shards);
        let done = update_everywhere(&mut across, layout.everywhere(), patch).await;
        across.finish(done).await?
    };
    told::of_update(layout, kept);
    Ok(changed)
}

async fn update_everywhere<S, T>(
    across: &mut Across<'_, S>,
    positions: Vec<usize>,
    patch: Patch<T>,
) -> Result<usize>
where
    S: Shards,
    T: TableDef<Model: Model<Table = T> + LoadModel<<S::Link as Link>::Backend>>,
{
    let mut changed = 0;
    for position in positions {
        changed = operation::update(across.enter(position).await?, patch.clone()).await?;
    }
    Ok(changed)
}

/// Changes a row of this shard key.
///
/// # Errors
/// As [`operation::update`]; not found also if the row has another shard key.
pub async fn update_at<S, T>(shards: &S, shard_key: Value, mut patch: Patch<T>) -> Result<usize>
where
    S: Shards,
    T: TableDef<Model: Model<Table = T> + LoadModel<<S::Link as Link>::Backend>>,
{
    let layout = shards.layout();
    operation::complete_patch(layout.hooks(), &mut patch)?;
    if patch.is_empty() {
        return Ok(0);
    }
    patch.touch(&layout.ids);
    let kept = told::keep_for_update(layout, &patch);
    if let Some(column) = T::META.shard_key() {
        patch = patch.only_if(column, shard_key.clone());
    }
    let position = layout.locate(shard_key)?;
    let changed = operation::update(&mut shards.open(position).await?, patch).await?;
    told::of_update(layout, kept);
    Ok(changed)
}

/// Inserts a row, or changes the one that the target names.
///
/// # Errors
/// [`ErrorKind::Refused`] if the draft does not give the shard key, or if it was made for this
/// upsert and says nothing of the row at the target; as [`operation::upsert`].
pub async fn upsert<S, T>(shards: &S, draft: Draft<T>, target: Vec<usize>) -> Result<T::Model>
where
    S: Shards,
    T: TableDef<Model: Model<Table = T> + LoadModel<<S::Link as Link>::Backend>>,
{
    if let Some(column) = T::META.shard_key() {
        if draft.is_made(column) && !target.contains(&column) {
            return Err(unplaced::<T>(column));
        }
        let position = shards.layout().locate_draft(&draft, column)?;
        return operation::upsert(&mut shards.open(position).await?, draft, target).await;
    }
    let mut across = Across::new(shards);
    let positions = shards.layout().everywhere();
    let done = upsert_everywhere(&mut across, positions, draft, target).await;
    across.finish(done).await
}

/// The first shard's row, whatever it made of the form, is what the others get.
async fn upsert_everywhere<S, T>(
    across: &mut Across<'_, S>,
    positions: Vec<usize>,
    draft: Draft<T>,
    target: Vec<usize>,
) -> Result<T::Model>
where
    S: Shards,
    T: TableDef<Model: Model<Table = T> + LoadModel<<S::Link as Link>::Backend>>,
{
    let first = across.enter(positions[0]).await?;
    let row = operation::upsert(first, draft, target.clone()).await?;
    for position in &positions[1..] {
        let link = across.enter(*position).await?;
        operation::upsert(link, Draft::<T>::copy_of(&row), target.clone()).await?;
    }
    Ok(row)
}

fn unplaced<T: TableDef>(column: usize) -> Error {
    let message = format!(
        "the shard key `{}` of {} was made for this upsert, and does not say on which shard the row may be: give it, or make it the target",
        T::META.columns[column].field,
        T::META.model,
    );
    Error::new(ErrorKind::Refused, message)
}

fn nothing_came_back() -> Error {
    Error::new(
        ErrorKind::Database,
        "the database gave no row back for an insert",
    )
}
