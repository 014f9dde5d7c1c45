//! Comparisons and sort terms: inherent on columns, a trait on other expressions.
//!
//! Diesel's own `ExpressionMethods` would do, but for plain values of the types
//! in [`column::sql_types`](crate::column::sql_types), and for sort terms that
//! give their expression back. The prelude has this trait in its place.

use diesel::dsl;
use diesel::expression::Expression;
use diesel::sql_types::{SingleValue, SqlType};

use super::in_list::IntoInList;
use super::key::EqBy;
use super::sort::{Ascending, Descending, Sorted};
use crate::column::IntoSqlExpr;
use crate::table::{Column, ColumnDef};

/// One comparison: `pub` on columns, bare in the trait.
macro_rules! comparison {
    ($(#[$doc:meta])* [$($vis:tt)?] $method:ident $node:ident) => {
        $(#[$doc])*
        $($vis)? fn $method<T, M>(self, value: T) -> dsl::$node<Self, T::Expression>
        where
            Self: Expression + Sized,
            <Self as Expression>::SqlType: SqlType + SingleValue,
            T: IntoSqlExpr<<Self as Expression>::SqlType, M>,
        {
            diesel::ExpressionMethods::$method(self, value.into_sql_expr())
        }
    };
}

macro_rules! methods {
    ([$($vis:tt)?]) => {
        comparison!(/** `self <> value` */ [$($vis)?] ne NotEq);
        comparison!(/** `self > value` */ [$($vis)?] gt Gt);
        comparison!(/** `self >= value` */ [$($vis)?] ge GtEq);
        comparison!(/** `self < value` */ [$($vis)?] lt Lt);
        comparison!(/** `self <= value` */ [$($vis)?] le LtEq);

        /// `self BETWEEN lower AND upper`, both included.
        $($vis)? fn between<T, U, M, N>(
            self,
            lower: T,
            upper: U,
        ) -> dsl::Between<Self, T::Expression, U::Expression>
        where
            Self: Expression + Sized,
            <Self as Expression>::SqlType: SqlType + SingleValue,
            T: IntoSqlExpr<<Self as Expression>::SqlType, M>,
            U: IntoSqlExpr<<Self as Expression>::SqlType, N>,
        {
            diesel::ExpressionMethods::between(self, lower.into_sql_expr(), upper.into_sql_expr())
        }

        /// `self NOT BETWEEN lower AND upper`
        $($vis)? fn not_between<T, U, M, N>(
            self,
            lower: T,
            upper: U,
        ) -> dsl::NotBetween<Self, T::Expression, U::Expression>
        where
            Self: Expression + Sized,
            <Self as Expression>::SqlType: SqlType + SingleValue,
            T: IntoSqlExpr<<Self as Expression>::SqlType, M>,
            U: IntoSqlExpr<<Self as Expression>::SqlType, N>,
        {
            diesel::ExpressionMethods::not_between(
                self,
                lower.into_sql_expr(),
                upper.into_sql_expr(),
            )
        }

        /// One of the values, or of what a subquery selects. No value: no row.
        $($vis)? fn eq_any<T, M>(self, values: T) -> T::Predicate
        where
            Self: Expression + Sized,
            T: IntoInList<Self, <Self as Expression>::SqlType, M>,
        {
            values.into_in_list(self, false)
        }

        /// None of the values. No value: every row.
        $($vis)? fn ne_all<T, M>(self, values: T) -> T::Predicate
        where
            Self: Expression + Sized,
            T: IntoInList<Self, <Self as Expression>::SqlType, M>,
        {
            values.into_in_list(self, true)
        }

        /// `self IS NULL`
        #[allow(clippy::wrong_self_convention)] // SQL's words
        $($vis)? fn is_null(self) -> dsl::IsNull<Self>
        where
            Self: Expression + Sized,
            <Self as Expression>::SqlType: SqlType + SingleValue,
        {
            diesel::ExpressionMethods::is_null(self)
        }

        /// `self IS NOT NULL`
        #[allow(clippy::wrong_self_convention)] // SQL's words
        $($vis)? fn is_not_null(self) -> dsl::IsNotNull<Self>
        where
            Self: Expression + Sized,
            <Self as Expression>::SqlType: SqlType + SingleValue,
        {
            diesel::ExpressionMethods::is_not_null(self)
        }

        /// Sorted by it, smallest first.
        $($vis)? fn asc(self) -> Sorted<Self, Ascending>
        where
            Self: Expression + Sized,
        {
            Sorted::new(self)
        }

        /// Sorted by it, largest first.
        $($vis)? fn desc(self) -> Sorted<Self, Descending>
        where
            Self: Expression + Sized,
        {
            Sorted::new(self)
        }
    };
}

/// Comparisons of any expression with values and expressions.
pub trait ExpressionMethods: Expression + Sized {
    comparison!(/** `self = value` */ [] eq Eq);
    methods!([]);
}

impl<E: Expression> ExpressionMethods for E where E::SqlType: SingleValue {}

impl<C: ColumnDef> Column<C> {
    /// `self = value`. On the shard key this routes the query.
    pub fn eq<T, M>(self, value: T) -> <C::Role as EqBy<C, T, M>>::Out
    where
        C::Role: EqBy<C, T, M>,
    {
        <C::Role as EqBy<C, T, M>>::eq_by(self, value)
    }

    methods!([pub]);
}
