//! [`Table`]: what `diesel::table!` writes for a table, once for all.

use std::fmt;
use std::marker::PhantomData;

use diesel::associations::HasTable;
use diesel::backend::Backend;
use diesel::insertable::Insertable;
use diesel::internal::table_macro::{
    AliasAliasAppearsInFromClause, AliasAliasAppearsInFromClauseSameTable,
    AliasAppearsInFromClause, FieldAliasMapperAssociatedTypesDisjointnessTrick, FromClause,
    NoFromClause, SelectStatement, StaticQueryFragment,
};
use diesel::query_builder::{
    AsQuery, AstPass, IntoUpdateTarget, QueryFragment, QueryId, UpdateTarget,
};
use diesel::query_source::{
    Alias, AliasSource, AliasedField, AppearsInFromClause, Column as DieselColumn, Never, Once,
    QuerySource,
};
use diesel::result::QueryResult;

use super::identity::{False, Same, True, Truth};
use super::{Column, ColumnDef, Star, TableDef};

/// The table of a model, as a query source: `customers::table`.
pub struct Table<T>(PhantomData<fn() -> T>);

impl<T> Table<T> {
    #[doc(hidden)]
    pub const NEW: Self = Table(PhantomData);
}

impl<T: TableDef> Table<T> {
    /// `table_name.*`, for expressions of one's own; it cannot be loaded.
    #[must_use]
    pub fn star(&self) -> Star<T> {
        Star::NEW
    }
}

impl<T> Clone for Table<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Table<T> {}
impl<T> Default for Table<T> {
    fn default() -> Self {
        Self::NEW
    }
}
impl<T: TableDef> fmt::Debug for Table<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::META.name)
    }
}

impl<T: TableDef> QueryId for Table<T> {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

/// The name of a table, quoted, with its schema.
#[derive(Debug, Clone, Copy)]
pub struct TableName(&'static crate::metadata::TableMeta);

impl<DB: Backend> QueryFragment<DB> for TableName {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if let Some(schema) = self.0.schema {
            out.push_identifier(schema)?;
            out.push_sql(".");
        }
        out.push_identifier(self.0.name)
    }
}

impl<T: TableDef> StaticQueryFragment for Table<T> {
    type Component = TableName;
    const STATIC_COMPONENT: &'static TableName = &TableName(T::META);
}

impl<T: TableDef, DB: Backend> QueryFragment<DB> for Table<T> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Self::STATIC_COMPONENT.walk_ast(out)
    }
}

impl<T: TableDef> QuerySource for Table<T> {
    type FromClause = Self;
    type DefaultSelection = T::AllColumns;

    fn from_clause(&self) -> Self {
        *self
    }

    fn default_selection(&self) -> T::AllColumns {
        T::all_columns()
    }
}

impl<T: TableDef> AsQuery for Table<T>
where
    SelectStatement<FromClause<Self>>: diesel::query_builder::Query<SqlType = T::SqlType>,
{
    type SqlType = T::SqlType;
    type Query = SelectStatement<FromClause<Self>>;

    fn as_query(self) -> Self::Query {
        SelectStatement::simple(self)
    }
}

impl<T: TableDef> diesel::Table for Table<T>
where
    Self: AsQuery,
{
    type PrimaryKey = T::PrimaryKey;
    type AllColumns = T::AllColumns;

    fn primary_key(&self) -> T::PrimaryKey {
        T::primary_key()
    }

    fn all_columns() -> T::AllColumns {
        T::all_columns()
    }
}

impl<T: TableDef> HasTable for Table<T>
where
    Self: diesel::Table,
{
    type Table = Self;

    fn table() -> Self {
        Self::NEW
    }
}

impl<T: TableDef> IntoUpdateTarget for Table<T>
where
    Self: diesel::Table + AsQuery,
    <Self as AsQuery>::Query: IntoUpdateTarget<Table = Self>,
{
    type WhereClause = <<Self as AsQuery>::Query as IntoUpdateTarget>::WhereClause;

    fn into_update_target(self) -> UpdateTarget<Self, Self::WhereClause> {
        self.as_query().into_update_target()
    }
}

impl<T: TableDef, V> Insertable<V> for Table<T>
where
    Self: AsQuery,
    <Self as AsQuery>::Query: Insertable<V>,
{
    type Values = <<Self as AsQuery>::Query as Insertable<V>>::Values;

    fn values(self) -> Self::Values {
        self.as_query().values()
    }
}

impl<T: TableDef, V> Insertable<V> for &Table<T>
where
    Table<T>: Insertable<V>,
{
    type Values = <Table<T> as Insertable<V>>::Values;

    fn values(self) -> Self::Values {
        (*self).values()
    }
}

// Which tables appear in a FROM clause: counted by identity, for any two tables.

impl<A: TableDef, B: TableDef> AppearsInFromClause<Table<B>> for Table<A>
where
    A::Id: Same<B::Id>,
{
    type Count = <<A::Id as Same<B::Id>>::Out as Truth>::If<Once, Never>;
}

impl<T: TableDef, S: AliasSource> AppearsInFromClause<Alias<S>> for Table<T> {
    type Count = Never;
}

impl<T: TableDef> AppearsInFromClause<Table<T>> for NoFromClause {
    type Count = Never;
}

impl<A: TableDef, B: TableDef, S> AliasAppearsInFromClause<S, Table<B>> for Table<A>
where
    S: AliasSource<Target = Table<A>>,
{
    type Count = Never;
}

/// How often one alias counts as another: by the aliases where the tables are
/// the same, never where they differ.
#[doc(hidden)]
pub trait CountAlias<T, S1, S2> {
    type Count;
}

impl<T, S1, S2> CountAlias<T, S1, S2> for False {
    type Count = Never;
}

impl<T, S1, S2> CountAlias<T, S1, S2> for True
where
    S1: AliasAliasAppearsInFromClauseSameTable<S2, T>,
{
    type Count = <S1 as AliasAliasAppearsInFromClauseSameTable<S2, T>>::Count;
}

impl<A: TableDef, B: TableDef, S1, S2> AliasAliasAppearsInFromClause<Table<A>, S2, S1> for Table<B>
where
    S1: AliasSource<Target = Table<A>>,
    S2: AliasSource<Target = Table<B>>,
    A::Id: Same<B::Id>,
    <A::Id as Same<B::Id>>::Out: CountAlias<Table<A>, S1, S2>,
{
    type Count = <<A::Id as Same<B::Id>>::Out as CountAlias<Table<A>, S1, S2>>::Count;
}

/// Maps a column to an alias: a field of it where the tables are the same, the
/// column itself where they differ.
#[doc(hidden)]
pub trait MapToAlias<S, C> {
    type Out;
    fn map(column: C, alias: &Alias<S>) -> Self::Out;
}

impl<S, C> MapToAlias<S, C> for False {
    type Out = C;
    fn map(column: C, _: &Alias<S>) -> C {
        column
    }
}

impl<S, C> MapToAlias<S, C> for True
where
    S: AliasSource + Clone,
    C: DieselColumn<Table = S::Target>,
{
    type Out = AliasedField<S, C>;
    fn map(column: C, alias: &Alias<S>) -> Self::Out {
        alias.field(column)
    }
}

impl<A: TableDef, B: TableDef, S, C>
    FieldAliasMapperAssociatedTypesDisjointnessTrick<Table<B>, S, Column<C>> for Table<A>
where
    S: AliasSource<Target = Table<A>> + Clone,
    C: ColumnDef<Table = B>,
    A::Id: Same<B::Id>,
    <A::Id as Same<B::Id>>::Out: MapToAlias<S, Column<C>>,
{
    type Out = <<A::Id as Same<B::Id>>::Out as MapToAlias<S, Column<C>>>::Out;

    fn map(column: Column<C>, alias: &Alias<S>) -> Self::Out {
        <<A::Id as Same<B::Id>>::Out as MapToAlias<S, Column<C>>>::map(column, alias)
    }
}
