//! [`Column`]: what `diesel::table!` writes for a column, once for all.

use std::fmt;
use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, AsExpression, Expression, IsContainedInGroupBy, SelectableExpression,
    ValidGrouping, is_aggregate, is_contained_in_group_by,
};
use diesel::internal::table_macro::{
    FromClause, Inner, Join, JoinOn, LeftOuter, Pick, SelectStatement, StaticQueryFragment,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_source::{AppearsInFromClause, Column as DieselColumn, Never, Once, QuerySource};
use diesel::result::QueryResult;
use diesel::{EqAll, sql_types};

use super::definition::SameColumn;
use super::identity::{Same, Truth};
use super::{ColumnDef, Table, TableDef};

/// A column of a model, as an expression: `customers::name`.
pub struct Column<C>(PhantomData<fn() -> C>);

impl<C> Column<C> {
    #[doc(hidden)]
    pub const NEW: Self = Column(PhantomData);
}

impl<C> Clone for Column<C> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<C> Copy for Column<C> {}
impl<C> Default for Column<C> {
    fn default() -> Self {
        Self::NEW
    }
}
impl<C: ColumnDef> fmt::Debug for Column<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", C::Table::META.name, C::NAME)
    }
}

impl<C: ColumnDef> QueryId for Column<C> {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<C: ColumnDef> Expression for Column<C> {
    type SqlType = C::SqlType;
}

impl<C: ColumnDef, DB: Backend> QueryFragment<DB> for Column<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if !out.should_skip_from() {
            <Table<C::Table> as StaticQueryFragment>::STATIC_COMPONENT.walk_ast(out.reborrow())?;
            out.push_sql(".");
        }
        out.push_identifier(C::NAME)
    }
}

impl<C: ColumnDef> DieselColumn for Column<C>
where
    Table<C::Table>: diesel::Table,
{
    type Table = Table<C::Table>;
    const NAME: &'static str = C::NAME;
}

// Where the column may be selected from: its own table, and every join in
// which that table appears exactly once and not on the outer side.

impl<C: ColumnDef> SelectableExpression<Table<C::Table>> for Column<C> {}

impl<C: ColumnDef, QS> AppearsOnTable<QS> for Column<C>
where
    QS: AppearsInFromClause<Table<C::Table>>,
    QS::Count: AppearsOnce<C::Table>,
{
}

/// How often a table is in a query, if that is once. A trait, and no
/// `Count = Once`, for the sake of its message.
#[diagnostic::on_unimplemented(
    message = "this query does not have the table of `{T}`, or has it more than once: join it, under an alias if it is there"
)]
pub trait AppearsOnce<T> {}

#[diagnostic::do_not_recommend]
impl<T> AppearsOnce<T> for Once {}

impl<C: ColumnDef, L, R> SelectableExpression<Join<L, R, LeftOuter>> for Column<C>
where
    Self: AppearsOnTable<Join<L, R, LeftOuter>> + SelectableExpression<L>,
    R: AppearsInFromClause<Table<C::Table>, Count = Never> + QuerySource,
    L: QuerySource,
{
}

impl<C: ColumnDef, L, R> SelectableExpression<Join<L, R, Inner>> for Column<C>
where
    Self: AppearsOnTable<Join<L, R, Inner>>,
    L: AppearsInFromClause<Table<C::Table>> + QuerySource,
    R: AppearsInFromClause<Table<C::Table>> + QuerySource,
    (L::Count, R::Count): Pick<L, R>,
    Self: SelectableExpression<<(L::Count, R::Count) as Pick<L, R>>::Selection>,
{
}

impl<C: ColumnDef, J, On> SelectableExpression<JoinOn<J, On>> for Column<C> where
    Self: SelectableExpression<J> + AppearsOnTable<JoinOn<J, On>>
{
}

impl<C: ColumnDef, From> SelectableExpression<SelectStatement<FromClause<From>>> for Column<C>
where
    From: QuerySource,
    Self: SelectableExpression<From> + AppearsOnTable<SelectStatement<FromClause<From>>>,
{
}

// Grouping: a group holds a column if it names it, or the table's one key.

impl<C: ColumnDef, GB> ValidGrouping<GB> for Column<C>
where
    GB: IsContainedInGroupBy<Self, Output = is_contained_in_group_by::Yes>,
{
    type IsAggregate = is_aggregate::Yes;
}

impl<C: ColumnDef> ValidGrouping<()> for Column<C> {
    type IsAggregate = is_aggregate::No;
}

/// Whether a group by `Group` determines the column `C`.
type Determines<Group, C> = <<<<<Group as ColumnDef>::Table as TableDef>::Id as Same<
    <<C as ColumnDef>::Table as TableDef>::Id,
>>::Out as Truth>::And<<Group as ColumnDef>::IsKey> as Truth>::Or<SameColumn<Group, C>>;

impl<G: ColumnDef, C: ColumnDef> IsContainedInGroupBy<Column<C>> for Column<G>
where
    <G::Table as TableDef>::Id: Same<<C::Table as TableDef>::Id>,
    G::Index: Same<C::Index>,
{
    type Output = <Determines<G, C> as Truth>::If<
        is_contained_in_group_by::Yes,
        is_contained_in_group_by::No,
    >;
}

impl<C: ColumnDef, T> EqAll<T> for Column<C>
where
    T: AsExpression<C::SqlType>,
    diesel::dsl::Eq<Self, T::Expression>: Expression<SqlType = sql_types::Bool>,
{
    type Output = diesel::dsl::Eq<Self, T::Expression>;

    fn eq_all(self, rhs: T) -> Self::Output {
        diesel::ExpressionMethods::eq(self, rhs.as_expression())
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    //! PostgreSQL's `ONLY` and `TABLESAMPLE`.

    use diesel::expression::SelectableExpression;
    use diesel::internal::table_macro::TablesampleMethod;
    use diesel::query_builder::{Only, Tablesample};

    use super::{Column, ColumnDef, Table};

    impl<C: ColumnDef> SelectableExpression<Only<Table<C::Table>>> for Column<C> {}
    impl<C: ColumnDef, M: TablesampleMethod> SelectableExpression<Tablesample<Table<C::Table>, M>>
        for Column<C>
    {
    }
}
