//! Rows of every shard: sorted there, merged here.
//!
//! A shard gets the sort terms in front of the selection, so that any select,
//! join and expression can be merged, and at most `limit + offset` rows are
//! fetched from it.

use std::collections::HashSet;

use orm_core::backend::Dialect;
use orm_core::diesel::Expression;
use orm_core::query::{
    AllColumns, Distinct, NoGroup, NoOrder, NoPreload, NoWindow, NotDistinct, OrderBy, Parts,
    Query, Scatter, Selected, Selection, Unrouted, ValueRow, Window,
};
use orm_core::value::{Value, ValueKey};

use super::terms::{SelectionKeys, SortTerms};
use crate::merge::{merge_sorted, window};

/// The window of a query, present or not.
pub trait WindowOf: Copy {
    /// Limit and offset.
    fn window(self) -> Window;
}

impl WindowOf for NoWindow {
    fn window(self) -> Window {
        Window {
            limit: None,
            offset: 0,
        }
    }
}

impl WindowOf for Window {
    fn window(self) -> Window {
        self
    }
}

/// A scattered query of whole models, without the relations loaded along.
pub type Plain<M, Q, T, O, D, W, J> =
    Query<M, Q, AllColumns<T>, O, NoGroup, D, W, Scatter, NoPreload, J>;

/// The query of just the first row over all shards.
pub fn first_of<M, Q, S, O, G, D, W: WindowOf, R, P, J>(
    query: Query<M, Q, S, O, G, D, W, R, P, J>,
) -> Query<M, Q, S, O, G, D, Window, R, P, J> {
    let mut parts = query.into_parts().with_window(WindowOf::window);
    parts.window.limit = Some(parts.window.limit.map_or(1, |limit| limit.min(1)));
    parts.into_query()
}

/// What one shard must send for a window over all: its first `limit + offset` rows.
fn of_one_shard(window: Window) -> Window {
    let limit = window
        .limit
        .map(|limit| limit.max(0).saturating_add(window.offset.max(0)));
    Window { limit, offset: 0 }
}

/// A query whose rows are whole on their shards: what each shard is sent, and
/// how their rows become one list.
pub trait RowsPlan<DB: Dialect, U> {
    /// The query of one shard.
    type Sent: Clone + Send;
    /// A row as one shard sends it.
    type Received: Send;
    /// What of it the merge needs beside the row itself.
    type Beside: Send;

    /// The query of one shard, and the window of the whole.
    fn plan(self) -> (Self::Sent, Window);
    /// A row as it was sent, taken apart.
    fn split(row: Self::Received) -> (Self::Beside, U);
    /// The rows of all shards, those of each in its order, as one list.
    fn merge<V>(shards: Vec<Vec<(Self::Beside, V)>>, whole: Window) -> Vec<V>;
}

/// The query that one shard is sent.
type OfShard<M, Q, E, O, G, D, W, J> = Query<M, Q, Selected<E>, O, G, D, W, Unrouted, NoPreload, J>;

fn within<V>(rows: impl Iterator<Item = V>, whole: Window) -> Vec<V> {
    window(rows.collect(), whole.offset, whole.limit)
}

impl<DB: Dialect, M, Q, S, G, W, J, U> RowsPlan<DB, U>
    for Query<M, Q, S, NoOrder, G, NotDistinct, W, Scatter, NoPreload, J>
where
    W: WindowOf,
    S: Selection,
    U: Send,
    OfShard<M, Q, S::Expr, NoOrder, G, NotDistinct, Window, J>: Clone + Send,
{
    type Sent = OfShard<M, Q, S::Expr, NoOrder, G, NotDistinct, Window, J>;
    type Received = U;
    type Beside = ();

    fn plan(self) -> (Self::Sent, Window) {
        let parts = self.into_parts();
        let whole = parts.window.window();
        let sent = Parts {
            statement: parts.statement,
            selection: Selected(parts.selection.into_expr()),
            order: NoOrder,
            group: parts.group,
            distinct: NotDistinct,
            window: of_one_shard(whole),
            route: Unrouted,
            preload: NoPreload,
        };
        (sent.into_query(), whole)
    }

    fn split(row: U) -> ((), U) {
        ((), row)
    }

    fn merge<V>(shards: Vec<Vec<((), V)>>, whole: Window) -> Vec<V> {
        within(shards.into_iter().flatten().map(|(_, row)| row), whole)
    }
}

impl<DB: Dialect, M, Q, S, T, G, W, J, U> RowsPlan<DB, U>
    for Query<M, Q, S, OrderBy<T>, G, NotDistinct, W, Scatter, NoPreload, J>
where
    W: WindowOf,
    S: Selection,
    T: SortTerms,
    U: Send,
    (T::Keys, S::Expr): Expression,
    OfShard<M, Q, (T::Keys, S::Expr), OrderBy<T::Terms>, G, NotDistinct, Window, J>: Clone + Send,
{
    type Sent = OfShard<M, Q, (T::Keys, S::Expr), OrderBy<T::Terms>, G, NotDistinct, Window, J>;
    type Received = (ValueRow, U);
    type Beside = Vec<Value>;

    fn plan(self) -> (Self::Sent, Window) {
        let parts = self.into_parts();
        let whole = parts.window.window();
        let (keys, terms) = parts.order.into_terms().split();
        let sent = Parts {
            statement: parts.statement,
            selection: Selected((keys, parts.selection.into_expr())),
            order: OrderBy(terms),
            group: parts.group,
            distinct: NotDistinct,
            window: of_one_shard(whole),
            route: Unrouted,
            preload: NoPreload,
        };
        (sent.into_query(), whole)
    }

    fn split((key, row): (ValueRow, U)) -> (Vec<Value>, U) {
        (key.0, row)
    }

    fn merge<V>(shards: Vec<Vec<(Vec<Value>, V)>>, whole: Window) -> Vec<V> {
        let merged = merge_sorted(shards, &T::terms::<DB>());
        within(merged.into_iter().map(|(_, row)| row), whole)
    }
}

/// DISTINCT without an order: rows that are equal on several shards come once.
impl<DB: Dialect, M, Q, S, G, W, J, U> RowsPlan<DB, U>
    for Query<M, Q, S, NoOrder, G, Distinct, W, Scatter, NoPreload, J>
where
    W: WindowOf,
    S: Selection,
    S::Expr: SelectionKeys + Clone,
    U: Send,
    (<S::Expr as SelectionKeys>::Keys, S::Expr): Expression,
    OfShard<M, Q, (<S::Expr as SelectionKeys>::Keys, S::Expr), NoOrder, G, Distinct, NoWindow, J>:
        Clone + Send,
{
    type Sent = OfShard<
        M,
        Q,
        (<S::Expr as SelectionKeys>::Keys, S::Expr),
        NoOrder,
        G,
        Distinct,
        NoWindow,
        J,
    >;
    type Received = (ValueRow, U);
    type Beside = Vec<Value>;

    fn plan(self) -> (Self::Sent, Window) {
        let parts = self.into_parts();
        let whole = parts.window.window();
        let selection = parts.selection.into_expr();
        let sent = Parts {
            statement: parts.statement,
            selection: Selected((selection.clone().keys(), selection)),
            order: NoOrder,
            group: parts.group,
            distinct: Distinct,
            window: NoWindow,
            route: Unrouted,
            preload: NoPreload,
        };
        (sent.into_query(), whole)
    }

    fn split((identity, row): (ValueRow, U)) -> (Vec<Value>, U) {
        (identity.0, row)
    }

    fn merge<V>(shards: Vec<Vec<(Vec<Value>, V)>>, whole: Window) -> Vec<V> {
        within(once_each(shards.into_iter().flatten()).into_iter(), whole)
    }
}

/// DISTINCT in an order: merged by the order, then each different row once.
impl<DB: Dialect, M, Q, S, T, G, W, J, U> RowsPlan<DB, U>
    for Query<M, Q, S, OrderBy<T>, G, Distinct, W, Scatter, NoPreload, J>
where
    W: WindowOf,
    S: Selection,
    S::Expr: SelectionKeys + Clone,
    T: SortTerms,
    U: Send,
    (T::Keys, <S::Expr as SelectionKeys>::Keys, S::Expr): Expression,
    OfShard<
        M,
        Q,
        (T::Keys, <S::Expr as SelectionKeys>::Keys, S::Expr),
        OrderBy<T::Terms>,
        G,
        Distinct,
        NoWindow,
        J,
    >: Clone + Send,
{
    type Sent = OfShard<
        M,
        Q,
        (T::Keys, <S::Expr as SelectionKeys>::Keys, S::Expr),
        OrderBy<T::Terms>,
        G,
        Distinct,
        NoWindow,
        J,
    >;
    type Received = (ValueRow, ValueRow, U);
    /// The sort key, and what tells rows apart.
    type Beside = (Vec<Value>, Vec<Value>);

    fn plan(self) -> (Self::Sent, Window) {
        let parts = self.into_parts();
        let whole = parts.window.window();
        let selection = parts.selection.into_expr();
        let (keys, terms) = parts.order.into_terms().split();
        let sent = Parts {
            statement: parts.statement,
            selection: Selected((keys, selection.clone().keys(), selection)),
            order: OrderBy(terms),
            group: parts.group,
            distinct: Distinct,
            window: NoWindow,
            route: Unrouted,
            preload: NoPreload,
        };
        (sent.into_query(), whole)
    }

    fn split((key, identity, row): (ValueRow, ValueRow, U)) -> (Self::Beside, U) {
        ((key.0, identity.0), row)
    }

    fn merge<V>(shards: Vec<Vec<(Self::Beside, V)>>, whole: Window) -> Vec<V> {
        let sorted = |rows: Vec<(Self::Beside, V)>| {
            let rows = rows.into_iter();
            rows.map(|((key, identity), row)| (key, (identity, row)))
                .collect()
        };
        let shards = shards.into_iter().map(sorted).collect();
        let merged = merge_sorted(shards, &T::terms::<DB>());
        let rows = once_each(merged.into_iter().map(|(_, row)| row));
        within(rows.into_iter(), whole)
    }
}

/// The first of each run of rows with the same values, in the order given.
fn once_each<V>(rows: impl Iterator<Item = (Vec<Value>, V)>) -> Vec<V> {
    let mut seen: HashSet<Vec<ValueKey>> = HashSet::new();
    rows.filter(|(key, _)| seen.insert(key.iter().cloned().map(ValueKey).collect()))
        .map(|(_, row)| row)
        .collect()
}
