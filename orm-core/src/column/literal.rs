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
use super::{Variants, sql_types};

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
pub struct Operand<E> {
    pub(crate) expr: E,
    /// The values that there are of its column type.
    pub(crate) variants: Option<&'static Variants>,
}

impl<E> Operand<E> {
    pub(crate) const fn new(expr: E) -> Self {
        Operand {
            expr,
            variants: None,
        }
    }

    /// A value of a column type.
    pub(super) const fn of<T: ColumnType>(expr: E) -> Self {
        Operand {
            expr,
            variants: T::VARIANTS,
        }
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

/// As [`ByColumnType`], of a reference.
#[derive(Debug, Clone, Copy)]
pub struct ByReference;
/// As [`ByColumnType`], for a nullable column.
#[derive(Debug, Clone, Copy)]
pub struct ByColumnTypeNullable;
/// As [`ByReference`], for a nullable column.
#[derive(Debug, Clone, Copy)]
pub struct ByReferenceNullable;

/// The SQL type of a column type.
type SqlOf<T> = <<T as ColumnType>::Stored as Scalar>::SqlType;

/// Not null, then nullable with a value and with an `Option` of one.
macro_rules! column_types {
    ($($marker:ident, $nullable:ident, [$($life:lifetime)?] $given:ty, |$v:ident| $own:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($life,)? T: ColumnType> IntoSqlExpr<SqlOf<T>, $marker> for $given {
            type Expression = Operand<Bound<SqlOf<T>, T::Stored>>;

            fn into_sql_expr(self) -> Self::Expression {
                let $v = self;
                Operand::of::<T>(Bound::new($own.into_stored()))
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($life,)? T: ColumnType> IntoSqlExpr<Nullable<SqlOf<T>>, $nullable> for $given
        where
            Nullable<SqlOf<T>>: SqlType + TypedExpressionType,
        {
            type Expression = Operand<Bound<Nullable<SqlOf<T>>, Option<T::Stored>>>;

            fn into_sql_expr(self) -> Self::Expression {
                let $v = self;
                Operand::of::<T>(Bound::new(Some($own.into_stored())))
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($life,)? T: ColumnType> IntoSqlExpr<Nullable<SqlOf<T>>, $nullable> for Option<$given>
        where
            Nullable<SqlOf<T>>: SqlType + TypedExpressionType,
        {
            type Expression = Operand<Bound<Nullable<SqlOf<T>>, Option<T::Stored>>>;

            fn into_sql_expr(self) -> Self::Expression {
                Operand::of::<T>(Bound::new(self.map(|$v| $own.into_stored())))
            }
        }
    )*};
}
column_types! {
    ByColumnType, ByColumnTypeNullable, [] T, |v| v;
    ByReference, ByReferenceNullable, ['v] &'v T, |v| v.clone();
}

/// A plain value as an SQL expression, for places where no method takes it:
/// `table.find(val(id))`, `.select(val(1))`.
pub fn val<ST, T, Marker>(value: T) -> T::Expression
where
    T: IntoSqlExpr<ST, Marker>,
{
    value.into_sql_expr()
}
