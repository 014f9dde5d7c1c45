//! JSON documents as values in filters.

use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;

use crate::backend::Dialect;
use crate::column::JsonValue;

impl<B: Expression> Expression for JsonValue<B> {
    type SqlType = B::SqlType;
}

impl<B: QueryId> QueryId for JsonValue<B> {
    type QueryId = JsonValue<B::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = B::HAS_STATIC_QUERY_ID;
}

impl<B, DB: Dialect> QueryFragment<DB> for JsonValue<B>
where
    B: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(DB::JSON_VALUE.0);
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(DB::JSON_VALUE.1);
        Ok(())
    }
}

impl<B: Expression, QS> AppearsOnTable<QS> for JsonValue<B> {}
impl<B: Expression, QS> SelectableExpression<QS> for JsonValue<B> {}
impl<B, GB> ValidGrouping<GB> for JsonValue<B> {
    type IsAggregate = is_aggregate::Never;
}
