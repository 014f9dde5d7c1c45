//! From a query to Diesel's one statement, and who runs it.

use diesel::dsl;
use diesel::helper_types::Nullable as NullableSelection;
use diesel::internal::table_macro::{FromClause, Inner, LeftOuter, SelectStatement};
use diesel::query_dsl::methods::SelectDsl;
use diesel::query_source::{Alias, QuerySource};
use diesel::{Expression, NullableExpressionMethods};

use super::aggregate::CountStar;
use super::builder::Query;
use super::clause::{Append, Apply, DefaultSelection, NoGroup, NoPreload, NotDistinct, Selection};
use super::window::{FirstOnly, NoWindow, Window, Windowed};
use crate::table::{Model, Table, TableDef};

/// The statement that a query of a model starts with.
pub type DefaultStatement<M> = SelectStatement<FromClause<Table<<M as Model>::Table>>>;

/// A query that one database can answer, as one statement.
#[diagnostic::on_unimplemented(
    message = "the clauses of this query do not fit together",
    note = "every column is of a table that the query has; with a group, one of it or inside an aggregate"
)]
pub trait Assemble {
    /// Diesel's statement.
    type Statement;
    /// Puts the clauses together.
    fn assemble(self) -> Self::Statement;
}

/// Diesel's statement that can select `E`.
#[diagnostic::on_unimplemented(
    message = "`{E}` cannot be selected from this query",
    label = "not of its tables, or not of its group",
    note = "every column is of a table that the query has, and `.nullable()` if that is joined from the left",
    note = "with a group or an aggregate, every column is one of the group or inside an aggregate"
)]
pub trait Selects<E> {
    /// The statement with the selection.
    type Output;
    /// Puts it in.
    fn select_expr(self, expr: E) -> Self::Output;
}

#[diagnostic::do_not_recommend]
impl<Q: SelectDsl<E>, E: Expression> Selects<E> for Q {
    type Output = dsl::Select<Q, E>;

    fn select_expr(self, expr: E) -> Self::Output {
        SelectDsl::select(self, expr)
    }
}

type Select<Q, S> = <Q as Selects<<S as Selection>::Expr>>::Output;
type After<C, Q> = <C as Apply<Q>>::Out;

impl<M, Q, S, O, G, D, W, R, J> Assemble for Query<M, Q, S, O, G, D, W, R, NoPreload, J>
where
    S: Selection,
    Q: Selects<S::Expr>,
    G: Apply<Select<Q, S>>,
    D: Apply<After<G, Select<Q, S>>>,
    O: Apply<After<D, After<G, Select<Q, S>>>>,
    W: Apply<After<O, After<D, After<G, Select<Q, S>>>>>,
{
    type Statement = After<W, After<O, After<D, After<G, Select<Q, S>>>>>;

    fn assemble(self) -> Self::Statement {
        let selected = self.statement.select_expr(self.selection.into_expr());
        let grouped = self.group.apply(selected);
        let distinct = self.distinct.apply(grouped);
        self.window.apply(self.order.apply(distinct))
    }
}

#[diagnostic::do_not_recommend]
impl<Q> Apply<Q> for NoWindow {
    type Out = Q;
    fn apply(self, statement: Q) -> Q {
        statement
    }
}

#[diagnostic::do_not_recommend]
impl<Q> Apply<Q> for Window {
    type Out = Windowed<Q>;
    fn apply(self, statement: Q) -> Windowed<Q> {
        Windowed::new(statement, self)
    }
}

/// The window of just the first row of a window.
#[derive(Debug, Clone, Copy)]
pub struct First<W>(pub(crate) W);

#[diagnostic::do_not_recommend]
impl<Q> Apply<Q> for First<NoWindow> {
    type Out = FirstOnly<Q>;
    fn apply(self, statement: Q) -> FirstOnly<Q> {
        FirstOnly(statement)
    }
}

#[diagnostic::do_not_recommend]
impl<Q> Apply<Q> for First<Window> {
    type Out = Windowed<Q>;
    fn apply(self, statement: Q) -> Windowed<Q> {
        let limit = Some(self.0.limit.map_or(1, |limit| limit.min(1)));
        Windowed::new(
            statement,
            Window {
                limit,
                offset: self.0.offset,
            },
        )
    }
}

/// A query whose rows can be counted by the database: not grouped, not
/// distinct, and without a window.
#[diagnostic::on_unimplemented(
    message = "the rows of this query cannot be counted",
    label = "grouped, distinct, or with a window",
    note = "`count` counts the rows of tables: select `count_star()`, or load the rows and count them"
)]
pub trait CountRows {
    /// Diesel's statement.
    type Statement;
    /// `SELECT COUNT(*) FROM … WHERE …`
    fn count_statement(self) -> Self::Statement;
}

#[diagnostic::do_not_recommend]
impl<M, Q, S, O, R, P, J> CountRows for Query<M, Q, S, O, NoGroup, NotDistinct, NoWindow, R, P, J>
where
    Q: SelectDsl<CountStar>,
{
    type Statement = dsl::Select<Q, CountStar>;

    fn count_statement(self) -> Self::Statement {
        SelectDsl::select(self.statement, CountStar)
    }
}

/// What can be joined, and what it adds to the selection `S`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be joined here",
    note = "join a table, `table.on(..)`, an alias, or a join of tables"
)]
pub trait JoinSide<S, Kind> {
    /// The selection with the columns of this side.
    type Selection;
    /// Adds the columns of this side.
    fn select_with(&self, selection: S) -> Self::Selection;
}

/// More was joined than can be selected without naming it: `.select(..)`.
#[derive(Debug, Clone, Copy)]
pub struct SelectIsMissing;

macro_rules! join_sides {
    ($([$($generic:ident)*] $source:ty where {$($bound:tt)*} |$this:ident| $columns:expr;)*) => {$(
        impl<$($generic,)* S> JoinSide<S, Inner> for $source
        where
            $($bound)*
            S: Append<DefaultSelection<$source>>,
        {
            type Selection = S::Out;
            fn select_with(&self, selection: S) -> S::Out {
                let $this = self;
                selection.append($columns)
            }
        }

        impl<$($generic,)* S> JoinSide<S, LeftOuter> for $source
        where
            $($bound)*
            DefaultSelection<$source>: NullableExpressionMethods + Expression,
            S: Append<NullableSelection<DefaultSelection<$source>>>,
        {
            type Selection = S::Out;
            fn select_with(&self, selection: S) -> S::Out {
                let $this = self;
                selection.append(NullableExpressionMethods::nullable($columns))
            }
        }
    )*};
}

join_sides! {
    [T] Table<T> where { T: TableDef, } |_this| T::all_columns();
    [A] Alias<A> where { Alias<A>: QuerySource, } |this| this.default_selection();
    [F] SelectStatement<FromClause<F>> where { F: QuerySource, SelectStatement<FromClause<F>>: QuerySource, } |this| this.default_selection();
}

impl<T: TableDef, On, S> JoinSide<S, Inner> for On1<Table<T>, On>
where
    S: Append<T::AllColumns>,
{
    type Selection = S::Out;
    fn select_with(&self, selection: S) -> S::Out {
        selection.append(T::all_columns())
    }
}

impl<T: TableDef, On, S> JoinSide<S, LeftOuter> for On1<Table<T>, On>
where
    T::AllColumns: NullableExpressionMethods + Expression,
    S: Append<NullableSelection<T::AllColumns>>,
{
    type Selection = S::Out;
    fn select_with(&self, selection: S) -> S::Out {
        selection.append(NullableExpressionMethods::nullable(T::all_columns()))
    }
}

/// An alias with an ON clause does not give itself back: what is selected must be said.
impl<A, On, S, K> JoinSide<S, K> for On1<Alias<A>, On> {
    type Selection = SelectIsMissing;
    fn select_with(&self, _: S) -> SelectIsMissing {
        SelectIsMissing
    }
}

impl<C> Append<C> for SelectIsMissing {
    type Out = SelectIsMissing;
    fn append(self, _: C) -> SelectIsMissing {
        SelectIsMissing
    }
}

/// `table.on(..)`
type On1<Source, On> = diesel::dsl::On<Source, On>;
