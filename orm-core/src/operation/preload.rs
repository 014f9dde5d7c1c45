//! Relations loaded along: one more query a relation, stitched by a map.

use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::sync::Arc;

use super::{Link, LoadModel};
use crate::backend::Dialect;
use crate::error::{Error, ErrorKind, Result};
use crate::metadata::TableMeta;
use crate::query::{NoPreload, With};
use crate::relation::{
    BelongsTo, FindMany, HasMany, LoadedShape, None_, Relation, RowKey, Set, ToMany, ToOne, by_key,
};
use crate::table::{Model, TableDef, positions};

/// Relations that can be loaded for rows of `M` from a backend.
pub trait PreloadOn<DB: Dialect, M>: LoadedShape {
    /// The relations of each row, in the order of the rows.
    ///
    /// # Errors
    /// What the database says.
    fn preload<L: Link<Backend = DB>>(
        link: &mut L,
        rows: &[M],
    ) -> impl Future<Output = Result<Vec<Self::Shape>>> + Send;
}

impl<DB: Dialect, M: Sync> PreloadOn<DB, M> for NoPreload {
    async fn preload<L: Link<Backend = DB>>(_: &mut L, rows: &[M]) -> Result<Vec<None_>> {
        Ok(rows.iter().map(|_| None_).collect())
    }
}

impl<DB, M, R, Rest> PreloadOn<DB, M> for With<R, Rest>
where
    DB: Dialect,
    M: Sync,
    R: Relation,
    R::Kind: Fetch<R, DB, M>,
    Rest: PreloadOn<DB, M, Shape: Send>,
{
    async fn preload<L: Link<Backend = DB>>(link: &mut L, rows: &[M]) -> Result<Vec<Self::Shape>> {
        let rest = Rest::preload(link, rows).await?;
        let fetched = R::Kind::fetch(link, rows).await?;
        Ok(fetched
            .into_iter()
            .zip(rest)
            .map(|(rows, rest)| Set { rows, rest })
            .collect())
    }
}

/// Loads one relation; dispatched by its kind.
pub trait Fetch<R: Relation, DB: Dialect, M> {
    /// What is loaded for each row, in the order of the rows.
    ///
    /// # Errors
    /// What the database says.
    fn fetch<L: Link<Backend = DB>>(
        link: &mut L,
        rows: &[M],
    ) -> impl Future<Output = Result<Vec<R::Rows>>> + Send;
}

impl<R, DB, M> Fetch<R, DB, M> for ToMany
where
    DB: Dialect,
    M: Model,
    R: HasMany<Parent = M::Table>
        + Relation<Rows = Vec<<<R as HasMany>::Child as TableDef>::Model>>,
    <R::Child as TableDef>::Model: Model<Table = R::Child> + LoadModel<DB>,
{
    async fn fetch<L: Link<Backend = DB>>(link: &mut L, rows: &[M]) -> Result<Vec<R::Rows>> {
        let key = <M::Table as TableDef>::META.key;
        let columns = positions::<R::ForeignKey>();
        let keys = rows.iter().map(|row| RowKey::of(row, key)).collect();
        let children = find_many::<L, R::Child>(link, columns.clone(), keys).await?;
        let mut children = by_key(children, &columns);
        let of = |row: &M| {
            let key = RowKey::of(row, key)?;
            children.remove(&key)
        };
        Ok(rows.iter().map(of).map(Option::unwrap_or_default).collect())
    }
}

impl<R, DB, M> Fetch<R, DB, M> for ToOne
where
    DB: Dialect,
    M: Model,
    R: BelongsTo<Child = M::Table>
        + Relation<Rows = Option<Arc<<<R as BelongsTo>::Parent as TableDef>::Model>>>,
    <R::Parent as TableDef>::Model: Model<Table = R::Parent> + LoadModel<DB>,
{
    async fn fetch<L: Link<Backend = DB>>(link: &mut L, rows: &[M]) -> Result<Vec<R::Rows>> {
        let columns = positions::<R::ForeignKey>();
        let key = R::Parent::META.key;
        let keys = rows.iter().map(|row| RowKey::of(row, &columns)).collect();
        let parents = find_many::<L, R::Parent>(link, key.to_vec(), keys).await?;
        let parents: HashMap<_, _> = parents
            .into_iter()
            .filter_map(|parent| Some((RowKey::of(&parent, key)?, Arc::new(parent))))
            .collect();
        let of = |row: &M| parents.get(&RowKey::of(row, &columns)?).cloned();
        Ok(rows.iter().map(of).collect())
    }
}

/// The rows whose columns have one of the values, each asked for once.
async fn find_many<L, T>(
    link: &mut L,
    columns: Vec<usize>,
    keys: Vec<Option<RowKey>>,
) -> Result<Vec<T::Model>>
where
    L: Link,
    T: TableDef<Model: Model<Table = T> + LoadModel<L::Backend>>,
{
    let mut seen = HashSet::new();
    let different: Vec<RowKey> = keys
        .into_iter()
        .flatten()
        .filter(|key| seen.insert(key.clone()))
        .collect();
    let mut rows = Vec::new();
    for chunk in different.chunks(FindMany::<T>::MOST / columns.len().max(1)) {
        let find = FindMany::<T>::new(columns.clone(), chunk.to_vec());
        let found = T::Model::load_rows(link, find).await;
        rows.extend(found.map_err(|error| link.error(error))?);
    }
    let asked = |row: &T::Model| RowKey::of(row, &columns).is_some_and(|key| seen.contains(&key));
    match rows.iter().find(|row| !asked(row)) {
        Some(row) => Err(nobodys(T::META, &columns, row).on(link.name())),
        None => Ok(rows),
    }
}

/// A row that the database found by a key that none of the rows has.
fn nobodys<M: Model>(table: &TableMeta, columns: &[usize], row: &M) -> Error {
    let parts = columns.iter().map(|column| {
        let name = table.columns[*column].name;
        format!("`{}.{name}` has `{}`", table.name, row.value_of(*column))
    });
    let parts: Vec<String> = parts.collect();
    let message = format!(
        "{}, which the database finds equal to a key that was asked for, and which is another text: the columns of the relation have a collation that ignores case, accents or blanks. Give them one that compares by code point, or write the keys alike",
        parts.join(" and "),
    );
    Error::new(ErrorKind::Refused, message)
}
