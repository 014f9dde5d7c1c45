//! Relations loaded along: one more query a relation, stitched by a map.

use std::sync::Arc;

use super::{LoadModel, Session};
use crate::connection::DatabaseConnection;
use crate::error::Result;
use crate::query::{Execute, NoPreload, Query, With};
use crate::relation::{
    BelongsTo, FindMany, HasMany, Loaded, LoadedShape, None_, Relation, Set, ToMany, ToOne, by_key,
};
use crate::table::{ColumnDef, Model, TableDef};
use crate::value::{Value, ValueKey};

/// Relations that can be loaded for rows of `M` over a connection of type `C`.
pub trait PreloadOn<C: DatabaseConnection, M>: LoadedShape {
    /// The relations of each row, in the order of the rows.
    ///
    /// # Errors
    /// What the database says.
    fn preload(session: &mut Session<C>, rows: &[M]) -> Result<Vec<Self::Shape>>;
}

impl<C: DatabaseConnection, M> PreloadOn<C, M> for NoPreload {
    fn preload(_: &mut Session<C>, rows: &[M]) -> Result<Vec<None_>> {
        Ok(rows.iter().map(|_| None_).collect())
    }
}

impl<C, M, R, Rest> PreloadOn<C, M> for With<R, Rest>
where
    C: DatabaseConnection,
    R: Relation,
    R::Kind: Fetch<R, C, M>,
    Rest: PreloadOn<C, M>,
{
    fn preload(session: &mut Session<C>, rows: &[M]) -> Result<Vec<Self::Shape>> {
        let rest = Rest::preload(session, rows)?;
        let fetched = R::Kind::fetch(session, rows)?;
        Ok(fetched
            .into_iter()
            .zip(rest)
            .map(|(rows, rest)| Set { rows, rest })
            .collect())
    }
}

/// Loads one relation; dispatched by its kind.
pub trait Fetch<R: Relation, C: DatabaseConnection, M> {
    /// What is loaded for each row, in the order of the rows.
    ///
    /// # Errors
    /// What the database says.
    fn fetch(session: &mut Session<C>, rows: &[M]) -> Result<Vec<R::Rows>>;
}

impl<R, C, M> Fetch<R, C, M> for ToMany
where
    C: DatabaseConnection,
    M: Model,
    R: HasMany<Parent = M::Table>
        + Relation<Rows = Vec<<<R as HasMany>::Child as TableDef>::Model>>,
    <R::Child as TableDef>::Model: Model<Table = R::Child> + LoadModel<C::Backend>,
{
    fn fetch(session: &mut Session<C>, rows: &[M]) -> Result<Vec<R::Rows>> {
        let key = <M::Table as TableDef>::META.key[0];
        let column = position::<R::Child, R::ForeignKey>();
        let keys = rows.iter().map(|row| row.value_of(key));
        let children = find_many::<C, R::Child>(session, column, keys)?;
        let mut children = by_key(children, column);
        let of = |row: &M| {
            children
                .remove(&ValueKey(row.value_of(key)))
                .unwrap_or_default()
        };
        Ok(rows.iter().map(of).collect())
    }
}

impl<R, C, M> Fetch<R, C, M> for ToOne
where
    C: DatabaseConnection,
    M: Model,
    R: BelongsTo<Child = M::Table>
        + Relation<Rows = Option<Arc<<<R as BelongsTo>::Parent as TableDef>::Model>>>,
    <R::Parent as TableDef>::Model: Model<Table = R::Parent> + LoadModel<C::Backend>,
{
    fn fetch(session: &mut Session<C>, rows: &[M]) -> Result<Vec<R::Rows>> {
        let column = position::<M::Table, R::ForeignKey>();
        let key = R::Parent::META.key[0];
        let keys = rows.iter().map(|row| row.value_of(column));
        let parents = find_many::<C, R::Parent>(session, key, keys)?;
        let parents: std::collections::HashMap<_, _> = parents
            .into_iter()
            .map(|parent| (ValueKey(parent.value_of(key)), Arc::new(parent)))
            .collect();
        let of = |row: &M| parents.get(&ValueKey(row.value_of(column))).cloned();
        Ok(rows.iter().map(of).collect())
    }
}

/// The rows whose column has one of the values, each value asked for once.
fn find_many<C, T>(
    session: &mut Session<C>,
    column: usize,
    values: impl Iterator<Item = Value>,
) -> Result<Vec<T::Model>>
where
    C: DatabaseConnection,
    T: TableDef,
    T::Model: Model<Table = T> + LoadModel<C::Backend>,
{
    let mut seen = std::collections::HashSet::new();
    let different: Vec<Value> = values
        .filter(|value| !value.is_null())
        .filter(|value| seen.insert(ValueKey(value.clone())))
        .collect();
    let mut rows = Vec::new();
    for chunk in different.chunks(FindMany::<T>::MOST) {
        let find = FindMany::<T>::new(column, chunk.to_vec());
        let found = T::Model::load_rows(session.connection(), find);
        rows.extend(found.map_err(|error| session.error(error))?);
    }
    Ok(rows)
}

fn position<T: TableDef, F: ColumnDef>() -> usize {
    let column = T::META
        .columns
        .iter()
        .position(|column| column.name == F::NAME);
    column.unwrap_or_default()
}

#[diagnostic::do_not_recommend]
impl<C, M, Q, S, O, G, D, W, R, Rel, Rest, J>
    Execute<
        Query<M, Q, S, O, G, D, W, R, With<Rel, Rest>, J>,
        Loaded<M, <With<Rel, Rest> as LoadedShape>::Shape>,
    > for &mut Session<C>
where
    C: DatabaseConnection,
    With<Rel, Rest>: PreloadOn<C, M>,
    for<'s> &'s mut Session<C>: Execute<Query<M, Q, S, O, G, D, W, R, NoPreload, J>, M>,
{
    fn load_all(
        self,
        query: Query<M, Q, S, O, G, D, W, R, With<Rel, Rest>, J>,
    ) -> Result<Vec<Loaded<M, <With<Rel, Rest> as LoadedShape>::Shape>>> {
        let rows: Vec<M> = (&mut *self).load_all(query.with_preload(NoPreload))?;
        let relations = <With<Rel, Rest> as PreloadOn<C, M>>::preload(self, &rows)?;
        Ok(rows
            .into_iter()
            .zip(relations)
            .map(|(row, set)| Loaded::new(row, set))
            .collect())
    }
}
