//! Routes, and the places that they lead to.

use orm_core::query::{Keyed, Scatter, Unrouted};
use orm_core::table::{ColumnDef, ShardGroup, TableDef};

use super::place::{Everywhere, Grouped, LeftOfSharded};

/// A route that leads to a place.
pub trait RouteTo<Place> {}

impl<P: UnroutedAt> RouteTo<P> for Unrouted {}
impl<P: ScatterAt> RouteTo<P> for Scatter {}
impl<P: KeyedAt<C>, C> RouteTo<P> for Keyed<C> {}

/// Places that a query reaches without saying where: any shard has all rows.
#[diagnostic::on_unimplemented(
    message = "this query on a sharded model is not routed to a shard",
    label = "on which shard?",
    note = "filter by the shard key: `.filter(table::shard_key.eq(value))`",
    note = "or ask every shard: `.scatter()`"
)]
pub trait UnroutedAt {}
#[diagnostic::do_not_recommend]
impl UnroutedAt for Everywhere {}

/// Places that all shards together have.
#[diagnostic::on_unimplemented(
    message = "this query cannot be asked of every shard: rows would come several times",
    label = "every shard has these rows",
    note = "a query of reference tables alone needs no route: leave `.scatter()` out",
    note = "a reference table cannot be the left side of a left join with a sharded one: start from the sharded model"
)]
pub trait ScatterAt {}
#[diagnostic::do_not_recommend]
impl<G> ScatterAt for Grouped<G> {}

/// Places that a shard key leads to.
#[diagnostic::on_unimplemented(
    message = "this shard key does not say where the query's rows are: it belongs to another group of models",
    note = "filter by the shard key of the queried model, or ask every shard: `.scatter()`"
)]
pub trait KeyedAt<C> {}

#[diagnostic::do_not_recommend]
impl<C, G> KeyedAt<C> for Grouped<G>
where
    C: ColumnDef,
    <C::Table as TableDef>::Sharding: ShardGroup<Root = G>,
{
}
#[diagnostic::do_not_recommend]
impl<C, G> KeyedAt<C> for LeftOfSharded<G>
where
    C: ColumnDef,
    <C::Table as TableDef>::Sharding: ShardGroup<Root = G>,
{
}
