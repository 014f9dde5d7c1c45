//! Queries on a cluster: to one shard by their key, to any for reference
//! tables, to all and merged. Above `cluster`, which gives sessions, and
//! `scatter`, which asks all of them.

use orm_core::connection::DatabaseConnection;
use orm_core::diesel::query_builder::QueryFragment;
use orm_core::error::Result;
use orm_core::query::{
    Assemble, Blocking, CountOn, Execute, FirstRow, Keyed, NoPreload, Query, Runs, Scatter,
    Unrouted, With,
};
use orm_core::relation::{Loaded, LoadedShape};
use orm_core::session::Session;
use orm_core::table::{Model, ShardingOf};

use crate::cluster::Cluster;
use crate::key::Key;
use crate::router::{PlaceOf, Placed, Places, RouteTo};
use crate::scatter::{Scattered, ScatteredCount, ScatteredFirst};

/// Runs queries of a route; which queries a route may carry is checked before.
pub trait RunRoute<C: DatabaseConnection, Q, U> {
    /// All rows.
    ///
    /// # Errors
    /// What the databases say; what cannot be merged.
    fn run(cluster: &Cluster<C>, query: Q) -> Result<Vec<U>>;
}

/// As [`RunRoute`], for the first row.
pub trait FirstRoute<C: DatabaseConnection, Q, U> {
    /// The first row, if there is one.
    ///
    /// # Errors
    /// What the databases say; what cannot be merged.
    fn first(cluster: &Cluster<C>, query: Q) -> Result<Option<U>>;
}

/// As [`RunRoute`], for a count.
pub trait CountRoute<C: DatabaseConnection, Q> {
    /// How many rows there are.
    ///
    /// # Errors
    /// What the databases say.
    fn count(cluster: &Cluster<C>, query: Q) -> Result<i64>;
}

/// A query that knows the session that it goes to.
pub trait Pinned<C: DatabaseConnection> {
    /// The session.
    ///
    /// # Errors
    /// If the key has no place, or the shard cannot be reached.
    fn session(&self, cluster: &Cluster<C>) -> Result<Session<C>>;
}

impl<C: DatabaseConnection, M, Q, S, O, G, D, W, K, P, J> Pinned<C>
    for Query<M, Q, S, O, G, D, W, Keyed<K>, P, J>
{
    fn session(&self, cluster: &Cluster<C>) -> Result<Session<C>> {
        cluster.session_for(&Key::new(self.route().key().clone())?)
    }
}

impl<C: DatabaseConnection, M, Q, S, O, G, D, W, P, J> Pinned<C>
    for Query<M, Q, S, O, G, D, W, Unrouted, P, J>
{
    fn session(&self, cluster: &Cluster<C>) -> Result<Session<C>> {
        // Every shard has the rows of reference tables: the first is asked.
        cluster.engines()[0].session()
    }
}

macro_rules! on_one_shard {
    ($([$($generic:ident)?] $route:ty;)*) => {$(
        impl<C, Q, U, $($generic)?> RunRoute<C, Q, U> for $route
        where
            C: DatabaseConnection,
            Q: Pinned<C>,
            for<'s> &'s mut Session<C>: Execute<Q, U, Mode = Blocking>,
        {
            fn run(cluster: &Cluster<C>, query: Q) -> Result<Vec<U>> {
                let mut session = query.session(cluster)?;
                session.load_all(query).map_err(|error| error.on(session.name()))
            }
        }

        impl<C, Q, U, $($generic)?> FirstRoute<C, Q, U> for $route
        where
            C: DatabaseConnection,
            Q: Pinned<C>,
            for<'s> &'s mut Session<C>: FirstRow<Q, U, Mode = Blocking>,
        {
            fn first(cluster: &Cluster<C>, query: Q) -> Result<Option<U>> {
                let mut session = query.session(cluster)?;
                session.first_row(query).map_err(|error| error.on(session.name()))
            }
        }

        impl<C, Q, $($generic)?> CountRoute<C, Q> for $route
        where
            C: DatabaseConnection,
            Q: Pinned<C>,
            for<'s> &'s mut Session<C>: CountOn<Q, Mode = Blocking>,
        {
            fn count(cluster: &Cluster<C>, query: Q) -> Result<i64> {
                let mut session = query.session(cluster)?;
                session.count_on(query).map_err(|error| error.on(session.name()))
            }
        }
    )*};
}
on_one_shard! {
    [K] Keyed<K>;
    [] Unrouted;
}

impl<C: DatabaseConnection, Q: Scattered<C, U>, U> RunRoute<C, Q, U> for Scatter {
    fn run(cluster: &Cluster<C>, query: Q) -> Result<Vec<U>> {
        query.scattered(cluster)
    }
}

impl<C: DatabaseConnection, Q: ScatteredFirst<C, U>, U> FirstRoute<C, Q, U> for Scatter {
    fn first(cluster: &Cluster<C>, query: Q) -> Result<Option<U>> {
        query.first_scattered(cluster)
    }
}

impl<C: DatabaseConnection, Q: ScatteredCount<C>> CountRoute<C, Q> for Scatter {
    fn count(cluster: &Cluster<C>, query: Q) -> Result<i64> {
        query.count_scattered(cluster)
    }
}

impl<C: DatabaseConnection> Runs for &Cluster<C> {
    type Mode = Blocking;
}

impl<C, M, Q, S, O, G, D, W, R, J, U> Execute<Query<M, Q, S, O, G, D, W, R, NoPreload, J>, U>
    for &Cluster<C>
where
    C: DatabaseConnection,
    M: Model,
    ShardingOf<M>: Placed,
    J: Places<PlaceOf<M>>,
    R: RouteTo<J::Place>,
    R: RunRoute<C, Query<M, Q, S, O, G, D, W, R, NoPreload, J>, U>,
    Query<M, Q, S, O, G, D, W, R, NoPreload, J>: Assemble + Clone,
    <Query<M, Q, S, O, G, D, W, R, NoPreload, J> as Assemble>::Statement: QueryFragment<C::Backend>,
{
    fn load_all(self, query: Query<M, Q, S, O, G, D, W, R, NoPreload, J>) -> Result<Vec<U>> {
        self.check_subqueries(&query.clone().assemble())?;
        R::run(self, query)
    }
}

impl<C, M, Q, S, O, G, D, W, R, J, U> FirstRow<Query<M, Q, S, O, G, D, W, R, NoPreload, J>, U>
    for &Cluster<C>
where
    C: DatabaseConnection,
    M: Model,
    ShardingOf<M>: Placed,
    J: Places<PlaceOf<M>>,
    R: RouteTo<J::Place>,
    R: FirstRoute<C, Query<M, Q, S, O, G, D, W, R, NoPreload, J>, U>,
    Query<M, Q, S, O, G, D, W, R, NoPreload, J>: Assemble + Clone,
    <Query<M, Q, S, O, G, D, W, R, NoPreload, J> as Assemble>::Statement: QueryFragment<C::Backend>,
{
    fn first_row(self, query: Query<M, Q, S, O, G, D, W, R, NoPreload, J>) -> Result<Option<U>> {
        self.check_subqueries(&query.clone().assemble())?;
        R::first(self, query)
    }
}

impl<C, M, Q, S, O, G, D, W, R, P, J> CountOn<Query<M, Q, S, O, G, D, W, R, P, J>> for &Cluster<C>
where
    C: DatabaseConnection,
    M: Model,
    ShardingOf<M>: Placed,
    J: Places<PlaceOf<M>>,
    R: RouteTo<J::Place>,
    R: CountRoute<C, Query<M, Q, S, O, G, D, W, R, P, J>>,
    Query<M, Q, S, O, G, D, W, R, P, J>: orm_core::query::CountRows + Clone,
    <Query<M, Q, S, O, G, D, W, R, P, J> as orm_core::query::CountRows>::Statement:
        QueryFragment<C::Backend>,
{
    fn count_on(self, query: Query<M, Q, S, O, G, D, W, R, P, J>) -> Result<i64> {
        use orm_core::query::CountRows;
        self.check_subqueries(&query.clone().count_statement())?;
        R::count(self, query)
    }
}

/// With relations: each shard loads those of its own rows, so they must be co-located.
impl<C, M, Q, S, O, G, D, W, R, Rel, Rest, J>
    Execute<
        Query<M, Q, S, O, G, D, W, R, With<Rel, Rest>, J>,
        Loaded<M, <With<Rel, Rest> as LoadedShape>::Shape>,
    > for &Cluster<C>
where
    C: DatabaseConnection,
    M: Model,
    ShardingOf<M>: Placed,
    J: Places<PlaceOf<M>>,
    With<Rel, Rest>: LoadedShape + crate::router::RelatedPlaces<PlaceOf<M>>,
    R: RouteTo<J::Place>,
    R: RunRoute<
            C,
            Query<M, Q, S, O, G, D, W, R, With<Rel, Rest>, J>,
            Loaded<M, <With<Rel, Rest> as LoadedShape>::Shape>,
        >,
    Query<M, Q, S, O, G, D, W, R, NoPreload, J>: Assemble,
    Query<M, Q, S, O, G, D, W, R, With<Rel, Rest>, J>: Clone,
    <Query<M, Q, S, O, G, D, W, R, NoPreload, J> as Assemble>::Statement: QueryFragment<C::Backend>,
{
    fn load_all(
        self,
        query: Query<M, Q, S, O, G, D, W, R, With<Rel, Rest>, J>,
    ) -> Result<Vec<Loaded<M, <With<Rel, Rest> as LoadedShape>::Shape>>> {
        self.check_subqueries(&query.clone().with_preload(NoPreload).assemble())?;
        R::run(self, query)
    }
}
