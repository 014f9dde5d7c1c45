//! Joins: a table joins every table that it is [`Related`] to, and whatever
//! joins it (joins, aliases, boxed queries), as `joinable!` would arrange.

use diesel::internal::table_macro::{
    BoxedSelectStatement, FromClause, Join, JoinOn, NullableExpression, SelectStatement,
};
use diesel::query_source::{Alias, JoinTo, QuerySource};
use diesel::{ExpressionMethods, NullableExpressionMethods};

use super::{Column, Related, Table, TableDef};

/// `foreign_key = key`, both made nullable so that left joins fit.
type OnClause<Fk, Key> =
    diesel::dsl::Eq<NullableExpression<Column<Fk>>, NullableExpression<Column<Key>>>;

impl<A, B> JoinTo<Table<B>> for Table<A>
where
    A: Related<B>,
    B: TableDef,
    Column<A::ForeignKey>: diesel::Expression,
    Column<A::Key>: diesel::Expression,
    NullableExpression<Column<A::ForeignKey>>: ExpressionMethods
        + diesel::Expression<
            SqlType = <NullableExpression<Column<A::Key>> as diesel::Expression>::SqlType,
        >,
    NullableExpression<Column<A::Key>>: diesel::Expression,
    <NullableExpression<Column<A::Key>> as diesel::Expression>::SqlType: diesel::sql_types::SqlType,
{
    type FromClause = Table<B>;
    type OnClause = OnClause<A::ForeignKey, A::Key>;

    fn join_target(rhs: Table<B>) -> (Self::FromClause, Self::OnClause) {
        let foreign_key = NullableExpressionMethods::nullable(Column::<A::ForeignKey>::NEW);
        let key = NullableExpressionMethods::nullable(Column::<A::Key>::NEW);
        (rhs, ExpressionMethods::eq(foreign_key, key))
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
