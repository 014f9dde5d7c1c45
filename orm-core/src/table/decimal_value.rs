//! A decimal that is calculated with.

use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::HasSqlType;

use crate::backend::{Database, Dialect};
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
        let on_mysql = DB::DATABASE == Database::Mysql;
        out.push_sql(if on_mysql { "CAST(" } else { "" });
        out.push_bind_param::<Decimal, _>(&self.0)?;
        out.push_sql(if on_mysql { " AS DECIMAL(65,30))" } else { "" });
        Ok(())
    }
}

impl<QS> AppearsOnTable<QS> for DecimalValue {}
impl<QS> SelectableExpression<QS> for DecimalValue {}
impl<GB> ValidGrouping<GB> for DecimalValue {
    type IsAggregate = is_aggregate::Never;
}
