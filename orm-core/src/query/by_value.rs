//! Decimals compare by their value, whatever expression gives them.

use std::any::TypeId;

use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;
use diesel::sql_types::Nullable;

use crate::backend::Dialect;
use crate::column::sql_types::Decimal;

/// What stands behind an expression of an SQL type, so that it compares by its value.
pub(crate) fn collation<ST: 'static, DB: Dialect>() -> &'static str {
    let ty = TypeId::of::<ST>();
    let decimals = [TypeId::of::<Decimal>(), TypeId::of::<Nullable<Decimal>>()];
    if decimals.contains(&ty) {
        DB::DECIMAL_COLLATION
    } else {
        ""
    }
}

/// An expression that compares by its value.
pub(crate) fn walk<'b, ST, E, DB>(expr: &'b E, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
where
    ST: 'static,
    E: QueryFragment<DB>,
    DB: Dialect,
{
    let collation = collation::<ST, DB>();
    if collation.is_empty() {
        return expr.walk_ast(out.reborrow());
    }
    out.push_sql("(");
    expr.walk_ast(out.reborrow())?;
    out.push_sql(collation);
    out.push_sql(")");
    Ok(())
}
