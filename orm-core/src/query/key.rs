//! The shard key in a filter: a predicate that remembers its value.
//!
//! Diesel's expressions do not give their values back. So `eq` on a shard key
//! returns a node of ours with an SQL type of its own ([`KeyBool`]), by which a
//! query knows that it is routed. Everything else that is built of it (`or`,
//! `not`) has Diesel's `Bool`: such a query is not routed, it fails closed.

use std::marker::PhantomData;

use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::insertable::Insertable;
use diesel::internal::derives::as_expression::Bound;
use diesel::query_builder::{AstPass, QueryFragment, QueryId, UndecoratedInsertRecord};
use diesel::result::QueryResult;
use diesel::sql_types::{BoolOrNullableBool, SingleValue, SqlType, is_nullable};

use crate::backend::Dialect;
use crate::column::{Field, IntoField, IntoSqlExpr, Operand};
use crate::table::{By, Column, ColumnDef, Table, TableDef};
use crate::value::Value;

/// A column without a role in routing.
#[derive(Debug, Clone, Copy)]
pub struct Plain;
/// The shard key.
#[derive(Debug, Clone, Copy)]
pub struct ShardKey;

/// What a column of this role can be compared with by `eq`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be compared with this column",
    label = "a value of another type",
    note = "give a value of the column's own Rust type, or an expression of the same SQL type"
)]
pub trait EqTo<C: ColumnDef, Role, Marker> {
    /// The predicate.
    type Out;
    /// Builds it.
    fn equal_to(self, column: Column<C>) -> Self::Out;
}

/// The conversion is found; the marker says which.
#[derive(Debug, Clone, Copy)]
pub struct Found<Marker>(PhantomData<Marker>);
/// No conversion is found.
#[derive(Debug, Clone, Copy)]
pub struct NotFound;

#[diagnostic::do_not_recommend]
impl<C: ColumnDef, T, M> EqTo<C, Plain, Found<M>> for T
where
    T: IntoSqlExpr<C::SqlType, M>,
{
    type Out = diesel::dsl::Eq<Column<C>, T::Expression>;

    fn equal_to(self, column: Column<C>) -> Self::Out {
        diesel::ExpressionMethods::eq(column, self.into_sql_expr())
    }
}

#[diagnostic::do_not_recommend]
impl<C: ColumnDef, T, M> EqTo<C, ShardKey, Found<M>> for T
where
    T: EqRhs<C, M>,
{
    type Out = T::Out;

    fn equal_to(self, column: Column<C>) -> T::Out {
        self.equal_to_key(column)
    }
}

/// Never holds. With one impl alone the compiler would take it at once, and say
/// what does not hold twice: at `eq` and at the value. Of two it looks first
/// which one holds.
#[diagnostic::do_not_recommend]
impl<C: ColumnDef, T: Nothing, Role> EqTo<C, Role, NotFound> for T {
    type Out = T;

    fn equal_to(self, _: Column<C>) -> T {
        self
    }
}

/// Never implemented.
pub trait Nothing {}

/// What a shard key can be compared with: a value, which routes, or another
/// expression, which does not.
pub trait EqRhs<C: ColumnDef, Marker> {
    /// The predicate.
    type Out;
    /// Builds it.
    fn equal_to_key(self, column: Column<C>) -> Self::Out;
}

/// Compared with an expression.
#[derive(Debug, Clone, Copy)]
pub struct WithExpression;
/// Compared with a value.
#[derive(Debug, Clone, Copy)]
pub struct WithValue;

impl<C: ColumnDef, E> EqRhs<C, WithExpression> for E
where
    E: Expression<SqlType = C::SqlType>,
    C::SqlType: SqlType,
{
    type Out = KeysEqual<C, E>;

    fn equal_to_key(self, _: Column<C>) -> Self::Out {
        KeysEqual {
            other: self,
            column: PhantomData,
        }
    }
}

/// `shard_key = expression`: what joins two co-located tables.
pub struct KeysEqual<C, E> {
    other: E,
    column: PhantomData<fn() -> C>,
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

/// The Rust type of a shard key.
pub trait ShardKeyType {
    /// The field's type.
    type Key: Field;
}

impl<G, K: Field, C> ShardKeyType for By<G, K, C> {
    type Key = K;
}

type KeyOf<C> = <<<C as ColumnDef>::Table as TableDef>::Sharding as ShardKeyType>::Key;

impl<C: ColumnDef, T> EqRhs<C, WithValue> for T
where
    <C::Table as TableDef>::Sharding: ShardKeyType,
    T: IntoField<KeyOf<C>>,
    KeyOf<C>: Field<SqlType = C::SqlType> + Clone,
{
    type Out = KeyEq<C, Operand<Bound<C::SqlType, <KeyOf<C> as Field>::Row>>>;

    fn equal_to_key(self, _: Column<C>) -> Self::Out {
        let key: KeyOf<C> = self.into_field();
        KeyEq {
            key: key.clone().into_value(),
            bind: Operand::new(Bound::new(key.into_row())),
            column: PhantomData,
        }
    }
}

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
