//! Comparisons of aggregates with values: what HAVING is made of.
//!
//! The value is kept beside its bind, so that a group that spans shards can be
//! judged after it was merged. `asc` and `desc` of aggregates are here too;
//! `junction` is several comparisons, all or any of which must hold.

mod junction;

pub use junction::{All, Any, CompareBoth, Junction};

use std::cmp::Ordering;
use std::marker::PhantomData;

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::internal::derives::as_expression::Bound;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Nullable};

use super::aggregate::{Avg, Count, CountDistinct, CountStar, Max, Min, Sum};
use super::aggregate_rhs::AggregateRhs;
use super::sort::{Ascending, Descending, Sorted};
use crate::backend::Dialect;
use crate::column::{Field, Operand, SqlScalar};
use crate::value::Value;

/// The operators, as types.
pub mod compare_op {
    /// `=`
    #[derive(Debug, Clone, Copy)]
    pub struct Eq;
    /// `<>`
    #[derive(Debug, Clone, Copy)]
    pub struct Ne;
    /// `>`
    #[derive(Debug, Clone, Copy)]
    pub struct Gt;
    /// `>=`
    #[derive(Debug, Clone, Copy)]
    pub struct Ge;
    /// `<`
    #[derive(Debug, Clone, Copy)]
    pub struct Lt;
    /// `<=`
    #[derive(Debug, Clone, Copy)]
    pub struct Le;
}

/// A comparison operator.
pub trait CompareOp: 'static {
    /// The SQL.
    const SQL: &'static str;
    /// Whether it holds for two values that stand so to each other.
    fn holds(order: Ordering) -> bool;
}

macro_rules! operators {
    ($($op:ident $sql:literal |$order:ident| $holds:expr;)*) => {$(
        impl CompareOp for compare_op::$op {
            const SQL: &'static str = $sql;
            fn holds($order: Ordering) -> bool {
                $holds
            }
        }
    )*};
}
operators! {
    Eq " = " |order| order.is_eq();
    Ne " <> " |order| order.is_ne();
    Gt " > " |order| order.is_gt();
    Ge " >= " |order| order.is_ge();
    Lt " < " |order| order.is_lt();
    Le " <= " |order| order.is_le();
}

/// An aggregate compared with a value.
pub struct Compare<A, Op, Bind> {
    pub(crate) aggregate: A,
    pub(crate) value: Value,
    bind: Bind,
    op: PhantomData<fn() -> Op>,
}

impl<A, Op, Bind> Compare<A, Op, Bind> {
    /// The aggregate and the value.
    pub fn into_parts(self) -> (A, Value) {
        (self.aggregate, self.value)
    }
}

impl<A: Clone, Op, Bind: Clone> Clone for Compare<A, Op, Bind> {
    fn clone(&self) -> Self {
        Compare {
            aggregate: self.aggregate.clone(),
            value: self.value.clone(),
            bind: self.bind.clone(),
            op: PhantomData,
        }
    }
}

impl<A: Expression, Op, Bind> Expression for Compare<A, Op, Bind> {
    type SqlType = Nullable<Bool>;
}

impl<A: QueryId, Op: 'static, Bind: QueryId> QueryId for Compare<A, Op, Bind> {
    type QueryId = Compare<A::QueryId, Op, Bind::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = A::HAS_STATIC_QUERY_ID && Bind::HAS_STATIC_QUERY_ID;
}

impl<A, Op: CompareOp, Bind, DB: Dialect> QueryFragment<DB> for Compare<A, Op, Bind>
where
    A: QueryFragment<DB>,
    Bind: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(");
        self.aggregate.walk_ast(out.reborrow())?;
        out.push_sql(Op::SQL);
        self.bind.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

impl<A, Op, Bind, QS> AppearsOnTable<QS> for Compare<A, Op, Bind> where A: AppearsOnTable<QS> {}
impl<A, Op, Bind, QS> SelectableExpression<QS> for Compare<A, Op, Bind> where
    A: SelectableExpression<QS>
{
}
impl<A, Op, Bind, GB> ValidGrouping<GB> for Compare<A, Op, Bind>
where
    A: ValidGrouping<GB>,
{
    type IsAggregate = A::IsAggregate;
}

/// The Rust type of an aggregate.
type RustOf<A> = <<A as Expression>::SqlType as SqlScalar>::Rust;
/// The bind of a value of that type.
type BindOf<A> = Operand<Bound<<A as Expression>::SqlType, RustOf<A>>>;

/// An aggregate compared with a value of its type.
type Compared<A, Op> = Compare<A, Op, BindOf<A>>;

/// The signatures are given by the caller: the compiler shows that line when a
/// value is of another type.
macro_rules! comparisons {
    ($methods:tt $([$($generic:ident)*] $node:ty;)*) => {$(
        impl<$($generic)*> $node {
            comparisons!(@methods $methods);

            /// Sorted by it, smallest first.
            pub fn asc(self) -> Sorted<Self, Ascending> {
                Sorted::new(self)
            }

            /// Sorted by it, largest first.
            pub fn desc(self) -> Sorted<Self, Descending> {
                Sorted::new(self)
            }
        }
    )*};
    (@methods {$($(#[$doc:meta])* fn [$($signature:tt)*] $body:block)*}) => {$(
        $(#[$doc])*
        pub fn $($signature)*
        where
            Self: Expression,
            <Self as Expression>::SqlType: SqlScalar,
            RustOf<Self>: Clone,
        $body
    )*};
}

comparisons! {
    {
        /// Equal to a value.
        fn [eq<T: AggregateRhs<RustOf<Self>, M>, M>(self, value: T) -> Compared<Self, compare_op::Eq>] {
            Compare::new(self, value.into_rhs())
        }
        /// Not equal to a value.
        fn [ne<T: AggregateRhs<RustOf<Self>, M>, M>(self, value: T) -> Compared<Self, compare_op::Ne>] {
            Compare::new(self, value.into_rhs())
        }
        /// Greater than a value.
        fn [gt<T: AggregateRhs<RustOf<Self>, M>, M>(self, value: T) -> Compared<Self, compare_op::Gt>] {
            Compare::new(self, value.into_rhs())
        }
        /// Greater than a value, or equal.
        fn [ge<T: AggregateRhs<RustOf<Self>, M>, M>(self, value: T) -> Compared<Self, compare_op::Ge>] {
            Compare::new(self, value.into_rhs())
        }
        /// Less than a value.
        fn [lt<T: AggregateRhs<RustOf<Self>, M>, M>(self, value: T) -> Compared<Self, compare_op::Lt>] {
            Compare::new(self, value.into_rhs())
        }
        /// Less than a value, or equal.
        fn [le<T: AggregateRhs<RustOf<Self>, M>, M>(self, value: T) -> Compared<Self, compare_op::Le>] {
            Compare::new(self, value.into_rhs())
        }
    }
    [E] Sum<E>;
    [E] Avg<E>;
    [E] Min<E>;
    [E] Max<E>;
    [E] Count<E>;
    [E] CountDistinct<E>;
    [] CountStar;
}

impl<A, Op> Compared<A, Op>
where
    A: Expression,
    A::SqlType: SqlScalar,
    RustOf<A>: Clone,
{
    fn new(aggregate: A, value: RustOf<A>) -> Self {
        Compare {
            aggregate,
            value: Field::into_value(value.clone()),
            bind: Operand::new(Bound::new(value)),
            op: PhantomData,
        }
    }
}
