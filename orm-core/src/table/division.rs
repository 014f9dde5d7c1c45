//! `/` of whole numbers: the whole part of the quotient, on every database.
//!
//! Diesel's own node writes `/`, which gives decimals on MariaDB and MySQL.

use diesel::expression::{
    AppearsOnTable, AsExpression, Expression, SelectableExpression, TypedExpressionType,
    ValidGrouping,
};
use diesel::internal::table_macro::ops;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{self, Nullable, SqlType};

use super::arithmetic::{Operate, operator};
use crate::backend::{Database, Dialect};

/// `left / right` of whole numbers, rounded towards zero.
#[derive(Debug, Clone, Copy)]
pub struct WholeQuotient<L, R> {
    left: L,
    right: R,
}

impl<L, R> WholeQuotient<L, R> {
    pub(super) fn new(left: L, right: R) -> Self {
        WholeQuotient { left, right }
    }
}

macro_rules! whole {
    ($($sql:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<L, R> Operate<operator::Div, L, R> for $sql
        where
            R: AsExpression<<$sql as sql_types::ops::Div>::Rhs>,
        {
            type Output = WholeQuotient<L, R::Expression>;

            fn operate(left: L, right: R) -> Self::Output {
                WholeQuotient::new(left, right.as_expression())
            }
        }
    )*};
}
whole!(
    sql_types::SmallInt,
    sql_types::Integer,
    sql_types::BigInt,
    Nullable<sql_types::SmallInt>,
    Nullable<sql_types::Integer>,
    Nullable<sql_types::BigInt>
);

impl<L: Expression, R: Expression> Expression for WholeQuotient<L, R>
where
    L::SqlType: sql_types::ops::Div,
    <L::SqlType as sql_types::ops::Div>::Output: TypedExpressionType,
{
    type SqlType = <L::SqlType as sql_types::ops::Div>::Output;
}

impl<L: QueryId, R: QueryId> QueryId for WholeQuotient<L, R> {
    type QueryId = WholeQuotient<L::QueryId, R::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = L::HAS_STATIC_QUERY_ID && R::HAS_STATIC_QUERY_ID;
}

impl<L, R, DB: Dialect> QueryFragment<DB> for WholeQuotient<L, R>
where
    L: QueryFragment<DB>,
    R: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(");
        self.left.walk_ast(out.reborrow())?;
        out.push_sql(match DB::DATABASE {
            Database::Mysql => " DIV ",
            _ => " / ",
        });
        self.right.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

impl<L, R, QS> AppearsOnTable<QS> for WholeQuotient<L, R>
where
    L: AppearsOnTable<QS>,
    R: AppearsOnTable<QS>,
    Self: Expression,
{
}
impl<L, R, QS> SelectableExpression<QS> for WholeQuotient<L, R>
where
    L: SelectableExpression<QS>,
    R: SelectableExpression<QS>,
    Self: AppearsOnTable<QS>,
{
}
impl<L, R, GB> ValidGrouping<GB> for WholeQuotient<L, R>
where
    L: ValidGrouping<GB>,
    R: ValidGrouping<GB>,
    L::IsAggregate: diesel::expression::MixedAggregates<R::IsAggregate>,
{
    type IsAggregate =
        <L::IsAggregate as diesel::expression::MixedAggregates<R::IsAggregate>>::Output;
}

/// Calculations with a quotient are Diesel's own.
macro_rules! goes_on {
    ($($op:ident $method:ident),*) => {$(
        impl<L, R, Rhs> std::ops::$op<Rhs> for WholeQuotient<L, R>
        where
            Self: Expression,
            <Self as Expression>::SqlType: SqlType + sql_types::ops::$op,
            <<Self as Expression>::SqlType as sql_types::ops::$op>::Rhs:
                SqlType + TypedExpressionType,
            Rhs: AsExpression<<<Self as Expression>::SqlType as sql_types::ops::$op>::Rhs>,
        {
            type Output = ops::$op<Self, Rhs::Expression>;

            fn $method(self, rhs: Rhs) -> Self::Output {
                ops::$op::new(self, rhs.as_expression())
            }
        }
    )*};
}
goes_on!(Add add, Sub sub, Mul mul);
