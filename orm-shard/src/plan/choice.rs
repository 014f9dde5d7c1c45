//! Which plan: decided by whether the selection aggregates, and whether the
//! group holds the shard key.

use orm_core::backend::Dialect;
use orm_core::diesel::expression::{
    IsContainedInGroupBy, ValidGrouping, is_aggregate, is_contained_in_group_by,
};
use orm_core::error::Result;
use orm_core::query::{Grouped, Having, NoGroup, NoPreload, Query, Scatter, Selection, Window};
use orm_core::table::{Broadcast, By, Model, ShardingOf};

use super::groups::GroupsPlan;
use super::rows::RowsPlan;

/// A query that every shard is asked: what each is sent, and how their answers
/// become the answer of one database.
pub trait Scattered<DB: Dialect, U> {
    /// The query of one shard.
    type Sent: Clone + Send;
    /// A row as one shard sends it.
    type Received: Send;
    /// What the merge needs of the query.
    type Merge: Send + 'static;

    /// The query of one shard, and what the merge needs.
    fn plan(self) -> (Self::Sent, Self::Merge);
    /// What all shards sent, in their order, as the answer.
    ///
    /// # Errors
    /// What cannot be merged.
    fn merge(shards: Vec<Vec<Self::Received>>, merge: Self::Merge) -> Result<Vec<U>>;
}

/// The query of one shard, of a query `Q`.
pub type SentOf<DB, Q, U> = <Q as Scattered<DB, U>>::Sent;
/// A row as one shard sends it, of a query `Q`.
pub type ReceivedOf<DB, Q, U> = <Q as Scattered<DB, U>>::Received;

/// Rows are whole on their shards.
#[derive(Debug, Clone, Copy)]
pub struct ByRows;
/// Groups come in parts.
#[derive(Debug, Clone, Copy)]
pub struct ByGroups;

/// Which of the two, by Diesel's answers as types.
pub trait Choice {
    /// [`ByRows`] or [`ByGroups`].
    type Plan;
}
impl Choice for is_aggregate::No {
    type Plan = ByRows;
}
impl Choice for is_aggregate::Never {
    type Plan = ByRows;
}
impl Choice for is_aggregate::Yes {
    type Plan = ByGroups;
}
impl Choice for is_contained_in_group_by::Yes {
    type Plan = ByRows;
}
impl Choice for is_contained_in_group_by::No {
    type Plan = ByGroups;
}

/// The plan of a query `Q`.
pub trait PlanOf<DB: Dialect, Q, U> {
    /// The query of one shard.
    type Sent: Clone + Send;
    /// A row as one shard sends it.
    type Received: Send;
    /// What the merge needs of the query.
    type Merge: Send + 'static;

    /// The query of one shard, and what the merge needs.
    fn plan(query: Q) -> (Self::Sent, Self::Merge);
    /// What all shards sent, in their order, as the answer.
    ///
    /// # Errors
    /// As [`Scattered::merge`].
    fn merge(shards: Vec<Vec<Self::Received>>, merge: Self::Merge) -> Result<Vec<U>>;
}

impl<DB: Dialect, Q: RowsPlan<DB, U>, U> PlanOf<DB, Q, U> for ByRows {
    type Sent = Q::Sent;
    type Received = Q::Received;
    type Merge = Window;

    fn plan(query: Q) -> (Q::Sent, Window) {
        query.plan()
    }

    fn merge(shards: Vec<Vec<Q::Received>>, whole: Window) -> Result<Vec<U>> {
        let split = |rows: Vec<Q::Received>| rows.into_iter().map(Q::split).collect();
        Ok(Q::merge(shards.into_iter().map(split).collect(), whole))
    }
}

impl<DB: Dialect, Q: GroupsPlan<DB, U>, U> PlanOf<DB, Q, U> for ByGroups {
    type Sent = Q::Sent;
    type Received = Q::Received;
    type Merge = Q::Merge;

    fn plan(query: Q) -> (Q::Sent, Q::Merge) {
        query.plan()
    }

    fn merge(shards: Vec<Vec<Q::Received>>, merge: Q::Merge) -> Result<Vec<U>> {
        Q::merge(shards, merge)
    }
}

/// Whether a group holds the shard key of a model.
pub trait HoldsShardKey<E> {
    /// Diesel's `Yes` or `No`.
    type Answer: Choice;
}

impl<G, K, C, E: IsContainedInGroupBy<C, Output: Choice>> HoldsShardKey<E> for By<G, K, C> {
    type Answer = E::Output;
}

/// A query that starts from a reference table: its groups may span shards.
impl<E> HoldsShardKey<E> for Broadcast {
    type Answer = is_contained_in_group_by::No;
}

/// The plan without GROUP BY.
type Ungrouped<S> = <<<S as Selection>::Expr as ValidGrouping<()>>::IsAggregate as Choice>::Plan;
/// The plan with a group `E` of a model.
type OfGroup<M, E> = <<ShardingOf<M> as HoldsShardKey<E>>::Answer as Choice>::Plan;

macro_rules! scattered {
    ($([$($generic:ident)*] $group:ty, $plan:ty where {$($bound:tt)*};)*) => {$(
        impl<DB, M, Q, S, O, D, W, J, U, $($generic),*> Scattered<DB, U>
            for Query<M, Q, S, O, $group, D, W, Scatter, NoPreload, J>
        where
            DB: Dialect,
            $($bound)*
            $plan: PlanOf<DB, Self, U>,
        {
            type Sent = <$plan as PlanOf<DB, Self, U>>::Sent;
            type Received = <$plan as PlanOf<DB, Self, U>>::Received;
            type Merge = <$plan as PlanOf<DB, Self, U>>::Merge;

            fn plan(self) -> (Self::Sent, Self::Merge) {
                <$plan as PlanOf<DB, Self, U>>::plan(self)
            }

            fn merge(shards: Vec<Vec<Self::Received>>, merge: Self::Merge) -> Result<Vec<U>> {
                <$plan as PlanOf<DB, Self, U>>::merge(shards, merge)
            }
        }
    )*};
}
scattered! {
    [] NoGroup, Ungrouped<S> where {
        S: Selection,
        S::Expr: ValidGrouping<()>,
        <S::Expr as ValidGrouping<()>>::IsAggregate: Choice,
    };
    [E] Grouped<E>, OfGroup<M, E> where { M: Model, ShardingOf<M>: HoldsShardKey<E>, };
    [E H] Having<E, H>, OfGroup<M, E> where { M: Model, ShardingOf<M>: HoldsShardKey<E>, };
}
