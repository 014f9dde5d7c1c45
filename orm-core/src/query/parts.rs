//! [`Parts`]: what an executor of several databases makes of a query.

use std::marker::PhantomData;

use super::builder::Query;

/// A query taken apart.
#[derive(Debug, Clone)]
pub struct Parts<Q, S, O, G, D, W, R, P> {
    /// Diesel's statement of FROM, joins, WHERE and GROUP BY.
    pub statement: Q,
    /// SELECT.
    pub selection: S,
    /// ORDER BY.
    pub order: O,
    /// GROUP BY and HAVING.
    pub group: G,
    /// DISTINCT.
    pub distinct: D,
    /// LIMIT and OFFSET.
    pub window: W,
    /// Where it goes.
    pub route: R,
    /// Relations loaded along.
    pub preload: P,
}

impl<Q, S, O, G, D, W, R, P> Parts<Q, S, O, G, D, W, R, P> {
    /// The parts with another window.
    pub fn with_window<V>(self, window: impl FnOnce(W) -> V) -> Parts<Q, S, O, G, D, V, R, P> {
        let Parts {
            statement,
            selection,
            order,
            group,
            distinct,
            window: before,
            route,
            preload,
        } = self;
        let window = window(before);
        Parts {
            statement,
            selection,
            order,
            group,
            distinct,
            window,
            route,
            preload,
        }
    }

    /// The parts as a query of a model again.
    pub fn into_query<M, J>(self) -> Query<M, Q, S, O, G, D, W, R, P, J> {
        let Parts {
            statement,
            selection,
            order,
            group,
            distinct,
            window,
            route,
            preload,
        } = self;
        Query {
            statement,
            selection,
            order,
            group,
            distinct,
            window,
            route,
            preload,
            model: PhantomData,
        }
    }
}
