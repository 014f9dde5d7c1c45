//! [`Star`]: `table_name.*`.

use std::fmt;
use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, expression_types,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::{Table, TableDef};

/// `table_name.*`, for expressions of one's own; it cannot be loaded.
pub struct Star<T>(PhantomData<fn() -> T>);

impl<T> Star<T> {
    pub(super) const NEW: Self = Star(PhantomData);
}

impl<T> Clone for Star<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Star<T> {}
impl<T: TableDef> fmt::Debug for Star<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.*", T::META.name)
    }
}

impl<T: TableDef> QueryId for Star<T> {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<T: TableDef> Expression for Star<T> {
    type SqlType = expression_types::NotSelectable;
}

impl<T: TableDef, GB> ValidGrouping<GB> for Star<T>
where
    T::AllColumns: ValidGrouping<GB>,
{
    type IsAggregate = <T::AllColumns as ValidGrouping<GB>>::IsAggregate;
}

impl<T: TableDef, DB: Backend> QueryFragment<DB> for Star<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if !out.should_skip_from() {
            <Table<T> as diesel::internal::table_macro::StaticQueryFragment>::STATIC_COMPONENT
                .walk_ast(out.reborrow())?;
            out.push_sql(".");
        }
        out.push_sql("*");
        Ok(())
    }
}

impl<T: TableDef> SelectableExpression<Table<T>> for Star<T> {}
impl<T: TableDef> AppearsOnTable<Table<T>> for Star<T> {}
