//! Places, and what a join makes of two.

use std::marker::PhantomData;

use orm_core::diesel::internal::table_macro::{Inner, LeftOuter};
use orm_core::table::{Broadcast, By};

/// Every shard has all of it.
#[derive(Debug, Clone, Copy)]
pub struct Everywhere;

/// Rows of the group of the root table `G`, each on the shard of its key.
#[derive(Debug, Clone, Copy)]
pub struct Grouped<G>(PhantomData<G>);

/// As [`Grouped`], joined by an ON clause that does not equate shard keys.
#[derive(Debug, Clone, Copy)]
pub struct GroupedByHand<G>(PhantomData<G>);

/// A reference table that keeps its rows beside a sharded one that may lack
/// partners: on one shard fine, on several its rows would come several times.
#[derive(Debug, Clone, Copy)]
pub struct LeftOfSharded<G>(PhantomData<G>);

/// The sharding of a model, as a place.
#[diagnostic::on_unimplemented(
    message = "a model of one database cannot be asked on a cluster",
    label = "on a cluster every model is sharded or broadcast",
    note = "give the model `#[model(shard_key = field)]`, or `#[model(shard = broadcast)]` if it is a reference table",
    note = "or ask it where it is: `&mut cluster.session_on(\"name\")?`"
)]
pub trait Placed {
    /// The place.
    type Place;
}

#[diagnostic::do_not_recommend]
impl<G, K, C> Placed for By<G, K, C> {
    type Place = Grouped<G>;
}

#[diagnostic::do_not_recommend]
impl Placed for Broadcast {
    type Place = Everywhere;
}

/// The place of a model.
pub type PlaceOf<M> = <orm_core::table::ShardingOf<M> as Placed>::Place;

/// The place of a join of this place with another.
#[diagnostic::on_unimplemented(
    message = "these models are not co-located: their rows lie on different shards",
    label = "joined across shards",
    note = "co-located are models of one group: `belongs_to = Parent` on the shard key, or `#[model(colocated_with = Parent)]`, and joined by their foreign key or by `.on(a::shard_key.eq(b::shard_key))`",
    note = "a reference table that everybody joins is `#[model(shard = broadcast)]`"
)]
pub trait Meet<Kind, Other> {
    /// The place.
    type Place;
}

#[diagnostic::do_not_recommend]
impl<K> Meet<K, Everywhere> for Everywhere {
    type Place = Everywhere;
}
#[diagnostic::do_not_recommend]
impl<K, G> Meet<K, Everywhere> for Grouped<G> {
    type Place = Grouped<G>;
}
#[diagnostic::do_not_recommend]
impl<K, G> Meet<K, Grouped<G>> for Grouped<G> {
    type Place = Grouped<G>;
}
#[diagnostic::do_not_recommend]
impl<G> Meet<Inner, Grouped<G>> for Everywhere {
    type Place = Grouped<G>;
}
#[diagnostic::do_not_recommend]
impl<G> Meet<Inner, GroupedByHand<G>> for Everywhere {
    type Place = Grouped<G>;
}
#[diagnostic::do_not_recommend]
impl<G> Meet<LeftOuter, Grouped<G>> for Everywhere {
    type Place = LeftOfSharded<G>;
}
#[diagnostic::do_not_recommend]
impl<G> Meet<LeftOuter, GroupedByHand<G>> for Everywhere {
    type Place = LeftOfSharded<G>;
}
#[diagnostic::do_not_recommend]
impl<K, G> Meet<K, Everywhere> for LeftOfSharded<G> {
    type Place = LeftOfSharded<G>;
}
#[diagnostic::do_not_recommend]
impl<K, G> Meet<K, Grouped<G>> for LeftOfSharded<G> {
    type Place = LeftOfSharded<G>;
}
