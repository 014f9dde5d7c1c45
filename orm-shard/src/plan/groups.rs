//! Groups that span shards, and aggregates without a group.

use orm_core::backend::Dialect;
use orm_core::diesel::Expression;
use orm_core::error::{Error, ErrorKind, Result};
use orm_core::query::{
    FromValues, Grouped, Having, NoGroup, NoOrder, NoPreload, NoWindow, NotDistinct, OrderBy,
    Parts, Query, Scatter, Selected, Selection, Unrouted, ValueRow, Window,
};
use orm_core::value::Value;

use super::rows::WindowOf;
use crate::merge::{sort_rows, window};
use crate::partial::{GroupKeys, Judge, NoPieces, Pieces, SortPieces, fold_groups};

/// A query whose groups come in parts: what each shard is sent, and how their
/// parts become whole groups.
pub trait GroupsPlan<DB: Dialect, U> {
    /// The query of one shard.
    type Sent: Clone + Send;
    /// A part of a group, as one shard sends it.
    type Received: Send;
    /// What the merge needs of the query.
    type Merge: Send + 'static;

    /// The query of one shard, and what the merge needs.
    fn plan(self) -> (Self::Sent, Self::Merge);
    /// The parts of all shards as whole groups.
    ///
    /// # Errors
    /// A sum of integers that leaves 64 bits; a group that is none of `U`.
    fn merge(shards: Vec<Vec<Self::Received>>, merge: Self::Merge) -> Result<Vec<U>>;
}

/// ORDER BY, present or not, as pieces.
pub trait OrderPieces {
    /// The terms.
    type Terms: SortPieces;
    /// The terms.
    fn terms(self) -> Self::Terms;
}
impl OrderPieces for NoOrder {
    type Terms = NoPieces;
    fn terms(self) -> NoPieces {
        NoPieces
    }
}
impl<T: SortPieces> OrderPieces for OrderBy<T> {
    type Terms = T;
    fn terms(self) -> T {
        self.into_terms()
    }
}

/// GROUP BY and HAVING, present or not.
pub trait GroupParts {
    /// The expressions of the group.
    type Keys: GroupKeys;
    /// The predicate.
    type Predicate: Judge;
    /// Both.
    fn parts(self) -> (Self::Keys, Self::Predicate);
}
impl GroupParts for NoGroup {
    type Keys = NoPieces;
    type Predicate = NoPieces;
    fn parts(self) -> (NoPieces, NoPieces) {
        (NoPieces, NoPieces)
    }
}
impl<E: GroupKeys> GroupParts for Grouped<E> {
    type Keys = E;
    type Predicate = NoPieces;
    fn parts(self) -> (E, NoPieces) {
        (self.into_expr(), NoPieces)
    }
}
impl<E: GroupKeys, P: Judge> GroupParts for Having<E, P> {
    type Keys = E;
    type Predicate = P;
    fn parts(self) -> (E, P) {
        self.into_parts()
    }
}

type Tuple<G> = <<G as GroupParts>::Keys as GroupKeys>::Tuple;
type Sorts<O> = <<O as OrderPieces>::Terms as SortPieces>::Pieces;
/// What a shard selects: group, selection, HAVING, ORDER BY, all in parts.
type Sent<S, O, G> = (
    Tuple<G>,
    <<S as Selection>::Expr as Pieces>::Exprs,
    <<G as GroupParts>::Predicate as Pieces>::Exprs,
    <Sorts<O> as Pieces>::Exprs,
);
/// What a shard's row is loaded as.
type Received<S, O, G> = (
    ValueRow,
    <<S as Selection>::Expr as Pieces>::Rows,
    <<G as GroupParts>::Predicate as Pieces>::Rows,
    <Sorts<O> as Pieces>::Rows,
);
type OfShard<M, Q, S, O, G, J> = Query<
    M,
    Q,
    Selected<Sent<S, O, G>>,
    NoOrder,
    NoGroup,
    NotDistinct,
    NoWindow,
    Unrouted,
    NoPreload,
    J,
>;

impl<DB, M, Q, S, O, G, W, J, U> GroupsPlan<DB, U>
    for Query<M, Q, S, O, G, NotDistinct, W, Scatter, NoPreload, J>
where
    DB: Dialect,
    S: Selection,
    S::Expr: Pieces,
    O: OrderPieces,
    G: GroupParts,
    W: WindowOf,
    Sent<S, O, G>: Expression,
    U: FromValues<<S::Expr as Expression>::SqlType>,
    OfShard<M, Q, S, O, G, J>: Clone + Send,
    Received<S, O, G>: Send,
    <G::Predicate as Judge>::Judgement: Send,
{
    type Sent = OfShard<M, Q, S, O, G, J>;
    type Received = Received<S, O, G>;
    type Merge = (<G::Predicate as Judge>::Judgement, Window);

    fn plan(self) -> (Self::Sent, Self::Merge) {
        let parts = self.into_parts();
        let whole = parts.window.window();
        let (keys, predicate) = parts.group.parts();
        let judgement = predicate.judgement();
        let terms = parts.order.terms();
        let sent = Parts {
            statement: parts.statement,
            selection: Selected((
                keys.tuple(),
                parts.selection.into_expr().exprs(),
                predicate.exprs(),
                terms.pieces().exprs(),
            )),
            order: NoOrder,
            group: NoGroup,
            distinct: NotDistinct,
            window: NoWindow,
            route: Unrouted,
            preload: NoPreload,
        };
        (sent.into_query(), (judgement, whole))
    }

    fn merge(shards: Vec<Vec<Self::Received>>, (judgement, whole): Self::Merge) -> Result<Vec<U>> {
        let mut ops = Vec::new();
        <S::Expr as Pieces>::ops(&mut ops);
        let selected = ops.len();
        <G::Predicate as Pieces>::ops(&mut ops);
        <Sorts<O> as Pieces>::ops(&mut ops);
        let rows = shards.into_iter().flatten().map(|row: Received<S, O, G>| {
            let (key, selection, having, order) = row;
            let mut pieces = Vec::with_capacity(ops.len());
            <S::Expr as Pieces>::flatten(selection, &mut pieces);
            <G::Predicate as Pieces>::flatten(having, &mut pieces);
            <Sorts<O> as Pieces>::flatten(order, &mut pieces);
            (key.0, pieces)
        });
        let rows: Vec<_> = rows.collect();
        let mut kept: Vec<(Vec<Value>, Vec<Value>)> = Vec::new();
        for group in fold_groups(rows, &ops, DB::DATABASE)? {
            let mut values = group.into_iter();
            let row: Vec<Value> = values.by_ref().take(selected).collect();
            if <G::Predicate as Judge>::holds(&judgement, &mut values) == Some(true) {
                kept.push((values.collect(), row));
            }
        }
        sort_rows(&mut kept, &<O::Terms as SortPieces>::terms(DB::DATABASE));
        let rows = window(kept, whole.offset, whole.limit)
            .into_iter()
            .map(|(_, row)| {
                U::from_values(&mut row.into_iter()).map_err(|error| {
                    Error::new(
                        ErrorKind::Conversion,
                        format!("a merged group cannot be read: {error}"),
                    )
                })
            });
        rows.collect()
    }
}
