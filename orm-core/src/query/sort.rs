//! Sort terms, typed by direction and placement of NULLs.
//!
//! Diesel's own `Asc` and `Desc` do not give their expression back, and a
//! merge needs it. SQL is the same.

use std::marker::PhantomData;

use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, expression_types,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::by_value;
use crate::backend::{Database, Dialect};

/// Smallest first.
#[derive(Debug, Clone, Copy)]
pub struct Ascending;
/// Largest first.
#[derive(Debug, Clone, Copy)]
pub struct Descending;
/// NULLs where the database puts them: last in PostgreSQL's ascending order, first in that of the others.
#[derive(Debug, Clone, Copy)]
pub struct NullsAsTheDatabase;
/// NULLs before everything.
#[derive(Debug, Clone, Copy)]
pub struct NullsFirst;
/// NULLs after everything.
#[derive(Debug, Clone, Copy)]
pub struct NullsLast;

/// A word of an ORDER BY term.
pub trait SortWord: 'static {
    /// The SQL, with a leading space.
    const SQL: &'static str;
    /// For MariaDB and MySQL, which have no such word: the direction in which
    /// `expr IS NULL` is sorted by first.
    const IS_NULL: Option<&'static str> = None;
}
impl SortWord for Ascending {
    const SQL: &'static str = " ASC";
}
impl SortWord for Descending {
    const SQL: &'static str = " DESC";
}
impl SortWord for NullsAsTheDatabase {
    const SQL: &'static str = "";
}
impl SortWord for NullsFirst {
    const SQL: &'static str = " NULLS FIRST";
    const IS_NULL: Option<&'static str> = Some(" IS NULL DESC, ");
}
impl SortWord for NullsLast {
    const SQL: &'static str = " NULLS LAST";
    const IS_NULL: Option<&'static str> = Some(" IS NULL ASC, ");
}

/// An expression with a direction, as `order_by` takes it.
pub struct Sorted<E, Direction, Nulls = NullsAsTheDatabase> {
    pub(crate) expr: E,
    words: PhantomData<fn() -> (Direction, Nulls)>,
}

impl<E, D> Sorted<E, D> {
    pub(crate) fn new(expr: E) -> Self {
        Sorted {
            expr,
            words: PhantomData,
        }
    }

    /// NULLs before everything.
    pub fn nulls_first(self) -> Sorted<E, D, NullsFirst> {
        Sorted {
            expr: self.expr,
            words: PhantomData,
        }
    }

    /// NULLs after everything.
    pub fn nulls_last(self) -> Sorted<E, D, NullsLast> {
        Sorted {
            expr: self.expr,
            words: PhantomData,
        }
    }
}

impl<E, D, N> Sorted<E, D, N> {
    /// The expression that is sorted by.
    pub fn into_expr(self) -> E {
        self.expr
    }

    /// The same direction, of another expression.
    pub fn map<F>(self, with: impl FnOnce(E) -> F) -> Sorted<F, D, N> {
        Sorted {
            expr: with(self.expr),
            words: PhantomData,
        }
    }
}

impl<E: Clone, D, N> Clone for Sorted<E, D, N> {
    fn clone(&self) -> Self {
        Sorted {
            expr: self.expr.clone(),
            words: PhantomData,
        }
    }
}

impl<E: Copy, D, N> Copy for Sorted<E, D, N> {}

impl<E: Expression, D, N> Expression for Sorted<E, D, N> {
    type SqlType = expression_types::NotSelectable;
}

impl<E: QueryId, D: 'static, N: 'static> QueryId for Sorted<E, D, N> {
    type QueryId = Sorted<E::QueryId, D, N>;
    const HAS_STATIC_QUERY_ID: bool = E::HAS_STATIC_QUERY_ID;
}

impl<E, D: SortWord, N: SortWord, DB: Dialect> QueryFragment<DB> for Sorted<E, D, N>
where
    E: Expression + QueryFragment<DB>,
    E::SqlType: 'static,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let on_mysql = DB::DATABASE == Database::Mysql;
        if let Some(is_null) = N::IS_NULL.filter(|_| on_mysql) {
            self.expr.walk_ast(out.reborrow())?;
            out.push_sql(is_null);
        }
        by_value::walk::<E::SqlType, _, DB>(&self.expr, &mut out)?;
        out.push_sql(D::SQL);
        out.push_sql(if on_mysql { "" } else { N::SQL });
        Ok(())
    }
}

impl<E, D, N, QS> AppearsOnTable<QS> for Sorted<E, D, N> where E: AppearsOnTable<QS> {}
impl<E, D, N, QS> SelectableExpression<QS> for Sorted<E, D, N> where E: SelectableExpression<QS> {}

impl<E, D, N, GB> ValidGrouping<GB> for Sorted<E, D, N>
where
    E: ValidGrouping<GB>,
{
    type IsAggregate = E::IsAggregate;
}
