//! `+`, `-`, `*`, `/` of columns, chosen by the SQL type.
//!
//! For Diesel's types they are Diesel's own, but for `/` of whole numbers
//! (`division`); the whole numbers of ours are in `whole`. Decimals have nodes of ours:
//! exact on SQLite too, where they are functions that the session registers,
//! and with whole numbers as the other side (`unit_price * quantity`).

use std::marker::PhantomData;

use diesel::expression::{
    AppearsOnTable, AsExpression, Expression, SelectableExpression, TypedExpressionType,
    ValidGrouping,
};
use diesel::internal::table_macro::ops;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{self, Nullable, SqlType};

use super::decimal_value::DecimalValue;
use super::{Column, ColumnDef};
use crate::backend::{Database, Dialect};
use crate::column::sql_types::{self as own, Decimal, Timestamptz};

/// The operators, as types.
pub mod operator {
    /// `+`
    #[derive(Debug, Clone, Copy)]
    pub struct Add;
    /// `-`
    #[derive(Debug, Clone, Copy)]
    pub struct Sub;
    /// `*`
    #[derive(Debug, Clone, Copy)]
    pub struct Mul;
    /// `/`
    #[derive(Debug, Clone, Copy)]
    pub struct Div;
}

/// An SQL type with an operator: what `left op right` is.
#[diagnostic::on_unimplemented(
    message = "a column of the SQL type `{Self}` cannot be calculated with so",
    label = "not with this on the right",
    note = "numbers take numbers of their own type; decimals take decimals and whole numbers, and have no `/`"
)]
pub trait Operate<Op, Left, Right> {
    /// The expression.
    type Output;
    /// Builds it.
    fn operate(left: Left, right: Right) -> Self::Output;
}

macro_rules! as_diesel {
    ($($op:ident: $($sql:ident),*;)*) => {$($(
        as_diesel!(@one $op sql_types::$sql);
        as_diesel!(@one $op Nullable<sql_types::$sql>);
    )*)*};
    (@one $op:ident $sql:ty) => {
        #[diagnostic::do_not_recommend]
        impl<L, R> Operate<operator::$op, L, R> for $sql
        where
            $sql: sql_types::ops::$op,
            <$sql as sql_types::ops::$op>::Rhs: SqlType + TypedExpressionType,
            R: AsExpression<<$sql as sql_types::ops::$op>::Rhs>,
        {
            type Output = ops::$op<L, R::Expression>;

            fn operate(left: L, right: R) -> Self::Output {
                ops::$op::new(left, right.as_expression())
            }
        }
    };
}

as_diesel! {
    Add: SmallInt, Integer, BigInt, Float, Double, Date, Time, Timestamp;
    Sub: SmallInt, Integer, BigInt, Float, Double, Date, Time, Timestamp;
    Mul: SmallInt, Integer, BigInt, Float, Double;
    Div: Float, Double;
}
as_diesel!(@one Add Timestamptz);
as_diesel!(@one Add Nullable<Timestamptz>);
as_diesel!(@one Sub Timestamptz);
as_diesel!(@one Sub Nullable<Timestamptz>);

/// An operator on decimals: `Div` is none, its digits differ by database.
pub trait DecimalOperator: 'static {
    /// The sign.
    const SIGN: &'static str;
    /// The function that SQLite has in its place.
    const FUNCTION: &'static str;
}
impl DecimalOperator for operator::Add {
    const SIGN: &'static str = " + ";
    const FUNCTION: &'static str = "orm_decimal_add";
}
impl DecimalOperator for operator::Sub {
    const SIGN: &'static str = " - ";
    const FUNCTION: &'static str = "orm_decimal_sub";
}
impl DecimalOperator for operator::Mul {
    const SIGN: &'static str = " * ";
    const FUNCTION: &'static str = "orm_decimal_mul";
}

macro_rules! on_decimals {
    ($($sql:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<Op: DecimalOperator, L, R: DecimalOperand> Operate<Op, L, R> for $sql {
            type Output = DecimalMath<Op, L, R::Expr>;

            fn operate(left: L, right: R) -> Self::Output {
                DecimalMath { left, right: right.into_operand(), op: PhantomData }
            }
        }
    )*};
}
on_decimals!(Decimal, Nullable<Decimal>);

/// What can stand on the right of a decimal: a column of decimals or whole
/// numbers, a calculation, a value.
#[diagnostic::on_unimplemented(
    message = "a decimal cannot be calculated with `{Self}`",
    note = "give a column of decimals or whole numbers, a `Decimal`, or an `i32` or `i64`"
)]
pub trait DecimalOperand {
    /// The expression.
    type Expr: Expression;
    /// The expression.
    fn into_operand(self) -> Self::Expr;
}

impl<C: ColumnDef> DecimalOperand for Column<C>
where
    C::SqlType: ExactNumber,
{
    type Expr = Self;
    fn into_operand(self) -> Self {
        self
    }
}

impl<Op, L, R> DecimalOperand for DecimalMath<Op, L, R>
where
    Self: Expression,
{
    type Expr = Self;
    fn into_operand(self) -> Self {
        self
    }
}

macro_rules! values {
    ($($rust:ty),*) => {$(
        impl DecimalOperand for $rust {
            type Expr = DecimalValue;
            fn into_operand(self) -> DecimalValue {
                DecimalValue(bigdecimal::BigDecimal::from(self))
            }
        }
    )*};
}
values!(i32, i64, bigdecimal::BigDecimal);

/// SQL types of exact numbers, and whether they may be NULL.
#[diagnostic::on_unimplemented(message = "`{Self}` is no SQL type of exact numbers")]
pub trait ExactNumber {
    /// The decimal that a calculation of it with a NOT NULL decimal gives.
    type Result: SqlType + TypedExpressionType;
}

macro_rules! exact {
    ($($sql:ty),*) => {$(
        impl ExactNumber for $sql {
            type Result = Decimal;
        }
        impl ExactNumber for Nullable<$sql> {
            type Result = Nullable<Decimal>;
        }
    )*};
}
exact!(
    Decimal,
    sql_types::SmallInt,
    sql_types::Integer,
    sql_types::BigInt,
    own::TinyInt,
    own::UnsignedTinyInt,
    own::UnsignedSmallInt,
    own::UnsignedInteger,
    own::UnsignedBigInt
);

/// The type of a calculation, by whether one of its sides may be NULL.
pub trait EitherNull<Other> {
    /// The SQL type.
    type Out: SqlType + TypedExpressionType;
}
impl EitherNull<Decimal> for Decimal {
    type Out = Decimal;
}
impl EitherNull<Nullable<Decimal>> for Decimal {
    type Out = Nullable<Decimal>;
}
impl EitherNull<Decimal> for Nullable<Decimal> {
    type Out = Nullable<Decimal>;
}
impl EitherNull<Nullable<Decimal>> for Nullable<Decimal> {
    type Out = Nullable<Decimal>;
}

/// A calculation with decimals.
#[derive(Debug)]
pub struct DecimalMath<Op, L, R> {
    left: L,
    right: R,
    op: PhantomData<fn() -> Op>,
}

impl<Op, L: Clone, R: Clone> Clone for DecimalMath<Op, L, R> {
    fn clone(&self) -> Self {
        DecimalMath {
            left: self.left.clone(),
            right: self.right.clone(),
            op: PhantomData,
        }
    }
}
impl<Op, L: Copy, R: Copy> Copy for DecimalMath<Op, L, R> {}

impl<Op, L, R> Expression for DecimalMath<Op, L, R>
where
    L: Expression,
    R: Expression,
    L::SqlType: ExactNumber,
    R::SqlType: ExactNumber,
    <L::SqlType as ExactNumber>::Result: EitherNull<<R::SqlType as ExactNumber>::Result>,
{
    type SqlType = <<L::SqlType as ExactNumber>::Result as EitherNull<
        <R::SqlType as ExactNumber>::Result,
    >>::Out;
}

impl<Op: 'static, L: QueryId, R: QueryId> QueryId for DecimalMath<Op, L, R> {
    type QueryId = DecimalMath<Op, L::QueryId, R::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = L::HAS_STATIC_QUERY_ID && R::HAS_STATIC_QUERY_ID;
}

impl<Op: DecimalOperator, L, R, DB: Dialect> QueryFragment<DB> for DecimalMath<Op, L, R>
where
    L: QueryFragment<DB>,
    R: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let sqlite = DB::DATABASE == Database::Sqlite;
        out.push_sql("(");
        if sqlite {
            out.push_sql(Op::FUNCTION);
            out.push_sql("(");
        }
        self.left.walk_ast(out.reborrow())?;
        out.push_sql(if sqlite { ", " } else { Op::SIGN });
        self.right.walk_ast(out.reborrow())?;
        out.push_sql(if sqlite {
            ") COLLATE orm_decimal)"
        } else {
            ")"
        });
        Ok(())
    }
}

impl<Op, L, R, QS> AppearsOnTable<QS> for DecimalMath<Op, L, R>
where
    L: AppearsOnTable<QS>,
    R: AppearsOnTable<QS>,
    Self: Expression,
{
}
impl<Op, L, R, QS> SelectableExpression<QS> for DecimalMath<Op, L, R>
where
    L: SelectableExpression<QS>,
    R: SelectableExpression<QS>,
    Self: AppearsOnTable<QS>,
{
}
impl<Op, L, R, GB> ValidGrouping<GB> for DecimalMath<Op, L, R>
where
    L: ValidGrouping<GB>,
    R: ValidGrouping<GB>,
    L::IsAggregate: diesel::expression::MixedAggregates<R::IsAggregate>,
{
    type IsAggregate =
        <L::IsAggregate as diesel::expression::MixedAggregates<R::IsAggregate>>::Output;
}

macro_rules! operators {
    ($($op:ident $method:ident),*) => {$(
        impl<C: ColumnDef, Rhs> std::ops::$op<Rhs> for Column<C>
        where
            C::SqlType: Operate<operator::$op, Column<C>, Rhs>,
        {
            type Output = <C::SqlType as Operate<operator::$op, Column<C>, Rhs>>::Output;

            fn $method(self, rhs: Rhs) -> Self::Output {
                <C::SqlType as Operate<operator::$op, Column<C>, Rhs>>::operate(self, rhs)
            }
        }

        impl<Op, L, R, Rhs> std::ops::$op<Rhs> for DecimalMath<Op, L, R>
        where
            Decimal: Operate<operator::$op, DecimalMath<Op, L, R>, Rhs>,
        {
            type Output =
                <Decimal as Operate<operator::$op, DecimalMath<Op, L, R>, Rhs>>::Output;

            fn $method(self, rhs: Rhs) -> Self::Output {
                <Decimal as Operate<operator::$op, DecimalMath<Op, L, R>, Rhs>>::operate(self, rhs)
            }
        }
    )*};
}
operators!(Add add, Sub sub, Mul mul, Div div);
