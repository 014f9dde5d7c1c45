//! Queries on a cluster: to one shard by their key, to any for reference
//! tables, to all and merged.

use orm_core::connection::DatabaseConnection;
use orm_core::diesel::query_builder::QueryFragment;
use orm_core::error::Result;
use orm_core::operation::now;
use orm_core::query::{
    AllColumns, Answer, Assemble, Blocking, CountOn, CountRows, Execute, FirstRow, Keyed, NoGroup,
    NoPreload, Query, Runs, Scatter, Unrouted, Window, With,
};
use orm_core::relation::{Loaded, LoadedShape};
use orm_core::session::{PreloadOn, Session};
use orm_core::table::{Model, ShardingOf};

use super::Cluster;
use crate::operation::Shards;
use crate::plan::{Plain, ReceivedOf, RowsPlan, Scattered, SentOf, WindowOf, first_of};
use crate::route::{CountRoute, FirstRoute, Pinned, RunRoute, executor};
use crate::router::{PlaceOf, Placed, Places, RelatedPlaces, RouteTo};

executor!([C: DatabaseConnection] Cluster<C>);

#[diagnostic::do_not_recommend]
impl<C: DatabaseConnection> Runs for &Cluster<C> {
    type Mode = Blocking;
    type Executor = Self;

    fn executor(self) -> Self {
        self
    }
}

impl<C: DatabaseConnection> Cluster<C> {
    fn pinned<Q: Pinned>(&self, query: &Q) -> Result<Session<C>> {
        self.engines()[query.position(self.layout())?].session()
    }
}

macro_rules! on_one_shard {
    ($([$($generic:ident)?] $route:ty;)*) => {$(
        impl<'c, C, Q, U, $($generic)?> RunRoute<&'c Cluster<C>, Q, U> for $route
        where
            C: DatabaseConnection,
            Q: Pinned,
            for<'s> &'s mut Session<C>: Execute<Q, U, Mode = Blocking>,
        {
            fn run(on: &'c Cluster<C>, query: Result<Q>) -> Result<Vec<U>> {
                let query = query?;
                let mut session = on.pinned(&query)?;
                session.load_all(query).map_err(|error| error.on(session.name()))
            }
        }

        impl<'c, C, Q, U, $($generic)?> FirstRoute<&'c Cluster<C>, Q, U> for $route
        where
            C: DatabaseConnection,
            Q: Pinned,
            for<'s> &'s mut Session<C>: FirstRow<Q, U, Mode = Blocking>,
        {
            fn first(on: &'c Cluster<C>, query: Result<Q>) -> Result<Option<U>> {
                let query = query?;
                let mut session = on.pinned(&query)?;
                session.first_row(query).map_err(|error| error.on(session.name()))
            }
        }

        impl<'c, C, Q, $($generic)?> CountRoute<&'c Cluster<C>, Q> for $route
        where
            C: DatabaseConnection,
            Q: Pinned,
            for<'s> &'s mut Session<C>: CountOn<Q, Mode = Blocking>,
        {
            fn count(on: &'c Cluster<C>, query: Result<Q>) -> Result<i64> {
                let query = query?;
                let mut session = on.pinned(&query)?;
                session.count_on(query).map_err(|error| error.on(session.name()))
            }
        }
    )*};
}
on_one_shard! {
    [K] Keyed<K>;
    [] Unrouted;
}

impl<'c, C, M, Q, S, O, G, D, W, J, U>
    RunRoute<&'c Cluster<C>, Query<M, Q, S, O, G, D, W, Scatter, NoPreload, J>, U> for Scatter
where
    C: DatabaseConnection,
    Query<M, Q, S, O, G, D, W, Scatter, NoPreload, J>: Scattered<C::Backend, U>,
    for<'s> &'s mut Session<C>: Execute<
            SentOf<C::Backend, Query<M, Q, S, O, G, D, W, Scatter, NoPreload, J>, U>,
            ReceivedOf<C::Backend, Query<M, Q, S, O, G, D, W, Scatter, NoPreload, J>, U>,
            Mode = Blocking,
        >,
{
    fn run(
        on: &'c Cluster<C>,
        query: Result<Query<M, Q, S, O, G, D, W, Scatter, NoPreload, J>>,
    ) -> Result<Vec<U>> {
        let (sent, merge) = Scattered::plan(query?);
        let shards = on.on_every_shard(sent, |session, sent| session.load_all(sent))?;
        <Query<M, Q, S, O, G, D, W, Scatter, NoPreload, J> as Scattered<C::Backend, U>>::merge(
            shards, merge,
        )
    }
}

/// Rows with relations: each shard loads those of its own rows.
impl<'c, C, M, Q, T, O, D, W, Rel, Rest, J>
    RunRoute<
        &'c Cluster<C>,
        Query<M, Q, AllColumns<T>, O, NoGroup, D, W, Scatter, With<Rel, Rest>, J>,
        Loaded<M, <With<Rel, Rest> as LoadedShape>::Shape>,
    > for Scatter
where
    C: DatabaseConnection,
    M: Send,
    With<Rel, Rest>: PreloadOn<C::Backend, M>,
    <With<Rel, Rest> as LoadedShape>::Shape: Send,
    Plain<M, Q, T, O, D, W, J>: RowsPlan<C::Backend, M>,
    for<'s> &'s mut Session<C>: Execute<
            <Plain<M, Q, T, O, D, W, J> as RowsPlan<C::Backend, M>>::Sent,
            <Plain<M, Q, T, O, D, W, J> as RowsPlan<C::Backend, M>>::Received,
            Mode = Blocking,
        >,
{
    fn run(
        on: &'c Cluster<C>,
        query: Result<Query<M, Q, AllColumns<T>, O, NoGroup, D, W, Scatter, With<Rel, Rest>, J>>,
    ) -> Result<Vec<Loaded<M, <With<Rel, Rest> as LoadedShape>::Shape>>> {
        let (sent, whole) = query?.with_preload(NoPreload).plan();
        let shards = on.on_every_shard(sent, |session, sent| {
            let rows = session.load_all(sent)?.into_iter();
            let (beside, rows): (Vec<_>, Vec<M>) =
                rows.map(Plain::<M, Q, T, O, D, W, J>::split).unzip();
            let relations = now(<With<Rel, Rest> as PreloadOn<C::Backend, M>>::preload(
                session, &rows,
            ))?;
            let loaded = rows.into_iter().zip(relations);
            let loaded = loaded.map(|(row, relations)| Loaded::new(row, relations));
            Ok(beside.into_iter().zip(loaded).collect::<Vec<_>>())
        })?;
        Ok(Plain::<M, Q, T, O, D, W, J>::merge(shards, whole))
    }
}

impl<'c, C, M, Q, S, O, G, D, W, P, J, U>
    FirstRoute<&'c Cluster<C>, Query<M, Q, S, O, G, D, W, Scatter, P, J>, U> for Scatter
where
    C: DatabaseConnection,
    W: WindowOf,
    Scatter: RunRoute<&'c Cluster<C>, Query<M, Q, S, O, G, D, Window, Scatter, P, J>, U>,
{
    fn first(
        on: &'c Cluster<C>,
        query: Result<Query<M, Q, S, O, G, D, W, Scatter, P, J>>,
    ) -> Result<Option<U>> {
        let rows = Scatter::run(on, query.map(first_of))?;
        Ok(rows.into_iter().next())
    }
}

impl<'c, C, M, Q, S, O, G, D, W, P, J>
    CountRoute<&'c Cluster<C>, Query<M, Q, S, O, G, D, W, Scatter, P, J>> for Scatter
where
    C: DatabaseConnection,
    Query<M, Q, S, O, G, D, W, Unrouted, P, J>: Clone + Send,
    for<'s> &'s mut Session<C>:
        CountOn<Query<M, Q, S, O, G, D, W, Unrouted, P, J>, Mode = Blocking>,
{
    fn count(
        on: &'c Cluster<C>,
        query: Result<Query<M, Q, S, O, G, D, W, Scatter, P, J>>,
    ) -> Result<i64> {
        let query = query?.with_route(Unrouted);
        let counts = on.on_every_shard(query, |session, query| session.count_on(query))?;
        Ok(counts.into_iter().sum())
    }
}
