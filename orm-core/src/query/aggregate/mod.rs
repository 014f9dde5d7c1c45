//! Aggregates: `sum`, `avg`, `min`, `max`, `count`.
//!
//! Nodes of our own, for three reasons: a merge over shards must take them
//! apart, which Diesel's do not allow; decimals are summed exactly on SQLite;
//! and a sum or an average has one Rust type on every database:
//!
//! | of | `sum` | `avg` |
//! |---|---|---|
//! | integers | `Option<i64>`, an overflow is an error | `Option<f64>` |
//! | `f32`, `f64` | `Option<f64>` | `Option<f64>` |
//! | `Decimal` | `Option<Decimal>`, exact | `Option<Decimal>`, with PostgreSQL's digits |
//!
//! On MariaDB and MySQL an average of decimals is rounded to 30 digits after
//! the point, half away from zero.

mod kinds;

use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, TypedExpressionType, ValidGrouping,
    is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types;

use kinds::Form;
pub use kinds::{Averageable, Orderable, Summable};

use super::by_value;
use crate::backend::{Database, Dialect};

/// The signature of a function is given by the caller: the compiler shows that
/// line when an aggregate does not take a type.
macro_rules! aggregates {
    ($($(#[$doc:meta])* [$($function:tt)*] $node:ident, $bound:path, $out:ty, |$out_pass:ident, $expr:ident| $walk:block;)*) => {$(
        $(#[$doc])*
        pub fn $($function)*(expr: E) -> $node<E> {
            $node(expr)
        }

        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $node<E>(pub(crate) E);

        impl<E> $node<E> {
            /// The expression inside.
            pub fn into_inner(self) -> E {
                self.0
            }
        }

        impl<E> Expression for $node<E>
        where
            E: Expression,
            E::SqlType: $bound,
        {
            type SqlType = $out;
        }

        impl<E: QueryId> QueryId for $node<E> {
            type QueryId = $node<E::QueryId>;
            const HAS_STATIC_QUERY_ID: bool = E::HAS_STATIC_QUERY_ID;
        }

        impl<E, DB: Dialect> QueryFragment<DB> for $node<E>
        where
            E: Expression + QueryFragment<DB>,
            E::SqlType: $bound + 'static,
        {
            fn walk_ast<'b>(&'b self, mut $out_pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
                let $expr = &self.0;
                $walk
            }
        }

        impl<E, QS> AppearsOnTable<QS> for $node<E>
        where
            E: AppearsOnTable<QS>,
            Self: Expression,
        {
        }

        impl<E, QS> SelectableExpression<QS> for $node<E>
        where
            E: SelectableExpression<QS>,
            Self: AppearsOnTable<QS>,
        {
        }

        impl<E, GB> ValidGrouping<GB> for $node<E>
        where
            E: ValidGrouping<()>,
        {
            type IsAggregate = is_aggregate::Yes;
        }
    )*};
}

aggregates! {
    /// The sum of the values that are not NULL; NULL of no values.
    [sum<E: Expression<SqlType: Summable>>] Sum, Summable, <E::SqlType as Summable>::Sum, |out, expr| {
        let (before, after) = match (<E::SqlType as Summable>::FORM, DB::DATABASE) {
            (Form::Integer, Database::Postgres) => ("CAST(SUM(", ") AS BIGINT)"),
            (Form::Double, Database::Postgres) => ("SUM(CAST(", " AS DOUBLE PRECISION))"),
            (Form::Decimal, Database::Sqlite) => ("(orm_decimal_sum(", ") COLLATE orm_decimal)"),
            _ => ("SUM(", ")"),
        };
        out.push_sql(before);
        expr.walk_ast(out.reborrow())?;
        out.push_sql(after);
        Ok(())
    };
    /// The average of the values that are not NULL; NULL of no values.
    [avg<E: Expression<SqlType: Averageable>>] Avg, Averageable, <E::SqlType as Averageable>::Avg, |out, expr| {
        match (<E::SqlType as Averageable>::FORM, DB::DATABASE) {
            (Form::Decimal, Database::Sqlite) => {
                out.push_sql("(orm_decimal_avg(");
                expr.walk_ast(out.reborrow())?;
                out.push_sql(") COLLATE orm_decimal)");
            }
            // The zeros give the quotient its digits, whatever the scale of the column.
            (Form::Decimal, Database::Mysql) => {
                out.push_sql("ROUND((SUM(");
                expr.walk_ast(out.reborrow())?;
                out.push_sql(") + 0.000000000000000000000000000000) / NULLIF(COUNT(");
                expr.walk_ast(out.reborrow())?;
                out.push_sql("), 0), 30)");
            }
            (Form::Integer, Database::Mysql) => {
                out.push_sql("((SUM(");
                expr.walk_ast(out.reborrow())?;
                out.push_sql(") + 0e0) / NULLIF(COUNT(");
                expr.walk_ast(out.reborrow())?;
                out.push_sql("), 0))");
            }
            // The quotient that SQLite's AVG gives, and that shards are merged to.
            (Form::Integer | Form::Double, Database::Postgres) => {
                out.push_sql("(CAST(SUM(CAST(");
                expr.walk_ast(out.reborrow())?;
                let integer = <E::SqlType as Averageable>::FORM == Form::Integer;
                out.push_sql(if integer { " AS NUMERIC" } else { " AS DOUBLE PRECISION" });
                out.push_sql(")) AS DOUBLE PRECISION) / NULLIF(COUNT(");
                expr.walk_ast(out.reborrow())?;
                out.push_sql("), 0))");
            }
            _ => {
                out.push_sql("AVG(");
                expr.walk_ast(out.reborrow())?;
                out.push_sql(")");
            }
        }
        Ok(())
    };
    /// The smallest of the values that are not NULL; NULL of no values.
    [min<E: Expression<SqlType: Orderable>>] Min, Orderable, <E::SqlType as Orderable>::Out, |out, expr| {
        extreme("MIN(", expr, &mut out)
    };
    /// The largest of the values that are not NULL; NULL of no values.
    [max<E: Expression<SqlType: Orderable>>] Max, Orderable, <E::SqlType as Orderable>::Out, |out, expr| {
        extreme("MAX(", expr, &mut out)
    };
    /// How many values are not NULL.
    [count<E: Expression<SqlType: TypedExpressionType>>] Count, TypedExpressionType, sql_types::BigInt, |out, expr| {
        out.push_sql("COUNT(");
        expr.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    };
    /// How many different values there are, NULL apart.
    [count_distinct<E: Expression<SqlType: TypedExpressionType>>] CountDistinct, TypedExpressionType, sql_types::BigInt, |out, expr| {
        out.push_sql("COUNT(DISTINCT ");
        by_value::walk::<E::SqlType, _, DB>(expr, &mut out)?;
        out.push_sql(")");
        Ok(())
    };
}

impl<E> Count<E> {
    /// `COUNT(DISTINCT …)`
    pub fn aggregate_distinct(self) -> CountDistinct<E> {
        CountDistinct(self.0)
    }
}

fn extreme<'b, E, DB>(function: &str, expr: &'b E, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
where
    E: Expression + QueryFragment<DB>,
    E::SqlType: 'static,
    DB: Dialect,
{
    let collation = by_value::collation::<E::SqlType, DB>();
    let parentheses = if collation.is_empty() {
        ["", ""]
    } else {
        ["(", ")"]
    };
    out.push_sql(parentheses[0]);
    out.push_sql(function);
    expr.walk_ast(out.reborrow())?;
    out.push_sql(collation);
    out.push_sql(")");
    out.push_sql(collation);
    out.push_sql(parentheses[1]);
    Ok(())
}

/// How many rows there are.
#[must_use]
pub fn count_star() -> CountStar {
    CountStar
}

/// `COUNT(*)`
#[derive(Debug, Clone, Copy, QueryId)]
pub struct CountStar;

impl Expression for CountStar {
    type SqlType = sql_types::BigInt;
}

impl<DB: Dialect> QueryFragment<DB> for CountStar {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("COUNT(*)");
        Ok(())
    }
}

impl<QS> AppearsOnTable<QS> for CountStar {}
impl<QS> SelectableExpression<QS> for CountStar {}
impl<GB> ValidGrouping<GB> for CountStar {
    type IsAggregate = is_aggregate::Yes;
}
