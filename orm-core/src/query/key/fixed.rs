//! A shard key that equals a value, which is kept for the route, alone or beside other predicates.

use std::marker::PhantomData;

use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::insertable::Insertable;
use diesel::query_builder::{AstPass, QueryFragment, QueryId, UndecoratedInsertRecord};
use diesel::result::QueryResult;
use diesel::sql_types::{BoolOrNullableBool, SingleValue, SqlType, is_nullable};

use crate::backend::Dialect;
use crate::table::{Column, ColumnDef, Table};
use crate::value::Value;

/// The SQL type of a predicate that fixes the shard key `C`.
#[derive(Debug, Clone, Copy)]
pub struct KeyBool<C>(PhantomData<C>);

impl<C: 'static> SqlType for KeyBool<C> {
    type IsNull = is_nullable::NotNull;
}
impl<C: 'static> SingleValue for KeyBool<C> {}
impl<C: 'static> BoolOrNullableBool for KeyBool<C> {}
impl<C: 'static> QueryId for KeyBool<C> {
    type QueryId = KeyBool<C>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

/// A predicate that fixes a shard key.
pub trait FixesKey {
    /// The value of the key.
    fn key(&self) -> &Value;
}

/// `shard_key = value`
pub struct KeyEq<C, Bind> {
    key: Value,
    bind: Bind,
    column: PhantomData<fn() -> C>,
}

impl<C, Bind> KeyEq<C, Bind> {
    pub(super) fn new(key: Value, bind: Bind) -> Self {
        KeyEq {
            key,
            bind,
            column: PhantomData,
        }
    }

    /// Both must hold; the query stays routed.
    pub fn and<P>(self, other: P) -> KeyAnd<C, Self, P>
    where
        P: Expression,
        P::SqlType: BoolOrNullableBool,
    {
        KeyAnd {
            left: self,
            right: other,
            column: PhantomData,
        }
    }
}

impl<C, Bind> FixesKey for KeyEq<C, Bind> {
    fn key(&self) -> &Value {
        &self.key
    }
}

impl<C, Bind: Clone> Clone for KeyEq<C, Bind> {
    fn clone(&self) -> Self {
        KeyEq {
            key: self.key.clone(),
            bind: self.bind.clone(),
            column: PhantomData,
        }
    }
}

impl<C: ColumnDef, Bind: Expression> Expression for KeyEq<C, Bind> {
    type SqlType = KeyBool<C>;
}

impl<C: ColumnDef, Bind: QueryId> QueryId for KeyEq<C, Bind> {
    type QueryId = KeyEq<C, Bind::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = Bind::HAS_STATIC_QUERY_ID;
}

impl<C: ColumnDef, Bind, DB: Dialect> QueryFragment<DB> for KeyEq<C, Bind>
where
    Bind: QueryFragment<DB>,
    Column<C>: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(");
        const { &Column::<C>::NEW }.walk_ast(out.reborrow())?;
        out.push_sql(" = ");
        self.bind.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

impl<C: ColumnDef, Bind: Expression, QS> AppearsOnTable<QS> for KeyEq<C, Bind> where
    Column<C>: AppearsOnTable<QS>
{
}
impl<C: ColumnDef, Bind: Expression, QS> SelectableExpression<QS> for KeyEq<C, Bind> where
    Column<C>: SelectableExpression<QS>
{
}
impl<C: ColumnDef, Bind> ValidGrouping<()> for KeyEq<C, Bind> {
    type IsAggregate = is_aggregate::No;
}

// As in Diesel, `column.eq(value)` is a row of one column too. It is no
// changeset: a shard key is not changed.

impl<C: ColumnDef, Bind> UndecoratedInsertRecord<Table<C::Table>> for KeyEq<C, Bind> {}

impl<C: ColumnDef, Bind> Insertable<Table<C::Table>> for KeyEq<C, Bind>
where
    Bind: Expression<SqlType = C::SqlType>,
    diesel::dsl::Eq<Column<C>, Bind>: Insertable<Table<C::Table>>,
{
    type Values = <diesel::dsl::Eq<Column<C>, Bind> as Insertable<Table<C::Table>>>::Values;

    fn values(self) -> Self::Values {
        diesel::ExpressionMethods::eq(Column::<C>::NEW, self.bind).values()
    }
}

impl<'a, C: ColumnDef, Bind> Insertable<Table<C::Table>> for &'a KeyEq<C, Bind>
where
    &'a Bind: Expression<SqlType = C::SqlType>,
    diesel::dsl::Eq<Column<C>, &'a Bind>: Insertable<Table<C::Table>>,
{
    type Values = <diesel::dsl::Eq<Column<C>, &'a Bind> as Insertable<Table<C::Table>>>::Values;

    fn values(self) -> Self::Values {
        diesel::ExpressionMethods::eq(Column::<C>::NEW, &self.bind).values()
    }
}

/// `shard_key = value AND predicate`
pub struct KeyAnd<C, L, R> {
    left: L,
    right: R,
    column: PhantomData<fn() -> C>,
}

impl<C, L, R> KeyAnd<C, L, R> {
    /// All must hold; the query stays routed.
    pub fn and<P>(self, other: P) -> KeyAnd<C, Self, P>
    where
        P: Expression,
        P::SqlType: BoolOrNullableBool,
    {
        KeyAnd {
            left: self,
            right: other,
            column: PhantomData,
        }
    }
}

impl<C, L: FixesKey, R> FixesKey for KeyAnd<C, L, R> {
    fn key(&self) -> &Value {
        self.left.key()
    }
}

impl<C, L: Clone, R: Clone> Clone for KeyAnd<C, L, R> {
    fn clone(&self) -> Self {
        KeyAnd {
            left: self.left.clone(),
            right: self.right.clone(),
            column: PhantomData,
        }
    }
}

impl<C: ColumnDef, L: Expression, R: Expression> Expression for KeyAnd<C, L, R> {
    type SqlType = KeyBool<C>;
}

impl<C: ColumnDef, L: QueryId, R: QueryId> QueryId for KeyAnd<C, L, R> {
    type QueryId = KeyAnd<C, L::QueryId, R::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = L::HAS_STATIC_QUERY_ID && R::HAS_STATIC_QUERY_ID;
}

impl<C, L, R, DB: Dialect> QueryFragment<DB> for KeyAnd<C, L, R>
where
    L: QueryFragment<DB>,
    R: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(");
        self.left.walk_ast(out.reborrow())?;
        out.push_sql(" AND ");
        self.right.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

impl<C: ColumnDef, L, R, QS> AppearsOnTable<QS> for KeyAnd<C, L, R>
where
    L: AppearsOnTable<QS>,
    R: AppearsOnTable<QS>,
{
}
impl<C: ColumnDef, L, R, QS> SelectableExpression<QS> for KeyAnd<C, L, R>
where
    L: SelectableExpression<QS>,
    R: SelectableExpression<QS>,
{
}
impl<C: ColumnDef, L, R> ValidGrouping<()> for KeyAnd<C, L, R>
where
    R: ValidGrouping<()>,
{
    type IsAggregate = is_aggregate::No;
}
