//! Joins: a table joins every table that it is [`Related`] to, and whatever
//! joins it (joins, aliases, boxed queries), as `joinable!` would arrange.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, AsExpression, Expression, ValidGrouping, is_aggregate};
use diesel::internal::operators_macro::FieldAliasMapper;
use diesel::internal::table_macro::{
    BoxedSelectStatement, FromClause, Join, JoinOn, SelectStatement, StaticQueryFragment,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_source::{Alias, JoinTo, QuerySource};
use diesel::result::QueryResult;
use diesel::sql_types::{BoolOrNullableBool, SingleValue, SqlType, is_nullable};
use diesel::{ExpressionMethods, NullableExpressionMethods, dsl};

use super::{Column, ColumnDef, ColumnSet, Related, Table, TableDef};

impl<A, B> JoinTo<Table<B>> for Table<A>
where
    A: Related<B>,
    B: TableDef,
{
    type FromClause = Table<B>;
    type OnClause = ForeignKeyOn<A::ForeignKey, A::Key>;

    fn join_target(rhs: Table<B>) -> (Self::FromClause, Self::OnClause) {
        (rhs, ForeignKeyOn(PhantomData))
    }
}

/// `foreign_key = key`, column by column: the ON clause of a join that follows a foreign key.
///
/// A node of its own, so that a join by hand is told from it by its type: the
/// database keeps the two rows of a foreign key together, of others it does not.
pub struct ForeignKeyOn<Fk, Key>(PhantomData<fn() -> (Fk, Key)>);

/// The SQL type of [`ForeignKeyOn`].
#[derive(Debug, Clone, Copy, QueryId)]
pub struct ForeignKeyBool;

impl SqlType for ForeignKeyBool {
    type IsNull = is_nullable::NotNull;
}
impl SingleValue for ForeignKeyBool {}
impl BoolOrNullableBool for ForeignKeyBool {}

impl<Fk, Key> Clone for ForeignKeyOn<Fk, Key> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<Fk, Key> Copy for ForeignKeyOn<Fk, Key> {}

impl<Fk, Key> Expression for ForeignKeyOn<Fk, Key> {
    type SqlType = ForeignKeyBool;
}

impl<Fk: 'static, Key: 'static> QueryId for ForeignKeyOn<Fk, Key> {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<Fk: ColumnSet, Key: ColumnSet, DB: Backend> QueryFragment<DB> for ForeignKeyOn<Fk, Key> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        for (nth, (column, key)) in Fk::NAMES.iter().zip(Key::NAMES).enumerate() {
            out.push_sql(if nth > 0 { " AND (" } else { "(" });
            <Table<Fk::Table> as StaticQueryFragment>::STATIC_COMPONENT.walk_ast(out.reborrow())?;
            out.push_sql(".");
            out.push_identifier(column)?;
            out.push_sql(" = ");
            <Table<Key::Table> as StaticQueryFragment>::STATIC_COMPONENT
                .walk_ast(out.reborrow())?;
            out.push_sql(".");
            out.push_identifier(key)?;
            out.push_sql(")");
        }
        Ok(())
    }
}

impl<Fk: ColumnSet, Key: ColumnSet, QS> AppearsOnTable<QS> for ForeignKeyOn<Fk, Key>
where
    Fk::Expr: AppearsOnTable<QS>,
    Key::Expr: AppearsOnTable<QS>,
{
}

impl<Fk, Key> ValidGrouping<()> for ForeignKeyOn<Fk, Key> {
    type IsAggregate = is_aggregate::No;
}

/// A column where its table stands under an alias.
type Aliased<S, C> = <Column<C> as FieldAliasMapper<S>>::Out;

/// The join of an alias is one by hand to whoever asks for foreign keys: the
/// type no longer says which columns are equated.
impl<S, Fk: ColumnDef, Key: ColumnDef> FieldAliasMapper<S> for ForeignKeyOn<Fk, Key>
where
    Column<Fk>: FieldAliasMapper<S>,
    Column<Key>: FieldAliasMapper<S>,
    Aliased<S, Fk>: NullableExpressionMethods + Expression,
    Aliased<S, Key>: NullableExpressionMethods + Expression,
    dsl::Nullable<Aliased<S, Fk>>: ExpressionMethods + Expression,
    <dsl::Nullable<Aliased<S, Fk>> as Expression>::SqlType: SqlType,
    dsl::Nullable<Aliased<S, Key>>:
        AsExpression<<dsl::Nullable<Aliased<S, Fk>> as Expression>::SqlType>,
{
    type Out = dsl::Eq<dsl::Nullable<Aliased<S, Fk>>, dsl::Nullable<Aliased<S, Key>>>;

    fn map(self, alias: &Alias<S>) -> Self::Out {
        let foreign_key = Column::<Fk>::NEW.map(alias).nullable();
        foreign_key.eq(Column::<Key>::NEW.map(alias).nullable())
    }
}

macro_rules! joins_what_joins_it {
    ($([$($generic:tt)*] $source:ty where {$($bound:tt)*};)*) => {$(
        impl<T: TableDef, $($generic)*> JoinTo<$source> for Table<T>
        where
            $source: JoinTo<Table<T>>,
            $($bound)*
        {
            type FromClause = $source;
            type OnClause = <$source as JoinTo<Table<T>>>::OnClause;

            fn join_target(rhs: $source) -> (Self::FromClause, Self::OnClause) {
                let (_, on) = <$source as JoinTo<Table<T>>>::join_target(Table::NEW);
                (rhs, on)
            }
        }
    )*};
}

joins_what_joins_it! {
    [L, R, K] Join<L, R, K> where { L: QuerySource, R: QuerySource };
    [J, On] JoinOn<J, On> where {};
    [F, S, D, W, O, L, H, G] SelectStatement<FromClause<F>, S, D, W, O, L, H, G> where { F: QuerySource };
    [S] Alias<S> where {};
}

impl<'a, T: TableDef, Q, ST, DB> JoinTo<BoxedSelectStatement<'a, FromClause<Q>, ST, DB>>
    for Table<T>
where
    BoxedSelectStatement<'a, FromClause<Q>, ST, DB>: JoinTo<Table<T>>,
    Q: QuerySource,
{
    type FromClause = BoxedSelectStatement<'a, FromClause<Q>, ST, DB>;
    type OnClause = <BoxedSelectStatement<'a, FromClause<Q>, ST, DB> as JoinTo<Table<T>>>::OnClause;

    fn join_target(
        rhs: BoxedSelectStatement<'a, FromClause<Q>, ST, DB>,
    ) -> (Self::FromClause, Self::OnClause) {
        let (_, on) =
            <BoxedSelectStatement<'a, FromClause<Q>, ST, DB> as JoinTo<Table<T>>>::join_target(
                Table::NEW,
            );
        (rhs, on)
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    //! PostgreSQL's `ONLY` and `TABLESAMPLE`.

    use diesel::internal::table_macro::TablesampleMethod;
    use diesel::query_builder::{Only, Tablesample};
    use diesel::query_source::{AppearsInFromClause, JoinTo, Never, Once};

    use super::super::identity::{Same, Truth};
    use super::{Table, TableDef};

    joins_what_joins_it! {
        [S] Only<S> where {};
        [S, M] Tablesample<S, M> where { M: TablesampleMethod };
    }

    impl<A: TableDef, B: TableDef> AppearsInFromClause<Only<Table<B>>> for Table<A>
    where
        A::Id: Same<B::Id>,
    {
        type Count = <<A::Id as Same<B::Id>>::Out as Truth>::If<Once, Never>;
    }

    impl<A: TableDef, B: TableDef> AppearsInFromClause<Table<B>> for Only<Table<A>>
    where
        A::Id: Same<B::Id>,
    {
        type Count = <<A::Id as Same<B::Id>>::Out as Truth>::If<Once, Never>;
    }

    impl<A: TableDef, B: TableDef, M: TablesampleMethod>
        AppearsInFromClause<Tablesample<Table<B>, M>> for Table<A>
    where
        A::Id: Same<B::Id>,
    {
        type Count = <<A::Id as Same<B::Id>>::Out as Truth>::If<Once, Never>;
    }

    impl<A: TableDef, B: TableDef, M: TablesampleMethod> AppearsInFromClause<Table<B>>
        for Tablesample<Table<A>, M>
    where
        A::Id: Same<B::Id>,
    {
        type Count = <<A::Id as Same<B::Id>>::Out as Truth>::If<Once, Never>;
    }
}
