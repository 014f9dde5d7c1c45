//! Which plan: decided by whether the selection aggregates, and whether the
//! group holds the shard key.

use orm_core::connection::DatabaseConnection;
use orm_core::diesel::expression::{
    IsContainedInGroupBy, ValidGrouping, is_aggregate, is_contained_in_group_by,
};
use orm_core::error::Result;
use orm_core::operation::now;
use orm_core::query::{
    AllColumns, Grouped, Having, NoGroup, NoPreload, Query, Scatter, Selection, With,
};
use orm_core::relation::{Loaded, LoadedShape};
use orm_core::session::PreloadOn;
use orm_core::table::{Broadcast, By, Model, ShardingOf};

use super::groups::GroupsPlan;
use super::rows::RowsPlan;
use crate::cluster::Cluster;

/// A query that every shard is asked.
pub trait Scattered<C: DatabaseConnection, U> {
    /// All rows.
    ///
    /// # Errors
    /// What the databases say; what cannot be merged.
    fn scattered(self, cluster: &Cluster<C>) -> Result<Vec<U>>;
}

/// The plan of a query without GROUP BY, by whether its selection aggregates.
pub trait UngroupedPlan<C: DatabaseConnection, Q, U> {
    /// All rows.
    ///
    /// # Errors
    /// As [`Scattered::scattered`].
    fn run(query: Q, cluster: &Cluster<C>) -> Result<Vec<U>>;
}

impl<C: DatabaseConnection, Q: RowsPlan<C, U>, U: Send> UngroupedPlan<C, Q, U>
    for is_aggregate::No
{
    fn run(query: Q, cluster: &Cluster<C>) -> Result<Vec<U>> {
        query.rows(cluster, |_, rows| Ok(rows))
    }
}

impl<C: DatabaseConnection, Q: RowsPlan<C, U>, U: Send> UngroupedPlan<C, Q, U>
    for is_aggregate::Never
{
    fn run(query: Q, cluster: &Cluster<C>) -> Result<Vec<U>> {
        query.rows(cluster, |_, rows| Ok(rows))
    }
}

impl<C: DatabaseConnection, Q: GroupsPlan<C, U>, U> UngroupedPlan<C, Q, U> for is_aggregate::Yes {
    fn run(query: Q, cluster: &Cluster<C>) -> Result<Vec<U>> {
        query.groups(cluster)
    }
}

impl<C, M, Q, S, O, D, W, J, U> Scattered<C, U>
    for Query<M, Q, S, O, NoGroup, D, W, Scatter, NoPreload, J>
where
    C: DatabaseConnection,
    S: Selection,
    S::Expr: ValidGrouping<()>,
    <S::Expr as ValidGrouping<()>>::IsAggregate: UngroupedPlan<C, Self, U>,
{
    fn scattered(self, cluster: &Cluster<C>) -> Result<Vec<U>> {
        <<S::Expr as ValidGrouping<()>>::IsAggregate as UngroupedPlan<C, Self, U>>::run(
            self, cluster,
        )
    }
}

/// The plan of a query with GROUP BY, by whether the group holds the shard key.
pub trait GroupPlan<C: DatabaseConnection, Q, U> {
    /// All rows.
    ///
    /// # Errors
    /// As [`Scattered::scattered`].
    fn run(query: Q, cluster: &Cluster<C>) -> Result<Vec<U>>;
}

impl<C: DatabaseConnection, Q: RowsPlan<C, U>, U: Send> GroupPlan<C, Q, U>
    for is_contained_in_group_by::Yes
{
    fn run(query: Q, cluster: &Cluster<C>) -> Result<Vec<U>> {
        query.rows(cluster, |_, rows| Ok(rows))
    }
}

impl<C: DatabaseConnection, Q: GroupsPlan<C, U>, U> GroupPlan<C, Q, U>
    for is_contained_in_group_by::No
{
    fn run(query: Q, cluster: &Cluster<C>) -> Result<Vec<U>> {
        query.groups(cluster)
    }
}

/// Whether a group holds the shard key of a model.
pub trait HoldsShardKey<E> {
    /// Diesel's `Yes` or `No`.
    type Answer;
}

impl<G, K, C, E: IsContainedInGroupBy<C>> HoldsShardKey<E> for By<G, K, C> {
    type Answer = E::Output;
}

/// A query that starts from a reference table: its groups may span shards.
impl<E> HoldsShardKey<E> for Broadcast {
    type Answer = is_contained_in_group_by::No;
}

macro_rules! grouped {
    ($([$($generic:ident)?] $group:ty;)*) => {$(
        impl<C, M, Q, S, O, E, D, W, J, U, $($generic)?> Scattered<C, U>
            for Query<M, Q, S, O, $group, D, W, Scatter, NoPreload, J>
        where
            C: DatabaseConnection,
            M: Model,
            ShardingOf<M>: HoldsShardKey<E>,
            <ShardingOf<M> as HoldsShardKey<E>>::Answer: GroupPlan<C, Self, U>,
        {
            fn scattered(self, cluster: &Cluster<C>) -> Result<Vec<U>> {
                <<ShardingOf<M> as HoldsShardKey<E>>::Answer as GroupPlan<C, Self, U>>::run(
                    self, cluster,
                )
            }
        }
    )*};
}
grouped! {
    [] Grouped<E>;
    [H] Having<E, H>;
}

/// Rows with relations: each shard loads those of its own rows.
impl<C, M, Q, T, O, D, W, Rel, Rest, J>
    Scattered<C, Loaded<M, <With<Rel, Rest> as LoadedShape>::Shape>>
    for Query<M, Q, AllColumns<T>, O, NoGroup, D, W, Scatter, With<Rel, Rest>, J>
where
    C: DatabaseConnection,
    M: Send,
    With<Rel, Rest>: PreloadOn<C::Backend, M>,
    <With<Rel, Rest> as LoadedShape>::Shape: Send,
    Query<M, Q, AllColumns<T>, O, NoGroup, D, W, Scatter, NoPreload, J>: RowsPlan<C, M>,
{
    fn scattered(
        self,
        cluster: &Cluster<C>,
    ) -> Result<Vec<Loaded<M, <With<Rel, Rest> as LoadedShape>::Shape>>> {
        self.with_preload(NoPreload).rows(cluster, |session, rows| {
            let relations = now(<With<Rel, Rest> as PreloadOn<C::Backend, M>>::preload(
                session, &rows,
            ))?;
            let loaded = rows.into_iter().zip(relations);
            Ok(loaded
                .map(|(row, relations)| Loaded::new(row, relations))
                .collect())
        })
    }
}
