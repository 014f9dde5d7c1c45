//! Counts and first rows over all shards.

use orm_core::connection::DatabaseConnection;
use orm_core::error::Result;
use orm_core::query::{Blocking, CountOn, Query, Scatter, Unrouted, Window};
use orm_core::session::Session;

use super::plan::Scattered;
use super::rows::{WindowOf, copies};
use crate::cluster::Cluster;

/// A query whose rows every shard counts.
pub trait ScatteredCount<C: DatabaseConnection> {
    /// How many rows there are on all shards.
    ///
    /// # Errors
    /// What the databases say.
    fn count_scattered(self, cluster: &Cluster<C>) -> Result<i64>;
}

impl<C, M, Q, S, O, G, D, W, P, J> ScatteredCount<C> for Query<M, Q, S, O, G, D, W, Scatter, P, J>
where
    C: DatabaseConnection,
    Query<M, Q, S, O, G, D, W, Unrouted, P, J>: Clone + Send,
    for<'s> &'s mut Session<C>:
        CountOn<Query<M, Q, S, O, G, D, W, Unrouted, P, J>, Mode = Blocking>,
{
    fn count_scattered(self, cluster: &Cluster<C>) -> Result<i64> {
        let query = self.with_route(Unrouted);
        let counts = cluster.on_every_shard(copies(cluster, query), |session, query| {
            session.count_on(query)
        })?;
        Ok(counts.into_iter().sum())
    }
}

/// A query of which the first row over all shards is wanted.
pub trait ScatteredFirst<C: DatabaseConnection, U> {
    /// The first row, if there is one.
    ///
    /// # Errors
    /// As [`Scattered::scattered`].
    fn first_scattered(self, cluster: &Cluster<C>) -> Result<Option<U>>;
}

impl<C, M, Q, S, O, G, D, W, P, J, U> ScatteredFirst<C, U>
    for Query<M, Q, S, O, G, D, W, Scatter, P, J>
where
    C: DatabaseConnection,
    W: WindowOf,
    Query<M, Q, S, O, G, D, Window, Scatter, P, J>: Scattered<C, U>,
{
    fn first_scattered(self, cluster: &Cluster<C>) -> Result<Option<U>> {
        let mut parts = self.into_parts().with_window(WindowOf::window);
        parts.window.limit = Some(parts.window.limit.map_or(1, |limit| limit.min(1)));
        let rows = parts.into_query::<M, J>().scattered(cluster)?;
        Ok(rows.into_iter().next())
    }
}
