//! Values of column types where Diesel converts by its own `AsExpression`.

use diesel::expression::{Expression, TypedExpressionType};
use diesel::internal::derives::as_expression::Bound;
use diesel::sql_types::{Nullable, SqlType, is_nullable};

use super::literal::Operand;
use super::scalar::{ColumnType, Scalar};

/// Implemented for whether an SQL type `ST` may be NULL: how a `T` is an expression of it.
///
/// One impl of `AsExpression` then covers a column and a nullable one. Two could not stand
/// beside each other: of a projection the compiler does not know that it is not nullable.
#[diagnostic::on_unimplemented(message = "`{T}` is no value of the SQL type `{ST}`")]
pub trait Expressed<ST, T> {
    /// The expression.
    type Expression: Expression<SqlType = ST>;

    /// The value as the expression.
    fn expressed(value: T) -> Self::Expression;
}

impl<ST, T> Expressed<ST, T> for is_nullable::NotNull
where
    ST: SqlType + TypedExpressionType,
    T: ColumnType<Stored: Scalar<SqlType = ST>>,
{
    type Expression = Operand<Bound<ST, T::Stored>>;

    fn expressed(value: T) -> Self::Expression {
        Operand::of::<T>(Bound::new(value.into_stored()))
    }
}

impl<ST, T> Expressed<Nullable<ST>, T> for is_nullable::IsNullable
where
    Nullable<ST>: SqlType + TypedExpressionType,
    T: ColumnType<Stored: Scalar<SqlType = ST>>,
{
    type Expression = Operand<Bound<Nullable<ST>, Option<T::Stored>>>;

    fn expressed(value: T) -> Self::Expression {
        Operand::of::<T>(Bound::new(Some(value.into_stored())))
    }
}
