//! Two comparisons as one.

use std::marker::PhantomData;

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Nullable};

use super::Compare;
use crate::backend::Dialect;

/// Two comparisons of aggregates, both or either of which must hold.
pub struct CompareBoth<L, R, Junction> {
    left: L,
    right: R,
    junction: PhantomData<fn() -> Junction>,
}

/// `AND` of comparisons.
#[derive(Debug, Clone, Copy)]
pub struct All;
/// `OR` of comparisons.
#[derive(Debug, Clone, Copy)]
pub struct Any;

/// How two comparisons are joined.
pub trait Junction: 'static {
    /// The SQL.
    const SQL: &'static str;
    /// Three-valued logic: `None` is unknown.
    fn join(a: Option<bool>, b: Option<bool>) -> Option<bool>;
}

impl Junction for All {
    const SQL: &'static str = " AND ";
    fn join(a: Option<bool>, b: Option<bool>) -> Option<bool> {
        match (a, b) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }
    }
}

impl Junction for Any {
    const SQL: &'static str = " OR ";
    fn join(a: Option<bool>, b: Option<bool>) -> Option<bool> {
        match (a, b) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        }
    }
}

impl<L, R, J> CompareBoth<L, R, J> {
    fn new(left: L, right: R) -> Self {
        CompareBoth {
            left,
            right,
            junction: PhantomData,
        }
    }

    /// The two sides.
    pub fn into_parts(self) -> (L, R) {
        (self.left, self.right)
    }
}

macro_rules! joined {
    ($([$($generic:ident)*] $node:ty;)*) => {$(
        impl<$($generic),*> $node {
            /// Both must hold.
            pub fn and<P>(self, other: P) -> CompareBoth<Self, P, All> {
                CompareBoth::new(self, other)
            }

            /// One of both must hold.
            pub fn or<P>(self, other: P) -> CompareBoth<Self, P, Any> {
                CompareBoth::new(self, other)
            }
        }
    )*};
}
joined! {
    [A Op Bind] Compare<A, Op, Bind>;
    [L R J] CompareBoth<L, R, J>;
}

impl<L: Clone, R: Clone, J> Clone for CompareBoth<L, R, J> {
    fn clone(&self) -> Self {
        CompareBoth {
            left: self.left.clone(),
            right: self.right.clone(),
            junction: PhantomData,
        }
    }
}

impl<L: Expression, R: Expression, J> Expression for CompareBoth<L, R, J> {
    type SqlType = Nullable<Bool>;
}

impl<L: QueryId, R: QueryId, J: 'static> QueryId for CompareBoth<L, R, J> {
    type QueryId = CompareBoth<L::QueryId, R::QueryId, J>;
    const HAS_STATIC_QUERY_ID: bool = L::HAS_STATIC_QUERY_ID && R::HAS_STATIC_QUERY_ID;
}

impl<L, R, J: Junction, DB: Dialect> QueryFragment<DB> for CompareBoth<L, R, J>
where
    L: QueryFragment<DB>,
    R: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(");
        self.left.walk_ast(out.reborrow())?;
        out.push_sql(J::SQL);
        self.right.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

impl<L, R, J, QS> AppearsOnTable<QS> for CompareBoth<L, R, J>
where
    L: AppearsOnTable<QS>,
    R: AppearsOnTable<QS>,
{
}
impl<L, R, J, QS> SelectableExpression<QS> for CompareBoth<L, R, J>
where
    L: SelectableExpression<QS>,
    R: SelectableExpression<QS>,
{
}
impl<L, R, J, GB> ValidGrouping<GB> for CompareBoth<L, R, J>
where
    L: ValidGrouping<GB>,
    R: ValidGrouping<GB>,
{
    type IsAggregate = L::IsAggregate;
}
