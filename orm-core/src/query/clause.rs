//! The clauses that a query keeps beside its statement, as types.
//!
//! Each says how it is put into Diesel's statement for one database; several
//! databases read them instead.

use diesel::QuerySource;
use diesel::dsl;
use diesel::expression::Expression;
use diesel::query_dsl::methods::{DistinctDsl, HavingDsl, OrderDsl};

use crate::table::TableDef;

/// What is selected.
pub trait Selection {
    /// The expression.
    type Expr: Expression;
    /// The expression.
    fn into_expr(self) -> Self::Expr;
}

/// All columns of the model: rows are the model.
pub struct AllColumns<T>(std::marker::PhantomData<fn() -> T>);

impl<T> Default for AllColumns<T> {
    fn default() -> Self {
        AllColumns(std::marker::PhantomData)
    }
}
impl<T> Clone for AllColumns<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for AllColumns<T> {}

impl<T: TableDef> Selection for AllColumns<T>
where
    T::AllColumns: Expression,
{
    type Expr = T::AllColumns;
    fn into_expr(self) -> T::AllColumns {
        T::all_columns()
    }
}

/// All columns of the model and of what was joined: rows are tuples.
#[derive(Debug, Clone, Copy)]
pub struct Joined<Tuple>(pub(crate) Tuple);

impl<Tuple: Expression> Selection for Joined<Tuple> {
    type Expr = Tuple;
    fn into_expr(self) -> Tuple {
        self.0
    }
}

/// What `.select(..)` says.
#[derive(Debug, Clone, Copy)]
pub struct Selected<E>(
    /// The expression.
    pub E,
);

impl<E: Expression> Selection for Selected<E> {
    type Expr = E;
    fn into_expr(self) -> E {
        self.0
    }
}

/// A selection to which the columns of one more table are added.
pub trait Append<Columns> {
    /// The selection with them.
    type Out;
    /// Adds them.
    fn append(self, columns: Columns) -> Self::Out;
}

impl<T: TableDef, C> Append<C> for AllColumns<T> {
    type Out = Joined<(T::AllColumns, C)>;
    fn append(self, columns: C) -> Self::Out {
        Joined((T::all_columns(), columns))
    }
}

macro_rules! append {
    ($(($($name:ident)*);)*) => {$(
        impl<$($name,)* C> Append<C> for Joined<($($name,)*)> {
            type Out = Joined<($($name,)* C,)>;
            fn append(self, columns: C) -> Self::Out {
                #[allow(non_snake_case)]
                let ($($name,)*) = self.0;
                Joined(($($name,)* columns,))
            }
        }
    )*};
}
append! { (A B); (A B D); (A B D E); (A B D E F); (A B D E F G); (A B D E F G H); }

impl<E, C> Append<C> for Selected<E> {
    type Out = Selected<E>;
    fn append(self, _: C) -> Self {
        self
    }
}

/// A clause that is put into Diesel's statement `Q`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not fit the rest of this query",
    label = "not of its tables, or not of its group",
    note = "every column is of a table that the query has; with a group, one of it or inside an aggregate"
)]
pub trait Apply<Q> {
    /// The statement with it.
    type Out;
    /// Puts it in.
    fn apply(self, statement: Q) -> Self::Out;
}

macro_rules! absent {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default)]
        pub struct $name;

        #[diagnostic::do_not_recommend]
        impl<Q> Apply<Q> for $name {
            type Out = Q;
            fn apply(self, statement: Q) -> Q {
                statement
            }
        }
    )*};
}
absent! {
    /// No ORDER BY.
    NoOrder;
    /// No GROUP BY.
    NoGroup;
    /// No DISTINCT.
    NotDistinct;
    /// No relation to be loaded along.
    NoPreload;
}

/// `ORDER BY terms`
#[derive(Debug, Clone, Copy)]
pub struct OrderBy<Terms>(
    /// The terms.
    pub Terms,
);

impl<Terms> OrderBy<Terms> {
    /// The terms.
    pub fn into_terms(self) -> Terms {
        self.0
    }
}

#[diagnostic::do_not_recommend]
impl<Q: OrderDsl<Terms>, Terms: Expression> Apply<Q> for OrderBy<Terms> {
    type Out = dsl::Order<Q, Terms>;
    fn apply(self, statement: Q) -> Self::Out {
        statement.order(self.0)
    }
}

/// `DISTINCT`
#[derive(Debug, Clone, Copy)]
pub struct Distinct;

#[diagnostic::do_not_recommend]
impl<Q: DistinctDsl> Apply<Q> for Distinct {
    type Out = dsl::Distinct<Q>;
    fn apply(self, statement: Q) -> Self::Out {
        statement.distinct()
    }
}

/// `GROUP BY expr`; the clause itself is in the statement already.
#[derive(Debug, Clone, Copy)]
pub struct Grouped<E>(pub(crate) E);

impl<E> Grouped<E> {
    /// The expressions of the group.
    pub fn into_expr(self) -> E {
        self.0
    }
}

#[diagnostic::do_not_recommend]
impl<Q, E> Apply<Q> for Grouped<E> {
    type Out = Q;
    fn apply(self, statement: Q) -> Q {
        statement
    }
}

/// `GROUP BY expr HAVING predicate`
#[derive(Debug, Clone, Copy)]
pub struct Having<E, P> {
    pub(crate) group: E,
    pub(crate) predicate: P,
}

impl<E, P> Having<E, P> {
    /// The expressions of the group, and the predicate.
    pub fn into_parts(self) -> (E, P) {
        (self.group, self.predicate)
    }
}

#[diagnostic::do_not_recommend]
impl<Q: HavingDsl<P>, E, P> Apply<Q> for Having<E, P> {
    type Out = dsl::Having<Q, P>;
    fn apply(self, statement: Q) -> Self::Out {
        statement.having(self.predicate)
    }
}

/// The columns that a joined source brings along.
pub(crate) type DefaultSelection<S> = <S as QuerySource>::DefaultSelection;

/// A relation to be loaded along, and those before it.
pub struct With<R, Rest>(std::marker::PhantomData<fn() -> (R, Rest)>);

impl<R, Rest> With<R, Rest> {
    pub(crate) const NEW: Self = With(std::marker::PhantomData);
}

impl<R, Rest> Clone for With<R, Rest> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<R, Rest> Copy for With<R, Rest> {}
