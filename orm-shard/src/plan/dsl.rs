//! `.scatter()`.

use orm_core::query::{Query, Scatter, Unrouted};

/// `.scatter()`: ask every shard.
pub trait ScatterDsl {
    /// The query, asked of every shard.
    type Output;

    /// Asks every shard, in parallel, and merges what they answer.
    ///
    /// Order, limit, offset, distinct, groups and aggregates are those of one
    /// database; what cannot be merged exactly does not compile, or is refused.
    fn scatter(self) -> Self::Output;
}

impl<M, Q, S, O, G, D, W, P, J> ScatterDsl for Query<M, Q, S, O, G, D, W, Unrouted, P, J> {
    type Output = Query<M, Q, S, O, G, D, W, Scatter, P, J>;

    fn scatter(self) -> Self::Output {
        self.with_route(Scatter)
    }
}
