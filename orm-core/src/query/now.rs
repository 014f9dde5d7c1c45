//! The time of the statement, as a column of instants holds it.

use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

use crate::backend::Dialect;
use crate::column::Now;
use crate::ddl::default_sql;
use crate::metadata::DefaultValue;
use crate::value::Kind;

impl<ST, DB: Dialect> QueryFragment<DB> for Now<ST> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let now = default_sql(DB::DATABASE, Kind::TimestampTz, DefaultValue::Now);
        out.push_sql(now.as_deref().unwrap_or("now()"));
        Ok(())
    }
}

impl<ST, QS> AppearsOnTable<QS> for Now<ST> where Self: Expression {}
impl<ST, QS> SelectableExpression<QS> for Now<ST> where Self: Expression {}
impl<ST, GB> ValidGrouping<GB> for Now<ST> {
    type IsAggregate = is_aggregate::Never;
}
