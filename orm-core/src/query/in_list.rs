//! `column IN (values)` for the SQL types of this crate and plain lists.
//!
//! Binds are padded to a power of two by repeating the last value, so that few
//! texts of the statement exist and each is prepared once. An empty list holds
//! for no row.

use diesel::expression::array_comparison::AsInExpression;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, TypedExpressionType, ValidGrouping,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId, SelectQuery};
use diesel::result::QueryResult;
use diesel::sql_types::{Bool, MaybeNullableType, Nullable, SqlType, is_nullable};

use super::by_value;
use crate::backend::{Database, Dialect};
use crate::column::{ColumnType, Field, IntoField, Scalar, SqlScalar};
use crate::value::Value;

/// `expr [NOT] IN (values)`
#[derive(Debug, Clone)]
pub struct InList<E> {
    expr: E,
    values: Vec<Value>,
    negated: bool,
}

impl<E> InList<E> {
    pub(crate) fn new(expr: E, values: Vec<Value>, negated: bool) -> Self {
        // NULL is never equal to anything: it would turn NOT IN into nothing at all.
        let values = values
            .into_iter()
            .filter(|value| !value.is_null())
            .collect();
        InList {
            expr,
            values,
            negated,
        }
    }
}

impl<E> Expression for InList<E>
where
    E: Expression<SqlType: SqlType<IsNull: MaybeNullableType<Bool>>>,
{
    type SqlType = <<E::SqlType as SqlType>::IsNull as MaybeNullableType<Bool>>::Out;
}

impl<E> QueryId for InList<E> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<E, DB: Dialect> QueryFragment<DB> for InList<E>
where
    E: Expression + QueryFragment<DB>,
    E::SqlType: 'static,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let Some(last) = self.values.last() else {
            out.push_sql(if self.negated { "(1 = 1)" } else { "(1 = 0)" });
            return Ok(());
        };
        out.push_sql("(");
        by_value::walk::<E::SqlType, _, DB>(&self.expr, &mut out)?;
        out.push_sql(if self.negated { " NOT IN (" } else { " IN (" });
        let padding = padding(self.values.len());
        let padded = self.values.iter().chain(std::iter::repeat_n(last, padding));
        for (nth, value) in padded.enumerate() {
            if nth > 0 {
                out.push_sql(", ");
            }
            DB::push_value(&mut out, value)?;
        }
        out.push_sql("))");
        Ok(())
    }
}

/// How many binds are added to so many. None to long lists, which are rare and
/// near the databases' limits: 32,766 binds on SQLite, 65,535 elsewhere.
pub(crate) fn padding(values: usize) -> usize {
    const LONGEST_PADDED: usize = 8_192;
    if values > LONGEST_PADDED {
        0
    } else {
        values.next_power_of_two() - values
    }
}

impl<E, QS> AppearsOnTable<QS> for InList<E>
where
    E: AppearsOnTable<QS>,
    Self: Expression,
{
}
impl<E, QS> SelectableExpression<QS> for InList<E>
where
    E: SelectableExpression<QS>,
    Self: AppearsOnTable<QS>,
{
}
impl<E, GB> ValidGrouping<GB> for InList<E>
where
    E: ValidGrouping<GB>,
{
    type IsAggregate = <E as ValidGrouping<GB>>::IsAggregate;
}

/// What `eq_any` takes: values, or a subquery.
#[diagnostic::on_unimplemented(
    message = "`eq_any` cannot take `{Self}` for the SQL type `{ST}`",
    note = "give an iterator of values of the column's Rust type, or a query that selects one column of it"
)]
pub trait IntoInList<E, ST, Marker> {
    /// The predicate.
    type Predicate: Expression;

    /// `expr IN (self)`, or `expr NOT IN (self)`.
    fn into_in_list(self, expr: E, negated: bool) -> Self::Predicate;
}

/// A list of values.
#[derive(Debug, Clone, Copy)]
pub struct ByValues;
/// A subquery.
#[derive(Debug, Clone, Copy)]
pub struct BySubquery;

#[diagnostic::do_not_recommend]
impl<E, ST, I> IntoInList<E, ST, ByValues> for I
where
    E: Expression<SqlType = ST>,
    ST: SqlScalar<IsNull: MaybeNullableType<Bool>>,
    I: IntoIterator,
    I::Item: IntoListItem<<ST as SqlScalar>::Rust>,
{
    type Predicate = InList<E>;

    fn into_in_list(self, expr: E, negated: bool) -> InList<E> {
        let values = self.into_iter().map(IntoListItem::into_list_item).collect();
        InList::new(expr, values, negated)
    }
}

/// A list of values of a [`ColumnType`].
#[derive(Debug, Clone, Copy)]
pub struct ByColumnTypes;
/// As [`ByColumnTypes`], for a nullable column.
#[derive(Debug, Clone, Copy)]
pub struct ByColumnTypesNullable;
/// As [`ByColumnTypesNullable`], of values that may be missing.
#[derive(Debug, Clone, Copy)]
pub struct ByOptionalColumnTypes;
/// As [`ByColumnTypes`], of references.
#[derive(Debug, Clone, Copy)]
pub struct ByReferences;
/// As [`ByReferences`], for a nullable column.
#[derive(Debug, Clone, Copy)]
pub struct ByReferencesNullable;
/// As [`ByOptionalColumnTypes`], of references.
#[derive(Debug, Clone, Copy)]
pub struct ByOptionalReferences;

macro_rules! column_types {
    ($($marker:ident, $column:ty, [$($life:lifetime)?] $item:ty, |$v:ident| $value:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($life,)? E, ST, I, T> IntoInList<E, $column, $marker> for I
        where
            E: Expression<SqlType = $column>,
            ST: SqlType<IsNull = is_nullable::NotNull>,
            I: IntoIterator<Item = $item>,
            T: ColumnType<Stored: Scalar<SqlType = ST>> $(+ $life)?,
        {
            type Predicate = InList<E>;

            fn into_in_list(self, expr: E, negated: bool) -> InList<E> {
                InList::new(expr, self.into_iter().map(|$v| $value).collect(), negated)
            }
        }
    )*};
}
column_types! {
    ByColumnTypes, ST, [] T, |v| Scalar::into_value(v);
    ByColumnTypesNullable, Nullable<ST>, [] T, |v| Scalar::into_value(v);
    ByOptionalColumnTypes, Nullable<ST>, [] Option<T>, |v| Field::into_value(v);
    ByReferences, ST, ['v] &'v T, |v| Scalar::into_value(v.clone());
    ByReferencesNullable, Nullable<ST>, ['v] &'v T, |v| Scalar::into_value(v.clone());
    ByOptionalReferences, Nullable<ST>, ['v] &'v Option<T>, |v| Field::into_value(v.clone());
}

/// An item of a list of values.
#[diagnostic::on_unimplemented(
    message = "a list for a column of the type `{F}` cannot hold `{Self}`"
)]
pub trait IntoListItem<F> {
    /// The value.
    fn into_list_item(self) -> Value;
}

impl<F: Field, T: IntoField<F>> IntoListItem<F> for T {
    fn into_list_item(self) -> Value {
        self.into_field().into_value()
    }
}

/// Two markers, because a list and a subquery are told apart by them. Whatever
/// is a query is a subquery: a statement, boxed or not, a union.
#[diagnostic::do_not_recommend]
impl<E, ST, Q> IntoInList<E, ST, BySubquery> for Q
where
    E: Expression<SqlType = ST>,
    ST: SqlType + TypedExpressionType,
    Q: SelectQuery<SqlType = ST> + AsInExpression<ST>,
    Q::InExpression: Expression,
{
    type Predicate = InSubquery<E, Q::InExpression>;

    fn into_in_list(self, expr: E, negated: bool) -> Self::Predicate {
        InSubquery {
            expr,
            subquery: self.as_in_expression(),
            negated,
        }
    }
}

/// `expr [NOT] IN (subquery)`, on PostgreSQL `= ANY` and `!= ALL`.
#[derive(Debug, Clone)]
pub struct InSubquery<E, S> {
    expr: E,
    subquery: S,
    negated: bool,
}

impl<E: Expression, S> Expression for InSubquery<E, S> {
    type SqlType = Nullable<Bool>;
}

impl<E, S> QueryId for InSubquery<E, S> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<E, S, DB: Dialect> QueryFragment<DB> for InSubquery<E, S>
where
    E: Expression + QueryFragment<DB>,
    E::SqlType: 'static,
    S: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(");
        by_value::walk::<E::SqlType, _, DB>(&self.expr, &mut out)?;
        // As Diesel writes it, so that the text is the same whoever's `eq_any` it is.
        out.push_sql(match (DB::DATABASE, self.negated) {
            (Database::Postgres, false) => " = ANY(",
            (Database::Postgres, true) => " != ALL(",
            (_, false) => " IN (",
            (_, true) => " NOT IN (",
        });
        self.subquery.walk_ast(out.reborrow())?;
        out.push_sql("))");
        Ok(())
    }
}

impl<E, S, QS> AppearsOnTable<QS> for InSubquery<E, S>
where
    E: AppearsOnTable<QS>,
    S: AppearsOnTable<QS>,
{
}
impl<E, S, QS> SelectableExpression<QS> for InSubquery<E, S>
where
    E: SelectableExpression<QS>,
    S: SelectableExpression<QS>,
{
}
impl<E, S, GB> ValidGrouping<GB> for InSubquery<E, S>
where
    E: ValidGrouping<GB>,
{
    type IsAggregate = E::IsAggregate;
}
