//! Comparisons and sort terms: inherent on columns, a trait on other expressions.
//!
//! Diesel's own `ExpressionMethods` would do, but for plain values of the types
//! in [`column::sql_types`](crate::column::sql_types), and for sort terms that
//! give their expression back. The prelude has this trait in its place.

use diesel::dsl;
use diesel::expression::Expression;
use diesel::sql_types::{SingleValue, SqlType};

use super::in_list::IntoInList;
use super::key::EqTo;
use super::sort::{Ascending, Descending, Sorted};
use super::takes::{Likes, Take};
use crate::column::IntoSqlExpr;
use crate::table::{Column, ColumnDef};

/// The SQL type of an expression.
type Of<E> = <E as Expression>::SqlType;

/// Methods of the trait, and the same as inherent ones of columns. A signature
/// stands in brackets where it is used, and its bounds beside the name: the
/// compiler then shows that one line when a value is of another type.
macro_rules! methods {
    ($($(#[$meta:meta])* fn [$($signature:tt)*] $body:block)*) => {
        /// Comparisons of any expression with values and expressions.
        pub trait ExpressionMethods: Expression + Sized {
            /// `self = value`
            fn eq<T: IntoSqlExpr<Of<Self>, M>, M>(self, value: T) -> dsl::Eq<Self, T::Expression>
            where
                Of<Self>: SqlType + SingleValue,
            {
                diesel::ExpressionMethods::eq(self, value.into_sql_expr())
            }

            $($(#[$meta])* fn $($signature)*
            where
                Of<Self>: SqlType + SingleValue,
            $body)*
        }

        impl<C: ColumnDef> Column<C> {
            $($(#[$meta])* pub fn $($signature)* $body)*
        }
    };
}

methods! {
    /// `self <> value`
    fn [ne<T: IntoSqlExpr<Of<Self>, M>, M>(self, value: T) -> dsl::NotEq<Self, T::Expression>] {
        diesel::ExpressionMethods::ne(self, value.into_sql_expr())
    }

    /// `self > value`
    fn [gt<T: IntoSqlExpr<Of<Self>, M>, M>(self, value: T) -> dsl::Gt<Self, T::Expression>] {
        diesel::ExpressionMethods::gt(self, value.into_sql_expr())
    }

    /// `self >= value`
    fn [ge<T: IntoSqlExpr<Of<Self>, M>, M>(self, value: T) -> dsl::GtEq<Self, T::Expression>] {
        diesel::ExpressionMethods::ge(self, value.into_sql_expr())
    }

    /// `self < value`
    fn [lt<T: IntoSqlExpr<Of<Self>, M>, M>(self, value: T) -> dsl::Lt<Self, T::Expression>] {
        diesel::ExpressionMethods::lt(self, value.into_sql_expr())
    }

    /// `self <= value`
    fn [le<T: IntoSqlExpr<Of<Self>, M>, M>(self, value: T) -> dsl::LtEq<Self, T::Expression>] {
        diesel::ExpressionMethods::le(self, value.into_sql_expr())
    }

    /// `self BETWEEN lower AND upper`, both included.
    fn [between<T: IntoSqlExpr<Of<Self>, M>, U: IntoSqlExpr<Of<Self>, N>, M, N>(
        self,
        lower: T,
        upper: U,
    ) -> dsl::Between<Self, T::Expression, U::Expression>] {
        diesel::ExpressionMethods::between(self, lower.into_sql_expr(), upper.into_sql_expr())
    }

    /// `self NOT BETWEEN lower AND upper`
    fn [not_between<T: IntoSqlExpr<Of<Self>, M>, U: IntoSqlExpr<Of<Self>, N>, M, N>(
        self,
        lower: T,
        upper: U,
    ) -> dsl::NotBetween<Self, T::Expression, U::Expression>] {
        diesel::ExpressionMethods::not_between(self, lower.into_sql_expr(), upper.into_sql_expr())
    }

    /// One of the values, or of what a subquery selects. No value: no row.
    fn [eq_any<T: IntoInList<Self, Of<Self>, M>, M>(self, values: T) -> T::Predicate] {
        values.into_in_list(self, false)
    }

    /// None of the values. No value: every row.
    fn [ne_all<T: IntoInList<Self, Of<Self>, M>, M>(self, values: T) -> T::Predicate] {
        values.into_in_list(self, true)
    }

    /// `self IS NULL`
    #[allow(clippy::wrong_self_convention)] // SQL's words
    fn [is_null(self) -> dsl::IsNull<Self>] {
        diesel::ExpressionMethods::is_null(self)
    }

    /// `self IS NOT NULL`
    #[allow(clippy::wrong_self_convention)] // SQL's words
    fn [is_not_null(self) -> dsl::IsNotNull<Self>] {
        diesel::ExpressionMethods::is_not_null(self)
    }

    /// Sorted by it, smallest first.
    fn [asc(self) -> Sorted<Self, Ascending>] {
        Sorted::new(self)
    }

    /// Sorted by it, largest first.
    fn [desc(self) -> Sorted<Self, Descending>] {
        Sorted::new(self)
    }
}

impl<E: Expression> ExpressionMethods for E where E::SqlType: SingleValue {}

impl<C: ColumnDef> Column<C> {
    /// `self = value`. On the shard key this routes the query.
    pub fn eq<T: EqTo<C, C::Role, M>, M>(self, value: T) -> T::Out {
        value.equal_to(self)
    }

    /// `self LIKE pattern`, of texts.
    pub fn like<T: Take<Self, (), As = A>, A: Likes<T>>(self, pattern: T) -> A::Like {
        pattern.take(self, ()).like()
    }

    /// `self NOT LIKE pattern`, of texts.
    pub fn not_like<T: Take<Self, (), As = A>, A: Likes<T>>(self, pattern: T) -> A::NotLike {
        pattern.take(self, ()).not_like()
    }
}
