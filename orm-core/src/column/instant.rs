//! Instants as literals: of every zone, and `now`.

use std::marker::PhantomData;

use chrono::{DateTime, FixedOffset, Local, Utc};
use diesel::expression::{Expression, TypedExpressionType};
use diesel::internal::derives::as_expression::Bound;
use diesel::query_builder::QueryId;
use diesel::sql_types::{Nullable, SqlType};

use super::literal::{ByValue, IntoSqlExpr, Operand};
use super::sql_types::Timestamptz;

/// `now` beside a column of instants: Diesel's own is a text without zone on SQLite,
/// and the time of the session's zone on MariaDB and MySQL.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Now<ST>(PhantomData<ST>);

impl<ST: SqlType + TypedExpressionType> Expression for Now<ST> {
    type SqlType = ST;
}

macro_rules! now {
    ($($sql:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl IntoSqlExpr<$sql, ByValue> for diesel::dsl::now {
            type Expression = Now<$sql>;
            fn into_sql_expr(self) -> Self::Expression {
                Now(PhantomData)
            }
        }
    )*};
}
now!(Timestamptz, Nullable<Timestamptz>);

/// The same instant in UTC.
macro_rules! zones {
    ($($zone:ty),*) => {$(
        zones!(@one $zone, Timestamptz, DateTime<Utc>, |v| v.to_utc());
        zones!(@one $zone, Nullable<Timestamptz>, Option<DateTime<Utc>>, |v| Some(v.to_utc()));
    )*};
    (@one $zone:ty, $sql:ty, $bound:ty, |$v:ident| $bind:expr) => {
        zones!(@given DateTime<$zone>, $sql, $bound, |$v| $bind);
        zones!(@given &DateTime<$zone>, $sql, $bound, |$v| $bind);
    };
    (@given $given:ty, $sql:ty, $bound:ty, |$v:ident| $bind:expr) => {
        #[diagnostic::do_not_recommend]
        impl IntoSqlExpr<$sql, ByValue> for $given {
            type Expression = Operand<Bound<$sql, $bound>>;
            fn into_sql_expr(self) -> Self::Expression {
                let $v = self;
                Operand::new(Bound::new($bind))
            }
        }
    };
}
zones!(FixedOffset, Local);
