//! Plain values where an SQL expression is expected.
//!
//! Diesel's `AsExpression` cannot be implemented for a foreign type such as
//! `Uuid` with an SQL type of ours in the general case (coherence), so filters
//! take [`IntoSqlExpr`], which has one marker per source of the conversion.
//! For every pair of a Rust type and an SQL type exactly one marker may match.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use diesel::expression::{AsExpression, Expression, TypedExpressionType};
use diesel::internal::derives::as_expression::Bound;
use diesel::sql_types::{Nullable, SqlType};

use super::diesel_value::DieselValue;
use super::scalar::{ColumnType, Scalar};
use super::sql_types;

/// No conversion: it is an expression.
#[derive(Debug, Clone, Copy)]
pub struct ByExpression;
/// The conversion is Diesel's own.
#[derive(Debug, Clone, Copy)]
pub struct ByDiesel;
/// The conversion is of a built-in type with an SQL type of this crate.
#[derive(Debug, Clone, Copy)]
pub struct ByValue;
/// The conversion is of a [`ColumnType`].
#[derive(Debug, Clone, Copy)]
pub struct ByColumnType;

/// A value or an expression that can stand beside an expression of SQL type `ST`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be compared with a column of the SQL type `{ST}`",
    label = "a value of another type",
    note = "give a value of the column's own Rust type, or an expression of the same SQL type"
)]
pub trait IntoSqlExpr<ST, Marker> {
    /// The expression.
    type Expression: Expression<SqlType = ST>;

    /// Converts into the expression.
    fn into_sql_expr(self) -> Self::Expression;
}

#[diagnostic::do_not_recommend]
impl<E, ST> IntoSqlExpr<ST, ByExpression> for E
where
    E: Expression<SqlType = ST>,
    ST: SqlType + TypedExpressionType,
{
    type Expression = Operand<E>;

    fn into_sql_expr(self) -> Self::Expression {
        Operand::new(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T, ST> IntoSqlExpr<ST, ByDiesel> for T
where
    T: DieselValue<ST> + AsExpression<ST>,
    ST: SqlType + TypedExpressionType,
{
    type Expression = Operand<T::Expression>;

    fn into_sql_expr(self) -> Self::Expression {
        Operand::new(self.as_expression())
    }
}

/// An expression of Diesel's that something is compared with, or that is written.
#[derive(Debug, Clone, Copy)]
pub struct Operand<E>(pub(crate) E);

impl<E> Operand<E> {
    pub(crate) const fn new(expr: E) -> Self {
        Operand(expr)
    }
}

// Beside a nullable column a value is bound as an `Option`: only that has a
// `ToSql` for `Nullable` of an SQL type of this crate. An `Option` of such a
// value is Diesel's already.
macro_rules! plain_values {
    ($($rust:ty => $sql:ty),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl IntoSqlExpr<$sql, ByValue> for $rust {
            type Expression = Operand<Bound<$sql, $rust>>;
            fn into_sql_expr(self) -> Self::Expression {
                Operand::new(Bound::new(self))
            }
        }
        #[diagnostic::do_not_recommend]
        impl<'v> IntoSqlExpr<$sql, ByValue> for &'v $rust {
            type Expression = Operand<Bound<$sql, &'v $rust>>;
            fn into_sql_expr(self) -> Self::Expression {
                Operand::new(Bound::new(self))
            }
        }
        #[diagnostic::do_not_recommend]
        impl IntoSqlExpr<Nullable<$sql>, ByValue> for $rust {
            type Expression = Operand<Bound<Nullable<$sql>, Option<$rust>>>;
            fn into_sql_expr(self) -> Self::Expression {
                Operand::new(Bound::new(Some(self)))
            }
        }
        #[diagnostic::do_not_recommend]
        impl<'v> IntoSqlExpr<Nullable<$sql>, ByValue> for &'v $rust {
            type Expression = Operand<Bound<Nullable<$sql>, Option<&'v $rust>>>;
            fn into_sql_expr(self) -> Self::Expression {
                Operand::new(Bound::new(Some(self)))
            }
        }
    )*};
}

plain_values! {
    i8 => sql_types::TinyInt,
    u8 => sql_types::UnsignedTinyInt,
    u16 => sql_types::UnsignedSmallInt,
    u32 => sql_types::UnsignedInteger,
    u64 => sql_types::UnsignedBigInt,
    DateTime<Utc> => sql_types::Timestamptz,
    uuid::Uuid => sql_types::Uuid,
    BigDecimal => sql_types::Decimal,
}

/// A JSON document as a value; MySQL needs it cast, as its own fragment says.
#[derive(Debug, Clone)]
pub struct JsonValue<Bind>(pub(crate) Bind);

macro_rules! json_values {
    ($([$($life:lifetime)?] $given:ty, $st:ty, $bound:ty, |$v:ident| $bind:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl$(<$life>)? IntoSqlExpr<$st, ByValue> for $given {
            type Expression = JsonValue<Bound<$st, $bound>>;
            fn into_sql_expr(self) -> Self::Expression {
                let $v = self;
                JsonValue(Bound::new($bind))
            }
        }
    )*};
}
json_values! {
    [] serde_json::Value, sql_types::Json, serde_json::Value, |v| v;
    ['v] &'v serde_json::Value, sql_types::Json, &'v serde_json::Value, |v| v;
    [] serde_json::Value, Nullable<sql_types::Json>, Option<serde_json::Value>, |v| Some(v);
    ['v] &'v serde_json::Value, Nullable<sql_types::Json>, Option<&'v serde_json::Value>, |v| Some(v);
}

/// A whole number beside a decimal column is exact, so it may be written plainly.
macro_rules! whole_decimals {
    ($($rust:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl IntoSqlExpr<sql_types::Decimal, ByValue> for $rust {
            type Expression = Operand<Bound<sql_types::Decimal, BigDecimal>>;
            fn into_sql_expr(self) -> Self::Expression {
                Operand::new(Bound::new(BigDecimal::from(self)))
            }
        }
        #[diagnostic::do_not_recommend]
        impl IntoSqlExpr<Nullable<sql_types::Decimal>, ByValue> for $rust {
            type Expression = Operand<Bound<Nullable<sql_types::Decimal>, Option<BigDecimal>>>;
            fn into_sql_expr(self) -> Self::Expression {
                Operand::new(Bound::new(Some(BigDecimal::from(self))))
            }
        }
    )*};
}
whole_decimals!(i32);

#[diagnostic::do_not_recommend]
impl<T> IntoSqlExpr<<T::Stored as Scalar>::SqlType, ByColumnType> for T
where
    T: ColumnType,
{
    type Expression = Operand<Bound<<T::Stored as Scalar>::SqlType, T::Stored>>;

    fn into_sql_expr(self) -> Self::Expression {
        Operand::new(Bound::new(self.into_stored()))
    }
}

/// As [`ByColumnType`], for a nullable column.
#[derive(Debug, Clone, Copy)]
pub struct ByColumnTypeNullable;

#[diagnostic::do_not_recommend]
impl<T> IntoSqlExpr<Nullable<<T::Stored as Scalar>::SqlType>, ByColumnTypeNullable> for Option<T>
where
    T: ColumnType,
    Nullable<<T::Stored as Scalar>::SqlType>: SqlType + TypedExpressionType,
{
    type Expression = Operand<Bound<Nullable<<T::Stored as Scalar>::SqlType>, Option<T::Stored>>>;

    fn into_sql_expr(self) -> Self::Expression {
        Operand::new(Bound::new(self.map(T::into_stored)))
    }
}

#[diagnostic::do_not_recommend]
impl<T> IntoSqlExpr<Nullable<<T::Stored as Scalar>::SqlType>, ByColumnTypeNullable> for T
where
    T: ColumnType,
    Nullable<<T::Stored as Scalar>::SqlType>: SqlType + TypedExpressionType,
{
    type Expression = Operand<Bound<Nullable<<T::Stored as Scalar>::SqlType>, Option<T::Stored>>>;

    fn into_sql_expr(self) -> Self::Expression {
        Operand::new(Bound::new(Some(self.into_stored())))
    }
}

/// A plain value as an SQL expression, for places where no method takes it:
/// `table.find(val(id))`, `.select(val(1))`.
pub fn val<ST, T, Marker>(value: T) -> T::Expression
where
    T: IntoSqlExpr<ST, Marker>,
{
    value.into_sql_expr()
}
