//! `+`, `-`, `*` and `/` of the whole numbers whose SQL types are ours.
//!
//! The nodes are Diesel's. Its `AsExpression` cannot be had for a `u32` and an SQL type of
//! ours, so what stands on the right has a trait of its own. What is calculated has the
//! column's own type: a result beyond it is an error when it is read or written, on MariaDB
//! and MySQL for a `u64` within the statement.

use diesel::expression::Expression;
use diesel::internal::derives::as_expression::Bound;
use diesel::internal::table_macro::ops;
use diesel::sql_types::{self, Nullable};

use super::arithmetic::{Operate, operator};
use super::division::WholeQuotient;
use super::{Column, ColumnDef};
use crate::column::sql_types as own;

/// What can stand on the right of a whole number.
#[diagnostic::on_unimplemented(
    message = "a column of the SQL type `{ST}` cannot be calculated with `{Self}`",
    note = "give a column of the same type, a calculation, or a number of the Rust type"
)]
pub trait WholeOperand<ST> {
    /// The expression.
    type Expr: Expression<SqlType = ST>;
    /// The expression.
    fn into_whole(self) -> Self::Expr;
}

impl<C: ColumnDef> WholeOperand<C::SqlType> for Column<C>
where
    Self: Expression<SqlType = C::SqlType>,
{
    type Expr = Self;
    fn into_whole(self) -> Self {
        self
    }
}

macro_rules! calculated {
    ($($node:ident),*) => {$(
        impl<ST, L, R> WholeOperand<ST> for ops::$node<L, R>
        where
            Self: Expression<SqlType = ST>,
        {
            type Expr = Self;
            fn into_whole(self) -> Self {
                self
            }
        }
    )*};
}
calculated!(Add, Sub, Mul);

macro_rules! whole {
    ($($sql:ty, $rust:ty;)*) => {$(
        whole!(@operators $sql: Add Sub Mul Div);
        whole!(@one $sql);
        whole!(@one Nullable<$sql>);

        impl WholeOperand<$sql> for $rust {
            type Expr = Bound<$sql, $rust>;
            fn into_whole(self) -> Self::Expr {
                Bound::new(self)
            }
        }
        impl WholeOperand<Nullable<$sql>> for $rust {
            type Expr = Bound<Nullable<$sql>, Option<$rust>>;
            fn into_whole(self) -> Self::Expr {
                Bound::new(Some(self))
            }
        }
    )*};
    (@operators $sql:ty: $($op:ident)*) => {$(
        impl sql_types::ops::$op for $sql {
            type Rhs = $sql;
            type Output = $sql;
        }
    )*};
    (@one $sql:ty) => {
        whole!(@node $sql: Add Sub Mul);

        #[diagnostic::do_not_recommend]
        impl<L, R: WholeOperand<$sql>> Operate<operator::Div, L, R> for $sql {
            type Output = WholeQuotient<L, R::Expr>;

            fn operate(left: L, right: R) -> Self::Output {
                WholeQuotient::new(left, right.into_whole())
            }
        }
    };
    (@node $sql:ty: $($op:ident)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<L, R: WholeOperand<$sql>> Operate<operator::$op, L, R> for $sql {
            type Output = ops::$op<L, R::Expr>;

            fn operate(left: L, right: R) -> Self::Output {
                ops::$op::new(left, right.into_whole())
            }
        }
    )*};
}
whole! {
    own::TinyInt, i8;
    own::UnsignedTinyInt, u8;
    own::UnsignedSmallInt, u16;
    own::UnsignedInteger, u32;
    own::UnsignedBigInt, u64;
}
