//! A decimal that is calculated with.

use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::HasSqlType;

use crate::backend::Dialect;
use crate::column::sql_types::Decimal;

/// A value. MariaDB takes a bare bind in a calculation for a double, and all of
/// the calculation with it.
#[derive(Debug, Clone, QueryId)]
pub struct DecimalValue(pub(super) bigdecimal::BigDecimal);

impl Expression for DecimalValue {
    type SqlType = Decimal;
}

impl<DB: Dialect> QueryFragment<DB> for DecimalValue
where
    DB: HasSqlType<Decimal>,
    bigdecimal::BigDecimal: ToSql<Decimal, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let (before, after) = DB::DECIMAL_CAST.unwrap_or_default();
        out.push_sql(before);
        out.push_bind_param::<Decimal, _>(&self.0)?;
        out.push_sql(after);
        Ok(())
    }
}

impl<QS> AppearsOnTable<QS> for DecimalValue {}
impl<QS> SelectableExpression<QS> for DecimalValue {}
impl<GB> ValidGrouping<GB> for DecimalValue {
    type IsAggregate = is_aggregate::Never;
}
