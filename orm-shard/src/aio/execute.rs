//! Queries on an async cluster: to one shard by their key, to any for
//! reference tables, to all and merged.

use orm_core::aio::{
    AsyncDatabaseConnection, AsyncEngine, AsyncSession, Awaited, BoxFuture, CountRowsOn, RunOn,
};
use orm_core::diesel::query_builder::QueryFragment;
use orm_core::error::Result;
use orm_core::query::{
    AllColumns, Answer, Assemble, CountOn, CountRows, Execute, First, FirstRow, Keyed, NoGroup,
    NoPreload, Query, Runs, Scatter, Unrouted, Window, With,
};
use orm_core::relation::{Loaded, LoadedShape};
use orm_core::session::PreloadOn;
use orm_core::table::{Model, ShardingOf};

use super::AsyncCluster;
use crate::operation::Shards;
use crate::plan::{Plain, ReceivedOf, RowsPlan, Scattered, SentOf, WindowOf, first_of};
use crate::route::{CountRoute, FirstRoute, Pinned, RunRoute, executor};
use crate::router::{PlaceOf, Placed, Places, RelatedPlaces, RouteTo};

executor!([C: AsyncDatabaseConnection] AsyncCluster<C>);

#[diagnostic::do_not_recommend]
impl<'c, C: AsyncDatabaseConnection> Runs for &'c AsyncCluster<C> {
    type Mode = Awaited<'c>;
    type Executor = Self;

    fn executor(self) -> Self {
        self
    }
}

impl<C: AsyncDatabaseConnection> AsyncCluster<C> {
    async fn pinned<Q: Pinned>(&self, query: &Q) -> Result<AsyncSession<C>> {
        let position = query.position(self.layout());
        self.open(position?).await
    }
}

macro_rules! on_one_shard {
    ($([$($generic:ident)?] $route:ty;)*) => {$(
        impl<'c, C, Q, U, $($generic)?> RunRoute<&'c AsyncCluster<C>, Q, U> for $route
        where
            C: AsyncDatabaseConnection,
            Q: Pinned + RunOn<'c, C, U> + Send + Sync + 'c,
        {
            fn run(on: &'c AsyncCluster<C>, query: Result<Q>) -> BoxFuture<'c, Result<Vec<U>>> {
                Box::pin(async move {
                    let query = query?;
                    let mut session = on.pinned(&query).await?;
                    query.run_on(&mut session).await
                })
            }
        }

        impl<'c, C, M, Q, S, O, G, D, W, R, P, J, U, $($generic)?>
            FirstRoute<&'c AsyncCluster<C>, Query<M, Q, S, O, G, D, W, R, P, J>, U> for $route
        where
            C: AsyncDatabaseConnection,
            Query<M, Q, S, O, G, D, W, R, P, J>: Pinned + Send + Sync + 'c,
            Query<M, Q, S, O, G, D, First<W>, R, P, J>: RunOn<'c, C, U> + Send + 'c,
            U: Send,
        {
            fn first(
                on: &'c AsyncCluster<C>,
                query: Result<Query<M, Q, S, O, G, D, W, R, P, J>>,
            ) -> BoxFuture<'c, Result<Option<U>>> {
                Box::pin(async move {
                    let query = query?;
                    let mut session = on.pinned(&query).await?;
                    let rows = query.only_first().run_on(&mut session).await?;
                    Ok(rows.into_iter().next())
                })
            }
        }

        impl<'c, C, Q, $($generic)?> CountRoute<&'c AsyncCluster<C>, Q> for $route
        where
            C: AsyncDatabaseConnection,
            Q: Pinned + CountRowsOn<'c, C> + Send + Sync + 'c,
        {
            fn count(on: &'c AsyncCluster<C>, query: Result<Q>) -> BoxFuture<'c, Result<i64>> {
                Box::pin(async move {
                    let query = query?;
                    let mut session = on.pinned(&query).await?;
                    query.count_rows_on(&mut session).await
                })
            }
        }
    )*};
}
on_one_shard! {
    [K] Keyed<K>;
    [] Unrouted;
}

/// The rows of a query on one shard.
fn ask<'c, C, Q, U>(engine: &'c AsyncEngine<C>, query: Q) -> BoxFuture<'c, Result<Vec<U>>>
where
    C: AsyncDatabaseConnection,
    Q: RunOn<'c, C, U> + Send + 'c,
{
    Box::pin(async move { query.run_on(&mut engine.session().await?).await })
}

impl<'c, C, M, Q, S, O, G, D, W, J, U>
    RunRoute<&'c AsyncCluster<C>, Query<M, Q, S, O, G, D, W, Scatter, NoPreload, J>, U> for Scatter
where
    C: AsyncDatabaseConnection,
    Query<M, Q, S, O, G, D, W, Scatter, NoPreload, J>: Scattered<C::Backend, U> + Send + 'c,
    SentOf<C::Backend, Query<M, Q, S, O, G, D, W, Scatter, NoPreload, J>, U>: RunOn<'c, C, ReceivedOf<C::Backend, Query<M, Q, S, O, G, D, W, Scatter, NoPreload, J>, U>>
        + 'c,
{
    fn run(
        on: &'c AsyncCluster<C>,
        query: Result<Query<M, Q, S, O, G, D, W, Scatter, NoPreload, J>>,
    ) -> BoxFuture<'c, Result<Vec<U>>> {
        let planned = query.map(Scattered::plan);
        Box::pin(async move {
            let (sent, merge) = planned?;
            let shards = on.on_every_shard(sent, ask).await?;
            <Query<M, Q, S, O, G, D, W, Scatter, NoPreload, J> as Scattered<C::Backend, U>>::merge(
                shards, merge,
            )
        })
    }
}

/// Rows with relations: each shard loads those of its own rows.
impl<'c, C, M, Q, T, O, D, W, Rel, Rest, J>
    RunRoute<
        &'c AsyncCluster<C>,
        Query<M, Q, AllColumns<T>, O, NoGroup, D, W, Scatter, With<Rel, Rest>, J>,
        Loaded<M, <With<Rel, Rest> as LoadedShape>::Shape>,
    > for Scatter
where
    C: AsyncDatabaseConnection,
    M: Model,
    With<Rel, Rest>: PreloadOn<C::Backend, M>,
    <With<Rel, Rest> as LoadedShape>::Shape: Send,
    Plain<M, Q, T, O, D, W, J>: RowsPlan<C::Backend, M>,
    <Plain<M, Q, T, O, D, W, J> as RowsPlan<C::Backend, M>>::Sent:
        RunOn<'c, C, <Plain<M, Q, T, O, D, W, J> as RowsPlan<C::Backend, M>>::Received> + 'c,
{
    fn run(
        on: &'c AsyncCluster<C>,
        query: Result<Query<M, Q, AllColumns<T>, O, NoGroup, D, W, Scatter, With<Rel, Rest>, J>>,
    ) -> BoxFuture<'c, Result<Vec<Loaded<M, <With<Rel, Rest> as LoadedShape>::Shape>>>> {
        let planned = query.map(|query| query.with_preload(NoPreload).plan());
        Box::pin(async move {
            let (sent, whole) = planned?;
            let shards = on
                .on_every_shard(sent, |engine, sent| {
                    Box::pin(async move {
                        let mut session = engine.session().await?;
                        let rows = sent.run_on(&mut session).await?.into_iter();
                        let (beside, rows): (Vec<_>, Vec<M>) =
                            rows.map(Plain::<M, Q, T, O, D, W, J>::split).unzip();
                        let relations = <With<Rel, Rest> as PreloadOn<C::Backend, M>>::preload(
                            &mut session,
                            &rows,
                        );
                        let relations = relations.await?;
                        let loaded = rows.into_iter().zip(relations);
                        let loaded = loaded.map(|(row, relations)| Loaded::new(row, relations));
                        Ok(beside.into_iter().zip(loaded).collect::<Vec<_>>())
                    })
                })
                .await?;
            Ok(Plain::<M, Q, T, O, D, W, J>::merge(shards, whole))
        })
    }
}

impl<'c, C, M, Q, S, O, G, D, W, P, J, U>
    FirstRoute<&'c AsyncCluster<C>, Query<M, Q, S, O, G, D, W, Scatter, P, J>, U> for Scatter
where
    C: AsyncDatabaseConnection,
    W: WindowOf,
    U: 'c,
    Scatter: RunRoute<&'c AsyncCluster<C>, Query<M, Q, S, O, G, D, Window, Scatter, P, J>, U>,
{
    fn first(
        on: &'c AsyncCluster<C>,
        query: Result<Query<M, Q, S, O, G, D, W, Scatter, P, J>>,
    ) -> BoxFuture<'c, Result<Option<U>>> {
        let rows = Scatter::run(on, query.map(first_of));
        Box::pin(async move { Ok(rows.await?.into_iter().next()) })
    }
}

impl<'c, C, M, Q, S, O, G, D, W, P, J>
    CountRoute<&'c AsyncCluster<C>, Query<M, Q, S, O, G, D, W, Scatter, P, J>> for Scatter
where
    C: AsyncDatabaseConnection,
    Query<M, Q, S, O, G, D, W, Unrouted, P, J>: CountRowsOn<'c, C> + Clone + Send + 'c,
{
    fn count(
        on: &'c AsyncCluster<C>,
        query: Result<Query<M, Q, S, O, G, D, W, Scatter, P, J>>,
    ) -> BoxFuture<'c, Result<i64>> {
        let query = query.map(|query| query.with_route(Unrouted));
        Box::pin(async move {
            let counts = on.on_every_shard(query?, |engine, query| {
                Box::pin(async move { query.count_rows_on(&mut engine.session().await?).await })
            });
            Ok(counts.await?.into_iter().sum())
        })
    }
}
