//! The route of a query, taken: what an executor of a cluster does for each.
//!
//! The traits are the same for the blocking and the async cluster, whose
//! [`Mode`](orm_core::query::Mode) says what they answer. Whether a query may
//! take its route at all is checked before, by [`router`](crate::router).

use orm_core::error::Result;
use orm_core::query::{Answer, Keyed, Query, Runs, Unrouted};

use crate::layout::Layout;

/// Runs queries of a route on an executor `X`, unless they were refused before.
pub trait RunRoute<X: Runs, Q, U> {
    /// All rows.
    ///
    /// # Errors
    /// What the databases say; what cannot be merged.
    fn run(on: X, query: Result<Q>) -> Answer<X, Vec<U>>;
}

/// As [`RunRoute`], for the first row.
pub trait FirstRoute<X: Runs, Q, U> {
    /// The first row, if there is one.
    ///
    /// # Errors
    /// What the databases say; what cannot be merged.
    fn first(on: X, query: Result<Q>) -> Answer<X, Option<U>>;
}

/// As [`RunRoute`], for a count.
pub trait CountRoute<X: Runs, Q> {
    /// How many rows there are.
    ///
    /// # Errors
    /// What the databases say.
    fn count(on: X, query: Result<Q>) -> Answer<X, i64>;
}

/// A query that knows the one shard that it goes to.
pub trait Pinned {
    /// The position of the shard.
    ///
    /// # Errors
    /// If the key has no place under the strategy.
    fn position(&self, layout: &Layout) -> Result<usize>;
}

impl<M, Q, S, O, G, D, W, K, P, J> Pinned for Query<M, Q, S, O, G, D, W, Keyed<K>, P, J> {
    fn position(&self, layout: &Layout) -> Result<usize> {
        layout.locate(self.route().key().clone())
    }
}

impl<M, Q, S, O, G, D, W, P, J> Pinned for Query<M, Q, S, O, G, D, W, Unrouted, P, J> {
    fn position(&self, _: &Layout) -> Result<usize> {
        // Every shard has the rows of reference tables: the first is asked.
        Ok(0)
    }
}

/// `Execute`, `FirstRow` and `CountOn` of a cluster, blocking or async: what the
/// query must be, and then its route is taken. The caller imports the names.
macro_rules! executor {
    ([$c:ident: $bound:ident] $cluster:ty) => {
        impl<'c, $c, M, Q, S, O, G, D, W, R, J, U>
            Execute<Query<M, Q, S, O, G, D, W, R, NoPreload, J>, U> for &'c $cluster
        where
            $c: $bound,
            M: Model,
            ShardingOf<M>: Placed,
            J: Places<PlaceOf<M>>,
            R: RouteTo<J::Place>,
            R: RunRoute<&'c $cluster, Query<M, Q, S, O, G, D, W, R, NoPreload, J>, U>,
            Query<M, Q, S, O, G, D, W, R, NoPreload, J>: Assemble + Clone,
            <Query<M, Q, S, O, G, D, W, R, NoPreload, J> as Assemble>::Statement:
                QueryFragment<$c::Backend>,
        {
            fn load_all(
                self,
                query: Query<M, Q, S, O, G, D, W, R, NoPreload, J>,
            ) -> Answer<Self, Vec<U>> {
                let checked = self.layout().check_subqueries(&query.clone().assemble());
                R::run(self, checked.map(|()| query))
            }
        }

        impl<'c, $c, M, Q, S, O, G, D, W, R, J, U>
            FirstRow<Query<M, Q, S, O, G, D, W, R, NoPreload, J>, U> for &'c $cluster
        where
            $c: $bound,
            M: Model,
            ShardingOf<M>: Placed,
            J: Places<PlaceOf<M>>,
            R: RouteTo<J::Place>,
            R: FirstRoute<&'c $cluster, Query<M, Q, S, O, G, D, W, R, NoPreload, J>, U>,
            Query<M, Q, S, O, G, D, W, R, NoPreload, J>: Assemble + Clone,
            <Query<M, Q, S, O, G, D, W, R, NoPreload, J> as Assemble>::Statement:
                QueryFragment<$c::Backend>,
        {
            fn first_row(
                self,
                query: Query<M, Q, S, O, G, D, W, R, NoPreload, J>,
            ) -> Answer<Self, Option<U>> {
                let checked = self.layout().check_subqueries(&query.clone().assemble());
                R::first(self, checked.map(|()| query))
            }
        }

        impl<'c, $c, M, Q, S, O, G, D, W, R, P, J> CountOn<Query<M, Q, S, O, G, D, W, R, P, J>>
            for &'c $cluster
        where
            $c: $bound,
            M: Model,
            ShardingOf<M>: Placed,
            J: Places<PlaceOf<M>>,
            R: RouteTo<J::Place>,
            R: CountRoute<&'c $cluster, Query<M, Q, S, O, G, D, W, R, P, J>>,
            Query<M, Q, S, O, G, D, W, R, P, J>: CountRows + Clone,
            <Query<M, Q, S, O, G, D, W, R, P, J> as CountRows>::Statement:
                QueryFragment<$c::Backend>,
        {
            fn count_on(self, query: Query<M, Q, S, O, G, D, W, R, P, J>) -> Answer<Self, i64> {
                let checked = self
                    .layout()
                    .check_subqueries(&query.clone().count_statement());
                R::count(self, checked.map(|()| query))
            }
        }

        /// With relations: each shard loads those of its own rows, so they must be co-located.
        impl<'c, $c, M, Q, S, O, G, D, W, R, Rel, Rest, J>
            Execute<
                Query<M, Q, S, O, G, D, W, R, With<Rel, Rest>, J>,
                Loaded<M, <With<Rel, Rest> as LoadedShape>::Shape>,
            > for &'c $cluster
        where
            $c: $bound,
            M: Model,
            ShardingOf<M>: Placed,
            J: Places<PlaceOf<M>>,
            With<Rel, Rest>: LoadedShape + RelatedPlaces<PlaceOf<M>>,
            R: RouteTo<J::Place>,
            R: RunRoute<
                    &'c $cluster,
                    Query<M, Q, S, O, G, D, W, R, With<Rel, Rest>, J>,
                    Loaded<M, <With<Rel, Rest> as LoadedShape>::Shape>,
                >,
            Query<M, Q, S, O, G, D, W, R, NoPreload, J>: Assemble,
            Query<M, Q, S, O, G, D, W, R, With<Rel, Rest>, J>: Clone,
            <Query<M, Q, S, O, G, D, W, R, NoPreload, J> as Assemble>::Statement:
                QueryFragment<$c::Backend>,
        {
            fn load_all(
                self,
                query: Query<M, Q, S, O, G, D, W, R, With<Rel, Rest>, J>,
            ) -> Answer<Self, Vec<Loaded<M, <With<Rel, Rest> as LoadedShape>::Shape>>> {
                let statement = query.clone().with_preload(NoPreload).assemble();
                let checked = self.layout().check_subqueries(&statement);
                R::run(self, checked.map(|()| query))
            }
        }
    };
}
pub(crate) use executor;
