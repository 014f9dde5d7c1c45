//! Insert and update.

use super::reread::{self, Again};
use super::{Link, LoadModel, Open, complete_patch, told};
use crate::backend::{Database, Dialect};
use crate::changeset::{
    AnyColumns, Draft, EveryColumn, EveryGivenColumn, Expected, FindBy, Insert, InsertShape, Patch,
    RequiredColumns, Rows, Update,
};
use crate::error::{Error, FieldError, Invalid, Result};
use crate::table::{Model, TableDef};
use crate::value::Value;

/// Rows are sent in statements of at most so many, a power of two.
const MOST_ROWS: usize = 256;

/// Whether the texts of a write stay as they are.
///
/// # Errors
/// [`Invalid`](crate::error::ErrorKind::Invalid), with the fields that would be cut.
fn kept<L: Link>(link: &L, cut: Vec<FieldError>) -> Result<()> {
    match cut.is_empty() {
        true => Ok(()),
        false => Err(Error::from(Invalid::new(cut)).on(link.name())),
    }
}

/// Makes a draft as it is sent: keys that this database does not make, or not tell of, are made.
///
/// # Errors
/// As [`kept`].
pub(super) fn ready<L: Link, T: TableDef>(link: &L, draft: &mut Draft<T>) -> Result<()> {
    if L::Backend::DATABASE != Database::Postgres {
        draft.make_untold_keys();
    }
    kept(link, draft.cut_on(L::Backend::DATABASE))
}

/// Inserts a row and gives it back as the database has it.
///
/// # Errors
/// What the database says, on the model's fields.
pub async fn insert<L, T>(link: &mut L, draft: Draft<T>) -> Result<T::Model>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    let inserted = insert_one(link, draft).await;
    if let Ok(row) = &inserted {
        told::of_inserts::<L, T>(link, [row]);
    }
    inserted
}

async fn insert_one<L, T>(link: &mut L, mut draft: Draft<T>) -> Result<T::Model>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    ready(link, &mut draft)?;
    let again = Again::where_needed::<L>(&draft)?;
    let rows = Rows::new([draft]);
    let inserted = if rows.is_required_columns(T::META) {
        send(link, Insert::<T, RequiredColumns>::new(rows), again).await
    } else if rows.is_every_given_column(T::META) {
        send(link, Insert::<T, EveryGivenColumn>::new(rows), again).await
    } else if rows.is_every_column(T::META) {
        send(link, Insert::<T, EveryColumn>::new(rows), again).await
    } else {
        send(link, Insert::<T, AnyColumns>::new(rows), again).await
    };
    inserted?.ok_or_else(|| Error::not_found(T::META.model, "that was inserted"))
}

/// Sends an insert; `None` if no row comes back.
pub(super) async fn send<L, T, Shape>(
    link: &mut L,
    insert: Insert<T, Shape>,
    again: Option<Again<T>>,
) -> Result<Option<T::Model>>
where
    L: Link,
    Shape: InsertShape,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    if let Some(again) = again {
        return reread::insert(link, insert, again).await;
    }
    let row = T::Model::load_one(link, insert).await;
    let row = row.map_err(|error| link.error_of::<T>(error))?;
    match row {
        Some(row) if reread::is_early::<L, T>() => Ok(Some(reread::late::<L, T>(link, row).await?)),
        row => Ok(row),
    }
}

/// Inserts rows, all or none, and gives them back in the order given.
///
/// # Errors
/// What the database says, on the model's fields.
pub async fn insert_all<L, T>(link: &mut L, mut drafts: Vec<Draft<T>>) -> Result<Vec<T::Model>>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    if drafts.is_empty() {
        return Ok(Vec::new());
    }
    if L::Backend::DATABASE != Database::Postgres {
        drafts.iter_mut().for_each(Draft::make_untold_keys);
    }
    let cut = drafts.iter().enumerate().flat_map(|(row, draft)| {
        let cut = draft.cut_on(L::Backend::DATABASE).into_iter();
        cut.map(move |error| error.in_row(row))
    });
    kept(link, cut.collect())?;
    let mut open = Open::begin(link).await?;
    let inserted = insert_chunks(open.link(), drafts).await;
    let inserted = open.finish(inserted).await;
    if let Ok(rows) = &inserted {
        told::of_inserts::<L, T>(link, rows);
    }
    inserted
}

/// Inserts rows in the transaction that is open, and gives them back in the order given. Hooks behind
/// that are the caller's.
///
/// # Errors
/// As [`insert_all`].
pub(crate) async fn insert_within<L, T>(
    link: &mut L,
    mut drafts: Vec<Draft<T>>,
) -> Result<Vec<T::Model>>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    if drafts.len() == 1
        && let Some(draft) = drafts.pop()
    {
        return Ok(vec![insert_one(link, draft).await?]);
    }
    if L::Backend::DATABASE != Database::Postgres {
        drafts.iter_mut().for_each(Draft::make_untold_keys);
    }
    insert_chunks(link, drafts).await
}

async fn insert_chunks<L, T>(link: &mut L, drafts: Vec<Draft<T>>) -> Result<Vec<T::Model>>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    let most = chunk_size(L::Backend::DATABASE, T::META.columns.len());
    let mut inserted = Vec::with_capacity(drafts.len());
    let mut drafts = drafts.into_iter();
    while drafts.len() > 0 {
        // Powers of two: few texts of the statement exist, each prepared once.
        let size = most.min(1 << drafts.len().ilog2());
        if !L::Backend::DATABASE.has_returning() {
            let chunk = drafts.by_ref().take(size).collect();
            inserted.extend(reread::insert_chunk(link, chunk).await?);
            continue;
        }
        let rows = Rows::new(drafts.by_ref().take(size));
        let chunk = T::Model::load_rows(link, Insert::<T, AnyColumns>::new(rows)).await;
        let chunk = chunk.map_err(|error| link.error_of::<T>(error))?;
        if chunk.len() != size {
            return Err(reread::not_all_there::<T>().on(link.name()));
        }
        inserted.extend(match reread::is_early::<L, T>() {
            true => reread::late_rows::<L, T>(link, chunk).await?,
            false => chunk,
        });
    }
    Ok(inserted)
}

/// Changes the columns that a patch sets, and says how many rows were changed.
///
/// # Errors
/// What a hook refuses with;
/// [`NotFound`](crate::error::ErrorKind::NotFound) if the row is not there;
/// [`Stale`](crate::error::ErrorKind::Stale) if it is there in another version than the patch
/// expects; all broken rules at once; what the database says.
pub async fn update<L, T>(link: &mut L, mut patch: Patch<T>) -> Result<usize>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    let checked = complete_patch(link.hooks(), &mut patch);
    checked.map_err(|error| error.on(link.name()))?;
    kept(link, patch.cut_on(L::Backend::DATABASE))?;
    patch.touch(link.ids());
    let wanted = patch.expected();
    let key = patch.key().to_vec();
    let kept = link.hooks().and_then(|hooks| hooks.keep_for_update(&patch));
    let Some(update) = Update::new(patch) else {
        return Ok(0);
    };
    let changed = link.execute(update).await;
    match changed.map_err(|error| link.error_of::<T>(error))? {
        0 => Err(missed::<L, T>(link, key, wanted).await?.on(link.name())),
        rows => {
            told::of_update(link, kept);
            Ok(rows)
        }
    }
}

/// Why no row was written: there is none, or it has another version than expected.
pub(super) async fn missed<L, T>(
    link: &mut L,
    key: Vec<Value>,
    expected: Option<Expected>,
) -> Result<Error>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    let shown = show_key(&key);
    if let Some(expected) = expected {
        // As it is now: the snapshot of a transaction has the row as it was.
        let key = T::META.key.iter().copied().zip(key).collect();
        let found = T::Model::load_one(link, FindBy::<T>::new(key)).await;
        let found = found.map_err(|error| link.error(error))?;
        if let Some((expected, found)) = found.and_then(|row| expected.stale(&row)) {
            return Ok(stale(T::META.model, &shown, &expected, &found));
        }
    }
    Ok(Error::not_found(T::META.model, shown))
}

/// A row is there in another version than expected.
pub(crate) fn stale(model: &str, key: &str, expected: &Value, found: &Value) -> Error {
    let error = Error::stale(model, key);
    match (expected.to_i64(), found.to_i64()) {
        (Some(expected), Some(found)) => error.with_versions(expected, found),
        _ => error,
    }
}

/// As many rows as the binds of one statement allow: 32,766 on SQLite, 65,535
/// on PostgreSQL; a power of two.
fn chunk_size(database: Database, columns: usize) -> usize {
    let binds = match database {
        Database::Sqlite => 32_766,
        Database::Postgres | Database::Mysql => 65_535,
    };
    MOST_ROWS.min(1 << (binds / columns.max(1)).max(1).ilog2())
}

/// A key for a message.
pub(crate) fn show_key(key: &[Value]) -> String {
    let parts: Vec<String> = key.iter().map(ToString::to_string).collect();
    match parts.as_slice() {
        [one] => one.clone(),
        many => format!("({})", many.join(", ")),
    }
}
