//! Where a query may go: decided by types, checked by the compiler.
//!
//! A query has a place: the group of models that it reads ([`Grouped`]), or
//! everywhere if it reads reference tables only ([`Everywhere`]). Its route
//! must lead to that place. Nothing here runs.

mod join;
mod place;
mod route;

pub use join::{EquatesShardKeys, JoinedPlace, Places};
pub use place::{Everywhere, Grouped, GroupedByHand, LeftOfSharded, Meet, PlaceOf, Placed};
pub use route::{KeyedAt, RouteTo, ScatterAt, UnroutedAt};

use orm_core::column::Field;
use orm_core::query::{NoPreload, With};
use orm_core::relation::{BelongsTo, HasMany, Relation, ToMany, ToOne};
use orm_core::table::TableDef;
use orm_core::value::Value;

/// A value by which a shard is found: whatever can be a column, and `str`.
#[diagnostic::on_unimplemented(
    message = "no shard is found by `{Self}`",
    label = "no value of a shard key",
    note = "give the value of a shard key, by reference: `cluster.shard(&customer_id)`"
)]
pub trait RouteKey {
    /// The value.
    fn route_value(&self) -> Value;
}

#[diagnostic::do_not_recommend]
impl<F: Field + Clone> RouteKey for F {
    fn route_value(&self) -> Value {
        self.clone().into_value()
    }
}

#[diagnostic::do_not_recommend]
impl RouteKey for str {
    fn route_value(&self) -> Value {
        Value::Text(self.to_owned())
    }
}

/// Relations whose rows are on the shard of the row that has them.
pub trait RelatedPlaces<Place> {}

impl<Place> RelatedPlaces<Place> for NoPreload {}

impl<Place, R, Rest> RelatedPlaces<Place> for With<R, Rest>
where
    R: Relation,
    R::Kind: RelationPlace<R, Place>,
    Rest: RelatedPlaces<Place>,
{
}

/// As [`RelatedPlaces`], for one relation, by its kind.
pub trait RelationPlace<R, Place> {}

impl<R, Place> RelationPlace<R, Place> for ToMany
where
    R: HasMany,
    <R::Child as TableDef>::Sharding: Placed,
    Place: MeetInner<<<R::Child as TableDef>::Sharding as Placed>::Place>,
{
}

impl<R, Place> RelationPlace<R, Place> for ToOne
where
    R: BelongsTo,
    <R::Parent as TableDef>::Sharding: Placed,
    Place: MeetInner<<<R::Parent as TableDef>::Sharding as Placed>::Place>,
{
}

/// Places of which each shard has both sides of a relation.
#[diagnostic::on_unimplemented(
    message = "this relation leads to rows on other shards",
    label = "not co-located",
    note = "load relations of co-located models, or of reference tables (`#[model(shard = broadcast)]`)"
)]
pub trait MeetInner<Other> {}
#[diagnostic::do_not_recommend]
impl MeetInner<Everywhere> for Everywhere {}
#[diagnostic::do_not_recommend]
impl<G> MeetInner<Everywhere> for Grouped<G> {}
#[diagnostic::do_not_recommend]
impl<G> MeetInner<Grouped<G>> for Grouped<G> {}
