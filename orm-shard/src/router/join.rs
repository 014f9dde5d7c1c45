//! The place of everything that a query joined.

use orm_core::diesel::Expression;
use orm_core::diesel::dsl;
use orm_core::diesel::internal::table_macro::{FromClause, Join, JoinOn, SelectStatement};
use orm_core::diesel::query_source::{Alias, AliasSource, QuerySource};
use orm_core::diesel::sql_types::{Bool, Nullable};
use orm_core::query::{KeyBool, KeysBool, Plain, ShardKey};
use orm_core::table::{Column, ColumnDef, ForeignKeyBool, Table, TableDef};

use super::place::{Everywhere, Grouped, GroupedByHand, LeftOfSharded, Meet, Placed};

/// The place of one joined source.
pub trait JoinedPlace {
    /// The place.
    type Place;
}

impl<T: TableDef> JoinedPlace for Table<T>
where
    T::Sharding: Placed,
{
    type Place = <T::Sharding as Placed>::Place;
}

impl<A: AliasSource> JoinedPlace for Alias<A>
where
    A::Target: JoinedPlace,
{
    type Place = <A::Target as JoinedPlace>::Place;
}

/// A join inside a join, with the ON clause that it was given.
impl<L: QuerySource, R: QuerySource, K, On> JoinedPlace for JoinOn<Join<L, R, K>, On>
where
    L: JoinedPlace,
    R: JoinedPlace,
    On: EquatesShardKeys,
    On::Answer: ByHand<R::Place>,
    L::Place: Meet<K, <On::Answer as ByHand<R::Place>>::Place>,
{
    type Place = <L::Place as Meet<K, <On::Answer as ByHand<R::Place>>::Place>>::Place;
}

impl<F: QuerySource + JoinedPlace> JoinedPlace for SelectStatement<FromClause<F>> {
    type Place = F::Place;
}

/// `source.on(..)`: by hand, unless the clause equates two shard keys.
impl<S, On> JoinedPlace for dsl::On<S, On>
where
    S: JoinedPlace,
    On: EquatesShardKeys,
    On::Answer: ByHand<S::Place>,
{
    type Place = <On::Answer as ByHand<S::Place>>::Place;
}

/// The place of a source joined by hand.
pub trait ByHand<Place> {
    /// The place.
    type Place;
}

/// The clause equates two shard keys, or follows a foreign key.
#[derive(Debug, Clone, Copy)]
pub struct Equated;
/// It does not, as far as types tell.
#[derive(Debug, Clone, Copy)]
pub struct NotEquated;

impl<P> ByHand<P> for Equated {
    type Place = P;
}
impl ByHand<Everywhere> for NotEquated {
    type Place = Everywhere;
}
impl<G> ByHand<Grouped<G>> for NotEquated {
    type Place = GroupedByHand<G>;
}
impl<G> ByHand<LeftOfSharded<G>> for NotEquated {
    type Place = GroupedByHand<G>;
}

/// Whether an ON clause equates two shard keys; told by its SQL type.
pub trait EquatesShardKeys {
    /// `Equated` or `NotEquated`.
    type Answer;
}

impl<E: Expression> EquatesShardKeys for E
where
    E::SqlType: OnClauseType,
{
    type Answer = <E::SqlType as OnClauseType>::Answer;
}

/// The SQL types of ON clauses.
pub trait OnClauseType {
    /// `Equated` or `NotEquated`.
    type Answer;
}

impl OnClauseType for ForeignKeyBool {
    type Answer = Equated;
}
impl OnClauseType for Bool {
    type Answer = NotEquated;
}
impl OnClauseType for Nullable<Bool> {
    type Answer = NotEquated;
}
impl<C: 'static> OnClauseType for KeyBool<C> {
    type Answer = NotEquated;
}
impl<A: ColumnDef, B: ColumnDef> OnClauseType for KeysBool<A, Column<B>>
where
    (A::Role, B::Role): RolePair,
{
    type Answer = <(A::Role, B::Role) as RolePair>::Answer;
}

/// Two columns are both shard keys, or not.
pub trait RolePair {
    /// `Equated` or `NotEquated`.
    type Answer;
}
impl RolePair for (ShardKey, ShardKey) {
    type Answer = Equated;
}
impl RolePair for (ShardKey, Plain) {
    type Answer = NotEquated;
}
impl RolePair for (Plain, ShardKey) {
    type Answer = NotEquated;
}
impl RolePair for (Plain, Plain) {
    type Answer = NotEquated;
}

/// The place of a model of place `Root` with all its joins.
pub trait Places<Root> {
    /// The place.
    type Place;
}

impl<Root> Places<Root> for () {
    type Place = Root;
}

impl<Root, S, Kind, Rest> Places<Root> for (S, Kind, Rest)
where
    S: JoinedPlace,
    Rest: Places<Root>,
    Rest::Place: Meet<Kind, S::Place>,
{
    type Place = <Rest::Place as Meet<Kind, S::Place>>::Place;
}
