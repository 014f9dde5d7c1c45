//! [`Query`]: what the user builds.

use std::marker::PhantomData;

use diesel::dsl;
use diesel::internal::table_macro::{Inner, LeftOuter};
use diesel::query_builder::AsQuery;
use diesel::query_dsl::methods::FilterDsl;

use super::assemble::{DefaultStatement, First};
use super::clause::{
    AllColumns, Distinct, Grouped, NoGroup, NoOrder, NoPreload, NotDistinct, OrderBy, Selected,
};
use super::parts::Parts;
use super::route::Unrouted;
use super::takes::{Filters, Groups, Joins, Judges, Take, Term};
use super::window::{NoWindow, Window};
use crate::table::{Column, ColumnDef, Model, PartialOf, Table};

/// A query of a model: built by methods, sent by `load`, `first`, `optional`, `count`.
///
/// The type parameters are the model, Diesel's statement so far, selection,
/// order, group, distinctness, window, route, relations loaded along, and what
/// was joined. Nobody needs to write them: `Customer::query()` infers them.
#[must_use = "a query does nothing until it is loaded"]
pub struct Query<M, Q, S, O, G, D, W, R, P, J> {
    pub(crate) statement: Q,
    pub(crate) selection: S,
    pub(crate) order: O,
    pub(crate) group: G,
    pub(crate) distinct: D,
    pub(crate) window: W,
    pub(crate) route: R,
    pub(crate) preload: P,
    pub(crate) model: PhantomData<fn() -> (M, J)>,
}

/// What `Customer::query()` is.
pub type ModelQuery<M> = Query<
    M,
    DefaultStatement<M>,
    AllColumns<<M as Model>::Table>,
    NoOrder,
    NoGroup,
    NotDistinct,
    NoWindow,
    Unrouted,
    NoPreload,
    (),
>;

/// What `Customer::query()` is where rows are deleted softly: of those that are
/// not, by the column `C`.
pub type LivingQuery<M, C> = Query<
    M,
    dsl::Filter<DefaultStatement<M>, dsl::IsNull<Column<C>>>,
    AllColumns<<M as Model>::Table>,
    NoOrder,
    NoGroup,
    NotDistinct,
    NoWindow,
    Unrouted,
    NoPreload,
    (),
>;

/// The same query with some of its parts replaced. All parts are named by the
/// caller, so that the new ones can be made of the old.
macro_rules! with {
    ($query:ident, $($part:ident)*; $($new:ident: $value:expr),*) => {{
        #[allow(unused_variables)] // the parts that are replaced
        let Query { $($part,)* .. } = $query;
        $(let $new = $value;)*
        Query { $($part,)* model: PhantomData }
    }};
}

impl<M> ModelQuery<M>
where
    M: Model,
    Table<M::Table>: AsQuery<Query = DefaultStatement<M>>,
{
    /// All rows of the model.
    #[allow(clippy::new_without_default)] // reached through `Model::query()`
    pub fn new() -> Self {
        Query {
            statement: Table::NEW.as_query(),
            selection: AllColumns::default(),
            order: NoOrder,
            group: NoGroup,
            distinct: NotDistinct,
            window: NoWindow,
            route: Unrouted,
            preload: NoPreload,
            model: PhantomData,
        }
    }
}

impl<M: Model> ModelQuery<M> {
    /// The rows of the model that are not deleted: that have no time in `C`.
    pub fn living<C>(self) -> LivingQuery<M, C>
    where
        C: ColumnDef<Table = M::Table>,
        DefaultStatement<M>: FilterDsl<dsl::IsNull<Column<C>>>,
        Column<C>: diesel::ExpressionMethods,
    {
        let deleted = diesel::ExpressionMethods::is_null(Column::<C>::NEW);
        self.with_statement(|all| FilterDsl::filter(all, deleted))
    }
}

impl<M, Q, S, O, G, D, W, R, P, J> Query<M, Q, S, O, G, D, W, R, P, J> {
    /// Only rows for which this holds too. `shard_key.eq(value)` routes the query.
    pub fn filter<F: Take<Q, R, As = T>, T: Filters<F, K>, K>(
        self,
        predicate: F,
    ) -> Query<M, T::Statement, S, O, G, D, W, T::Route, P, J> {
        with!(self, statement selection order group distinct window route preload;
            taken: predicate.take(statement, route).filter(), statement: taken.0, route: taken.1)
    }

    /// Sorted by these terms, in place of an order before.
    pub fn order_by<T: Term<K>, K>(
        self,
        terms: T,
    ) -> Query<M, Q, S, OrderBy<T::As>, G, D, W, R, P, J> {
        with!(self, statement selection order group distinct window route preload; order: OrderBy(terms.into_term()))
    }

    /// Sorted by these terms; the same as [`order_by`](Self::order_by).
    pub fn order<T: Term<K>, K>(
        self,
        terms: T,
    ) -> Query<M, Q, S, OrderBy<T::As>, G, D, W, R, P, J> {
        self.order_by(terms)
    }

    /// Selects expressions: rows are loaded into a tuple or a struct of these.
    pub fn select<E: Term<K>, K>(
        self,
        expr: E,
    ) -> Query<M, Q, Selected<E::As>, O, G, D, W, R, P, J> {
        with!(self, statement selection order group distinct window route preload; selection: Selected(expr.into_term()))
    }

    /// Selects the columns of a partial model: rows are loaded into it.
    pub fn select_as<U: PartialOf<M::Table>>(
        self,
    ) -> Query<M, Q, Selected<U::Columns>, O, G, D, W, R, P, J>
    where
        M: Model,
    {
        with!(self, statement selection order group distinct window route preload; selection: Selected(U::columns()))
    }

    /// Each different row once.
    pub fn distinct(self) -> Query<M, Q, S, O, G, Distinct, W, R, P, J> {
        with!(self, statement selection order group distinct window route preload; distinct: Distinct)
    }

    /// One row a group: columns of the group and aggregates can be selected.
    pub fn group_by<E: Take<Q, G, As = T>, T: Groups<E, K>, K>(
        self,
        expr: E,
    ) -> Query<M, T::Statement, S, O, Grouped<E>, D, W, R, P, J> {
        with!(self, statement selection order group distinct window route preload;
            taken: expr.take(statement, group).group_by(), statement: taken.0, group: Grouped(taken.1))
    }

    /// Only groups for which this holds.
    pub fn having<F: Take<G, (), As = T>, T: Judges<F, K>, K>(
        self,
        predicate: F,
    ) -> Query<M, Q, S, O, T::Group, D, W, R, P, J> {
        with!(self, statement selection order group distinct window route preload;
            group: predicate.take(group, ()).having())
    }

    /// Joins rows that have a partner.
    pub fn inner_join<T: Take<Q, S, As = A>, A: Joins<T, Inner, K>, K>(
        self,
        rhs: T,
    ) -> Query<M, A::Statement, A::Selection, O, G, D, W, R, P, (T, Inner, J)> {
        with!(self, statement selection order group distinct window route preload;
            taken: rhs.take(statement, selection).join(Inner), statement: taken.0, selection: taken.1)
    }

    /// Joins partners where there are some; the others' columns are NULL.
    pub fn left_join<T: Take<Q, S, As = A>, A: Joins<T, LeftOuter, K>, K>(
        self,
        rhs: T,
    ) -> Query<M, A::Statement, A::Selection, O, G, D, W, R, P, (T, LeftOuter, J)> {
        with!(self, statement selection order group distinct window route preload;
            taken: rhs.take(statement, selection).join(LeftOuter), statement: taken.0, selection: taken.1)
    }
}

impl<M, Q, S, O, G, D, R, P, J> Query<M, Q, S, O, G, D, NoWindow, R, P, J> {
    /// At most so many rows.
    pub fn limit(self, limit: i64) -> Query<M, Q, S, O, G, D, Window, R, P, J> {
        with!(self, statement selection order group distinct window route preload; window: Window { limit: Some(limit), offset: 0 })
    }

    /// So many rows are passed over.
    pub fn offset(self, offset: i64) -> Query<M, Q, S, O, G, D, Window, R, P, J> {
        with!(self, statement selection order group distinct window route preload; window: Window { limit: None, offset })
    }
}

impl<M, Q, S, O, G, D, R, P, J> Query<M, Q, S, O, G, D, Window, R, P, J> {
    /// At most so many rows, in place of a limit before.
    pub fn limit(self, limit: i64) -> Self {
        with!(self, statement selection order group distinct window route preload; window: Window { limit: Some(limit), ..window })
    }

    /// So many rows are passed over, in place of an offset before.
    pub fn offset(self, offset: i64) -> Self {
        with!(self, statement selection order group distinct window route preload; window: Window { offset, ..window })
    }
}

/// The query with the window of its first row.
pub(crate) type FirstQuery<M, Q, S, O, G, D, W, R, P, J> =
    Query<M, Q, S, O, G, D, First<W>, R, P, J>;

impl<M, Q, S, O, G, D, W, R, P, J> Query<M, Q, S, O, G, D, W, R, P, J> {
    /// The query of just the first row.
    pub fn only_first(self) -> FirstQuery<M, Q, S, O, G, D, W, R, P, J> {
        with!(self, statement selection order group distinct window route preload; window: First(window))
    }

    fn with_statement<T>(self, change: impl FnOnce(Q) -> T) -> Query<M, T, S, O, G, D, W, R, P, J> {
        with!(self, statement selection order group distinct window route preload; statement: change(statement))
    }

    /// The route.
    pub fn route(&self) -> &R {
        &self.route
    }

    /// With another route; an executor of several databases calls this.
    pub fn with_route<T>(self, to: T) -> Query<M, Q, S, O, G, D, W, T, P, J> {
        with!(self, statement selection order group distinct window route preload; route: to)
    }

    /// With other relations loaded along.
    pub fn with_preload<T>(self, relations: T) -> Query<M, Q, S, O, G, D, W, R, T, J> {
        with!(self, statement selection order group distinct window route preload; preload: relations)
    }

    /// Diesel's statement of FROM, joins, WHERE and GROUP BY, and the clauses
    /// beside it: what an executor of several databases takes apart.
    pub fn into_parts(self) -> Parts<Q, S, O, G, D, W, R, P> {
        let Query {
            statement,
            selection,
            order,
            group,
            distinct,
            window,
            route,
            preload,
            ..
        } = self;
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
}

impl<M, Q, S, O, G, D, W, R, P, J> Clone for Query<M, Q, S, O, G, D, W, R, P, J>
where
    Q: Clone,
    S: Clone,
    O: Clone,
    G: Clone,
    D: Clone,
    W: Clone,
    R: Clone,
    P: Clone,
{
    fn clone(&self) -> Self {
        Query {
            statement: self.statement.clone(),
            selection: self.selection.clone(),
            order: self.order.clone(),
            group: self.group.clone(),
            distinct: self.distinct.clone(),
            window: self.window.clone(),
            route: self.route.clone(),
            preload: self.preload.clone(),
            model: PhantomData,
        }
    }
}
