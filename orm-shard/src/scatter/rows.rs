//! Rows of every shard: sorted there, merged here.
//!
//! A shard gets the sort terms in front of the selection, so that any select,
//! join and expression can be merged, and at most `limit + offset` rows are
//! fetched from it.

use std::collections::HashSet;

use orm_core::backend::Dialect;
use orm_core::connection::DatabaseConnection;
use orm_core::diesel::{Connection, Expression};
use orm_core::error::Result;
use orm_core::query::{
    Blocking, Collated, Distinct, Execute, NoOrder, NoPreload, NoWindow, NotDistinct, OrderBy,
    Parts, Query, Scatter, Selected, Selection, Unrouted, ValueRow, Window,
};
use orm_core::session::Session;
use orm_core::value::{Value, ValueKey};

use crate::cluster::Cluster;
use crate::merge::{Directed, Term, merge_sorted, window};

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

/// What one shard must send for a window over all: its first `limit + offset` rows.
fn of_one_shard(window: Window) -> Window {
    let limit = window
        .limit
        .map(|limit| limit.max(0).saturating_add(window.offset.max(0)));
    Window { limit, offset: 0 }
}

/// Sort terms that can be put in front of a selection and merged.
#[diagnostic::on_unimplemented(
    message = "rows of several shards cannot be sorted by this",
    label = "no sort terms that a merge knows",
    note = "sort by columns, or by `.asc()` and `.desc()` of columns and aggregates of orm_core, alone or in a tuple of up to six"
)]
pub trait SortTerms {
    /// The expressions that are sorted by, as a tuple; spelled as in the
    /// terms, or PostgreSQL would not know them again in a DISTINCT.
    type Keys: Expression + Clone;
    /// The terms, with text ordered by its bytes.
    type Terms: Expression + Clone;

    /// The expressions and the terms.
    fn split(self) -> (Self::Keys, Self::Terms);
    /// The directions.
    fn terms<DB: Dialect>() -> Vec<Term>;
}

macro_rules! sort_terms {
    ($(($($name:ident)*);)*) => {$(
        impl<$($name: Directed + Clone),*> SortTerms for ($($name,)*)
        where
            ($(Collated<$name::Expr>,)*): Expression + Clone,
            ($($name::Collated,)*): Expression + Clone,
        {
            type Keys = ($(Collated<$name::Expr>,)*);
            type Terms = ($($name::Collated,)*);

            fn split(self) -> (Self::Keys, Self::Terms) {
                #[allow(non_snake_case)]
                let ($($name,)*) = self;
                (($(Collated($name.clone().into_directed_expr()),)*), ($($name.collated(),)*))
            }
            fn terms<DB: Dialect>() -> Vec<Term> {
                vec![$($name::term(DB::DATABASE)),*]
            }
        }
    )*};
}
sort_terms! { (A); (A B); (A B C); (A B C D); (A B C D E); (A B C D E F); }

impl<T: Directed + Clone> SortTerms for T
where
    (Collated<T::Expr>,): Expression + Clone,
    (T::Collated,): Expression + Clone,
{
    type Keys = (Collated<T::Expr>,);
    type Terms = (T::Collated,);

    fn split(self) -> (Self::Keys, Self::Terms) {
        (
            (Collated(self.clone().into_directed_expr()),),
            (self.collated(),),
        )
    }
    fn terms<DB: Dialect>() -> Vec<Term> {
        vec![T::term(DB::DATABASE)]
    }
}

/// The values of a selection, by which DISTINCT tells rows apart.
#[diagnostic::on_unimplemented(
    message = "a scattered DISTINCT cannot tell these rows apart",
    note = "select one column, or a tuple of up to eight columns"
)]
pub trait SelectionKeys {
    /// The same expressions, as a tuple.
    type Keys: Expression + Clone;
    /// The same expressions, as a tuple.
    fn keys(self) -> Self::Keys;
}

macro_rules! selection_keys {
    ($(($($name:ident)*);)*) => {$(
        impl<$($name: Expression + Clone),*> SelectionKeys for ($($name,)*)
        where
            ($($name,)*): Expression + Clone,
        {
            type Keys = Self;
            fn keys(self) -> Self {
                self
            }
        }
    )*};
}
selection_keys! {
    (A); (A B); (A B C); (A B C D); (A B C D E); (A B C D E F); (A B C D E F G);
    (A B C D E F G H);
}

impl<C: orm_core::table::ColumnDef> SelectionKeys for orm_core::table::Column<C>
where
    (Self,): Expression + Clone,
{
    type Keys = (Self,);
    fn keys(self) -> (Self,) {
        (self,)
    }
}

/// A query whose rows are whole on their shards.
pub trait RowsPlan<C: DatabaseConnection, U> {
    /// All rows; `each` sees those of a shard on its session before the merge.
    ///
    /// # Errors
    /// What the databases say, or `each`.
    fn rows<V, F>(self, cluster: &Cluster<C>, each: F) -> Result<Vec<V>>
    where
        V: Send,
        F: Fn(&mut Session<C>, Vec<U>) -> Result<Vec<V>> + Sync;
}

/// The query that one shard is sent.
type OfShard<M, Q, E, O, G, D, W, J> = Query<M, Q, Selected<E>, O, G, D, W, Unrouted, NoPreload, J>;

impl<C, M, Q, S, G, W, J, U> RowsPlan<C, U>
    for Query<M, Q, S, NoOrder, G, NotDistinct, W, Scatter, NoPreload, J>
where
    C: DatabaseConnection,
    W: WindowOf,
    S: Selection,
    OfShard<M, Q, S::Expr, NoOrder, G, NotDistinct, Window, J>: Clone + Send,
    for<'s> &'s mut Session<C>:
        Execute<OfShard<M, Q, S::Expr, NoOrder, G, NotDistinct, Window, J>, U, Mode = Blocking>,
{
    fn rows<V, F>(self, cluster: &Cluster<C>, each: F) -> Result<Vec<V>>
    where
        V: Send,
        F: Fn(&mut Session<C>, Vec<U>) -> Result<Vec<V>> + Sync,
    {
        let parts = self.into_parts();
        let whole = parts.window.window();
        let query: OfShard<M, Q, S::Expr, NoOrder, G, NotDistinct, Window, J> = Parts {
            statement: parts.statement,
            selection: Selected(parts.selection.into_expr()),
            order: NoOrder,
            group: parts.group,
            distinct: NotDistinct,
            window: of_one_shard(whole),
            route: Unrouted,
            preload: NoPreload,
        }
        .into_query();
        let answers = cluster.on_every_shard(copies(cluster, query), |session, query| {
            let rows = session.load_all(query)?;
            each(session, rows)
        })?;
        Ok(window(
            answers.into_iter().flatten().collect(),
            whole.offset,
            whole.limit,
        ))
    }
}

impl<C, M, Q, S, T, G, W, J, U> RowsPlan<C, U>
    for Query<M, Q, S, OrderBy<T>, G, NotDistinct, W, Scatter, NoPreload, J>
where
    C: DatabaseConnection,
    W: WindowOf,
    S: Selection,
    T: SortTerms,
    (T::Keys, S::Expr): Expression,
    OfShard<M, Q, (T::Keys, S::Expr), OrderBy<T::Terms>, G, NotDistinct, Window, J>: Clone + Send,
    for<'s> &'s mut Session<C>: Execute<
            OfShard<M, Q, (T::Keys, S::Expr), OrderBy<T::Terms>, G, NotDistinct, Window, J>,
            (ValueRow, U),
            Mode = Blocking,
        >,
{
    fn rows<V, F>(self, cluster: &Cluster<C>, each: F) -> Result<Vec<V>>
    where
        V: Send,
        F: Fn(&mut Session<C>, Vec<U>) -> Result<Vec<V>> + Sync,
    {
        let parts = self.into_parts();
        let whole = parts.window.window();
        let (keys, terms) = parts.order.into_terms().split();
        let query: OfShard<M, Q, _, OrderBy<T::Terms>, G, NotDistinct, Window, J> = Parts {
            statement: parts.statement,
            selection: Selected((keys, parts.selection.into_expr())),
            order: OrderBy(terms),
            group: parts.group,
            distinct: NotDistinct,
            window: of_one_shard(whole),
            route: Unrouted,
            preload: NoPreload,
        }
        .into_query();
        let answers = cluster.on_every_shard(copies(cluster, query), |session, query| {
            let rows: Vec<(ValueRow, U)> = session.load_all(query)?;
            let (keys, rows): (Vec<ValueRow>, Vec<U>) = rows.into_iter().unzip();
            let rows = each(session, rows)?;
            Ok(keys
                .into_iter()
                .map(|key| key.0)
                .zip(rows)
                .collect::<Vec<_>>())
        })?;
        let merged = merge_sorted(answers, &T::terms::<<C as Connection>::Backend>());
        let rows = merged.into_iter().map(|(_, row)| row).collect();
        Ok(window(rows, whole.offset, whole.limit))
    }
}

/// DISTINCT without an order: rows that are equal on several shards come once.
impl<C, M, Q, S, G, W, J, U> RowsPlan<C, U>
    for Query<M, Q, S, NoOrder, G, Distinct, W, Scatter, NoPreload, J>
where
    C: DatabaseConnection,
    W: WindowOf,
    S: Selection,
    S::Expr: SelectionKeys + Clone,
    (<S::Expr as SelectionKeys>::Keys, S::Expr): Expression,
    OfShard<M, Q, (<S::Expr as SelectionKeys>::Keys, S::Expr), NoOrder, G, Distinct, NoWindow, J>:
        Clone + Send,
    for<'s> &'s mut Session<C>: Execute<
            OfShard<
                M,
                Q,
                (<S::Expr as SelectionKeys>::Keys, S::Expr),
                NoOrder,
                G,
                Distinct,
                NoWindow,
                J,
            >,
            (ValueRow, U),
            Mode = Blocking,
        >,
{
    fn rows<V, F>(self, cluster: &Cluster<C>, each: F) -> Result<Vec<V>>
    where
        V: Send,
        F: Fn(&mut Session<C>, Vec<U>) -> Result<Vec<V>> + Sync,
    {
        let parts = self.into_parts();
        let whole = parts.window.window();
        let selection = parts.selection.into_expr();
        let query: OfShard<M, Q, _, NoOrder, G, Distinct, NoWindow, J> = Parts {
            statement: parts.statement,
            selection: Selected((selection.clone().keys(), selection)),
            order: NoOrder,
            group: parts.group,
            distinct: Distinct,
            window: NoWindow,
            route: Unrouted,
            preload: NoPreload,
        }
        .into_query();
        let answers = cluster.on_every_shard(copies(cluster, query), |session, query| {
            let rows: Vec<(ValueRow, U)> = session.load_all(query)?;
            let (keys, rows): (Vec<ValueRow>, Vec<U>) = rows.into_iter().unzip();
            let rows = each(session, rows)?;
            Ok(keys
                .into_iter()
                .map(|key| key.0)
                .zip(rows)
                .collect::<Vec<_>>())
        })?;
        let rows = once_each(answers.into_iter().flatten());
        Ok(window(rows, whole.offset, whole.limit))
    }
}

/// DISTINCT in an order: merged by the order, then each different row once.
impl<C, M, Q, S, T, G, W, J, U> RowsPlan<C, U>
    for Query<M, Q, S, OrderBy<T>, G, Distinct, W, Scatter, NoPreload, J>
where
    C: DatabaseConnection,
    W: WindowOf,
    S: Selection,
    S::Expr: SelectionKeys + Clone,
    T: SortTerms,
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
    for<'s> &'s mut Session<C>: Execute<
            OfShard<
                M,
                Q,
                (T::Keys, <S::Expr as SelectionKeys>::Keys, S::Expr),
                OrderBy<T::Terms>,
                G,
                Distinct,
                NoWindow,
                J,
            >,
            (ValueRow, ValueRow, U),
            Mode = Blocking,
        >,
{
    fn rows<V, F>(self, cluster: &Cluster<C>, each: F) -> Result<Vec<V>>
    where
        V: Send,
        F: Fn(&mut Session<C>, Vec<U>) -> Result<Vec<V>> + Sync,
    {
        let parts = self.into_parts();
        let whole = parts.window.window();
        let selection = parts.selection.into_expr();
        let (keys, terms) = parts.order.into_terms().split();
        let query: OfShard<M, Q, _, OrderBy<T::Terms>, G, Distinct, NoWindow, J> = Parts {
            statement: parts.statement,
            selection: Selected((keys, selection.clone().keys(), selection)),
            order: OrderBy(terms),
            group: parts.group,
            distinct: Distinct,
            window: NoWindow,
            route: Unrouted,
            preload: NoPreload,
        }
        .into_query();
        let answers = cluster.on_every_shard(copies(cluster, query), |session, query| {
            let rows: Vec<(ValueRow, ValueRow, U)> = session.load_all(query)?;
            let (mut sorted, mut told_apart, mut values) = (Vec::new(), Vec::new(), Vec::new());
            for (key, identity, row) in rows {
                sorted.push(key.0);
                told_apart.push(identity.0);
                values.push(row);
            }
            let rows = each(session, values)?;
            Ok(sorted
                .into_iter()
                .zip(told_apart.into_iter().zip(rows))
                .collect::<Vec<_>>())
        })?;
        let merged = merge_sorted(answers, &T::terms::<<C as Connection>::Backend>());
        let rows = once_each(merged.into_iter().map(|(_, row)| row));
        Ok(window(rows, whole.offset, whole.limit))
    }
}

/// The first of each run of rows with the same values, in the order given.
fn once_each<V>(rows: impl Iterator<Item = (Vec<Value>, V)>) -> Vec<V> {
    let mut seen: HashSet<Vec<ValueKey>> = HashSet::new();
    rows.filter(|(key, _)| seen.insert(key.iter().cloned().map(ValueKey).collect()))
        .map(|(_, row)| row)
        .collect()
}

/// A query for each shard.
pub(super) fn copies<C: DatabaseConnection, Q: Clone>(cluster: &Cluster<C>, query: Q) -> Vec<Q> {
    vec![query; cluster.engines().len()]
}
