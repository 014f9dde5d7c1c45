//! What the methods of a query take, and what is said of anything else.
//!
//! Diesel's bounds on the methods themselves would do, but for the reader of an
//! error. Query and argument are made one type, a parameter that no argument
//! has: what does not hold is said once, at the method. And each trait has two
//! impls, of which one never holds: the compiler then looks first whether the
//! other does, and where it does not, nothing that follows is an error too.

use diesel::TextExpressionMethods;
use diesel::dsl;
use diesel::expression::{AsExpression, Expression};
use diesel::query_dsl::JoinWithImplicitOnClause;
use diesel::query_dsl::methods::{FilterDsl, GroupByDsl};
use diesel::sql_types::BoolOrNullableBool;

use super::assemble::JoinSide;
use super::clause::{Grouped, Having, NoGroup};
use super::key::{Found, NotFound, Nothing};
use super::route::Predicate;
use crate::table::{Column, ColumnDef};

/// An argument and the parts of the query that it changes.
pub struct Taking<T, Q, X> {
    argument: T,
    statement: Q,
    beside: X,
}

/// Whatever is given to a method of a query with these parts.
pub trait Take<Q, X>: Sized {
    /// [`Taking`].
    type As;
    /// Together with the parts.
    fn take(self, statement: Q, beside: X) -> Self::As;
}

impl<T, Q, X> Take<Q, X> for T {
    type As = Taking<T, Q, X>;

    fn take(self, statement: Q, beside: X) -> Taking<T, Q, X> {
        Taking {
            argument: self,
            statement,
            beside,
        }
    }
}

/// What `filter` takes.
#[diagnostic::on_unimplemented(
    message = "`{F}` is no filter",
    label = "takes a comparison",
    note = "a filter is a comparison of columns and values, `orders::total_cents.gt(5)`; one of aggregates is `.having(..)`"
)]
pub trait Filters<F, Marker> {
    /// Diesel's statement with it.
    type Statement;
    /// The route afterwards.
    type Route;
    /// Puts it in.
    fn filter(self) -> (Self::Statement, Self::Route);
}

#[diagnostic::do_not_recommend]
impl<F: Predicate<R>, Q: FilterDsl<F>, R> Filters<F, Found<()>> for Taking<F, Q, R> {
    type Statement = dsl::Filter<Q, F>;
    type Route = F::Route;

    fn filter(self) -> (Self::Statement, F::Route) {
        let route = self.argument.route(self.beside);
        (FilterDsl::filter(self.statement, self.argument), route)
    }
}

#[diagnostic::do_not_recommend]
impl<F: Nothing, Q, R> Filters<F, NotFound> for Taking<F, Q, R> {
    type Statement = Q;
    type Route = R;

    fn filter(self) -> (Q, R) {
        (self.statement, self.beside)
    }
}

/// What `group_by` takes.
#[diagnostic::on_unimplemented(
    message = "this query cannot be grouped by `{E}`",
    label = "takes columns of the query's tables",
    note = "group once, by a column or a tuple of them; by those of another table only if it is joined before"
)]
pub trait Groups<E, Marker> {
    /// Diesel's statement with it.
    type Statement;
    /// Puts it in, and gives the expressions back.
    fn group_by(self) -> (Self::Statement, E);
}

#[diagnostic::do_not_recommend]
impl<E: Expression + Clone, Q: GroupByDsl<E>> Groups<E, Found<()>> for Taking<E, Q, NoGroup> {
    type Statement = dsl::GroupBy<Q, E>;

    fn group_by(self) -> (Self::Statement, E) {
        let statement = GroupByDsl::group_by(self.statement, self.argument.clone());
        (statement, self.argument)
    }
}

#[diagnostic::do_not_recommend]
impl<E: Nothing, Q, G> Groups<E, NotFound> for Taking<E, Q, G> {
    type Statement = Q;

    fn group_by(self) -> (Q, E) {
        (self.statement, self.argument)
    }
}

/// What `having` takes.
#[diagnostic::on_unimplemented(
    message = "`having` takes a comparison, and comes after `group_by`",
    label = "no group before it, or no comparison in it",
    note = "`.group_by(orders::customer_id).having(sum(orders::total_cents).gt(5))`"
)]
pub trait Judges<F, Marker> {
    /// GROUP BY and HAVING.
    type Group;
    /// Puts it in.
    fn having(self) -> Self::Group;
}

#[diagnostic::do_not_recommend]
impl<F, E> Judges<F, Found<()>> for Taking<F, Grouped<E>, ()>
where
    F: Expression<SqlType: BoolOrNullableBool>,
{
    type Group = Having<E, F>;

    fn having(self) -> Having<E, F> {
        Having {
            group: self.statement.0,
            predicate: self.argument,
        }
    }
}

#[diagnostic::do_not_recommend]
impl<F: Nothing, G> Judges<F, NotFound> for Taking<F, G, ()> {
    type Group = G;

    fn having(self) -> G {
        self.statement
    }
}

/// What a join takes.
#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be joined to this query",
    label = "no way to join it",
    note = "the two have no foreign key between them that a join could follow (`#[model(belongs_to = Parent)]`): say how, `table.on(..)`; a table that is in the query already needs an alias"
)]
pub trait Joins<T, Kind, Marker> {
    /// Diesel's statement with it.
    type Statement;
    /// The selection with the columns of this side.
    type Selection;
    /// Puts it in.
    fn join(self, kind: Kind) -> (Self::Statement, Self::Selection);
}

#[diagnostic::do_not_recommend]
impl<T, Q, S, Kind> Joins<T, Kind, Found<()>> for Taking<T, Q, S>
where
    T: JoinSide<S, Kind>,
    Q: JoinWithImplicitOnClause<T, Kind>,
{
    type Statement = <Q as JoinWithImplicitOnClause<T, Kind>>::Output;
    type Selection = T::Selection;

    fn join(self, kind: Kind) -> (Self::Statement, T::Selection) {
        let selection = self.argument.select_with(self.beside);
        let statement = self.statement;
        (
            statement.join_with_implicit_on_clause(self.argument, kind),
            selection,
        )
    }
}

#[diagnostic::do_not_recommend]
impl<T: Nothing, Q, S, Kind> Joins<T, Kind, NotFound> for Taking<T, Q, S> {
    type Statement = Q;
    type Selection = S;

    fn join(self, _: Kind) -> (Q, S) {
        (self.statement, self.beside)
    }
}

/// What `like` takes.
#[diagnostic::on_unimplemented(
    message = "`like` compares a text with a pattern: `{T}` is none, or the column is no text",
    label = "of texts only",
    note = "a pattern is a text with `%` and `_`: `customers::name.like(\"A%\")`"
)]
pub trait Likes<T> {
    /// Diesel's node.
    type Like;
    /// Diesel's node.
    type NotLike;
    /// `LIKE`
    fn like(self) -> Self::Like;
    /// `NOT LIKE`
    fn not_like(self) -> Self::NotLike;
}

#[diagnostic::do_not_recommend]
impl<T, C: ColumnDef> Likes<T> for Taking<T, Column<C>, ()>
where
    Column<C>: TextExpressionMethods + Expression<SqlType = C::SqlType>,
    T: AsExpression<C::SqlType>,
{
    type Like = dsl::Like<Column<C>, T>;
    type NotLike = dsl::NotLike<Column<C>, T>;

    fn like(self) -> Self::Like {
        TextExpressionMethods::like(self.statement, self.argument)
    }

    fn not_like(self) -> Self::NotLike {
        TextExpressionMethods::not_like(self.statement, self.argument)
    }
}

/// What `select` and `order_by` take.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no expression of SQL",
    label = "takes columns, and what is made of them",
    note = "name a column, `orders::total_cents`, or several as a tuple; a text in SQL is `sql::<Text>(\"..\")`"
)]
pub trait Term<Marker>: Sized {
    /// Itself.
    type As: Expression;
    /// Itself.
    fn into_term(self) -> Self::As;
}

#[diagnostic::do_not_recommend]
impl<E: Expression> Term<Found<()>> for E {
    type As = E;

    fn into_term(self) -> E {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<E: Expression + Nothing> Term<NotFound> for E {
    type As = E;

    fn into_term(self) -> E {
        self
    }
}
