//! A shard key that equals an expression: co-located tables are joined by it.

use std::marker::PhantomData;

use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{BoolOrNullableBool, SingleValue, SqlType, is_nullable};

use crate::backend::Dialect;
use crate::table::{Column, ColumnDef};

/// `shard_key = expression`: what joins two co-located tables.
pub struct KeysEqual<C, E> {
    other: E,
    column: PhantomData<fn() -> C>,
}

impl<C, E> KeysEqual<C, E> {
    pub(super) fn new(other: E) -> Self {
        KeysEqual {
            other,
            column: PhantomData,
        }
    }
}

/// The SQL type of [`KeysEqual`], by which a join knows what it equates.
#[derive(Debug, Clone, Copy)]
pub struct KeysBool<C, E>(PhantomData<(C, E)>);

impl<C: 'static, E: 'static> SqlType for KeysBool<C, E> {
    type IsNull = is_nullable::NotNull;
}
impl<C: 'static, E: 'static> SingleValue for KeysBool<C, E> {}
impl<C: 'static, E: 'static> BoolOrNullableBool for KeysBool<C, E> {}
impl<C: 'static, E: 'static> QueryId for KeysBool<C, E> {
    type QueryId = KeysBool<C, E>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<C, E: Clone> Clone for KeysEqual<C, E> {
    fn clone(&self) -> Self {
        KeysEqual {
            other: self.other.clone(),
            column: PhantomData,
        }
    }
}
impl<C, E: Copy> Copy for KeysEqual<C, E> {}

impl<C: ColumnDef, E: Expression + 'static> Expression for KeysEqual<C, E> {
    type SqlType = KeysBool<C, E>;
}

impl<C: ColumnDef, E: QueryId> QueryId for KeysEqual<C, E> {
    type QueryId = KeysEqual<C, E::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = E::HAS_STATIC_QUERY_ID;
}

impl<C: ColumnDef, E, DB: Dialect> QueryFragment<DB> for KeysEqual<C, E>
where
    E: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(");
        const { &Column::<C>::NEW }.walk_ast(out.reborrow())?;
        out.push_sql(" = ");
        self.other.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

impl<C: ColumnDef, E: Expression + 'static, QS> AppearsOnTable<QS> for KeysEqual<C, E>
where
    Column<C>: AppearsOnTable<QS>,
    E: AppearsOnTable<QS>,
{
}
impl<C: ColumnDef, E: Expression + 'static, QS> SelectableExpression<QS> for KeysEqual<C, E>
where
    Column<C>: SelectableExpression<QS>,
    E: SelectableExpression<QS>,
{
}
impl<C: ColumnDef, E> ValidGrouping<()> for KeysEqual<C, E>
where
    E: ValidGrouping<()>,
{
    type IsAggregate = is_aggregate::No;
}
