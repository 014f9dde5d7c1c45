//! `.scatter()`.

use orm_core::query::{Query, Scatter, Unrouted};

/// `.scatter()`: ask every shard.
pub trait ScatterDsl: HasRoute {
    /// The query, asked of every shard.
    type Output;

    /// Asks every shard, in parallel, and merges what they answer.
    ///
    /// Order, limit, offset, distinct, groups and aggregates are those of one
    /// database; what cannot be merged exactly does not compile, or is refused.
    fn scatter<R: NoRoute>(self) -> Self::Output
    where
        Self: HasRoute<Route = R>;
}

/// The route of a query.
pub trait HasRoute {
    /// The route so far.
    type Route;
}

impl<M, Q, S, O, G, D, W, R, P, J> HasRoute for Query<M, Q, S, O, G, D, W, R, P, J> {
    type Route = R;
}

/// The route that `scatter` replaces.
#[diagnostic::on_unimplemented(
    message = "this query has its route: it goes to one shard, or is scattered already",
    label = "routed already",
    note = "leave `.scatter()` out; to ask all shards in spite of a filter by the shard key, write it before that"
)]
pub trait NoRoute {}

#[diagnostic::do_not_recommend]
impl NoRoute for Unrouted {}

impl<M, Q, S, O, G, D, W, R, P, J> ScatterDsl for Query<M, Q, S, O, G, D, W, R, P, J> {
    type Output = Query<M, Q, S, O, G, D, W, Scatter, P, J>;

    fn scatter<T: NoRoute>(self) -> Self::Output
    where
        Self: HasRoute<Route = T>,
    {
        self.with_route(Scatter)
    }
}
