//! How a row of a model is named on a cluster, and which models may be written
//! there: decided by types.

use orm_core::changeset::{Patch, PatchForm};
use orm_core::column::Field;
use orm_core::operation::Given;
use orm_core::table::identity::{False, True};
use orm_core::table::{Broadcast, By, ColumnDef, ColumnOf, KeyValues, Model, ShardingOf, TableDef};
use orm_core::value::Value;

use crate::place::shard_key_in;

/// Models that a cluster writes: sharded ones and reference tables.
#[diagnostic::on_unimplemented(
    message = "a model of one database cannot be written on a cluster",
    label = "on a cluster every model is sharded or broadcast",
    note = "give the model `#[model(shard_key = field)]`, or `#[model(shard = broadcast)]` if it is a reference table; or write it where it is: `cluster.session_on(\"name\")?`"
)]
pub trait Writable {}
#[diagnostic::do_not_recommend]
impl<G, K, C> Writable for By<G, K, C> {}
#[diagnostic::do_not_recommend]
impl Writable for Broadcast {}

/// How a row is named on a cluster: by its key, with the shard key before it
/// where that is no column of the key.
#[diagnostic::on_unimplemented(
    message = "a model of one database is not found on a cluster",
    label = "on a cluster every model is sharded or broadcast",
    note = "give the model `#[model(shard_key = field)]`, or `#[model(shard = broadcast)]` if it is a reference table"
)]
pub trait Identity<M: Model> {
    /// `Key`, or `(ShardKey, Key)`.
    type Id;
    /// The value of the shard key, if there is one, and the key.
    fn split(id: Self::Id) -> (Option<Value>, Vec<Value>);
}

/// As [`Identity`], by whether the shard key is a column of the key.
pub trait IdentityBy<M: Model, K> {
    /// `Key`, or `(ShardKey, Key)`.
    type Id;
    /// The value of the shard key, and the key.
    fn split(id: Self::Id) -> (Value, Vec<Value>);
}

/// How a model's row is named on a cluster.
pub type IdOf<M> = <ShardingOf<M> as Identity<M>>::Id;

/// Whether the key of a model says where its rows are.
type PlacedBy<M> = <<M as Model>::Table as TableDef>::KeyIsPlace;

impl<M: Model, K> IdentityBy<M, K> for True {
    type Id = M::Key;
    fn split(id: M::Key) -> (Value, Vec<Value>) {
        let key = id.into_key_values();
        let place = shard_key_in::<M::Table>(&key);
        (place.unwrap_or_else(|| key[0].clone()), key)
    }
}

impl<M: Model, K: Field> IdentityBy<M, K> for False {
    type Id = (K, M::Key);
    fn split((shard_key, key): (K, M::Key)) -> (Value, Vec<Value>) {
        (shard_key.into_value(), key.into_key_values())
    }
}

#[diagnostic::do_not_recommend]
impl<M, G, K, C> Identity<M> for By<G, K, C>
where
    M: Model,
    PlacedBy<M>: IdentityBy<M, K>,
{
    type Id = <PlacedBy<M> as IdentityBy<M, K>>::Id;
    fn split(id: Self::Id) -> (Option<Value>, Vec<Value>) {
        let (shard_key, key) = <PlacedBy<M> as IdentityBy<M, K>>::split(id);
        (Some(shard_key), key)
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model> Identity<M> for Broadcast {
    type Id = M::Key;
    fn split(id: M::Key) -> (Option<Value>, Vec<Value>) {
        (None, id.into_key_values())
    }
}

/// Models whose key says where the row is.
#[diagnostic::on_unimplemented(
    message = "the key of this model does not say on which shard the row is",
    label = "on which shard?",
    note = "say it: `cluster.update_at(shard_key, patch)`"
)]
pub trait KeyIsPlace {}
#[diagnostic::do_not_recommend]
impl KeyIsPlace for Broadcast {}
#[diagnostic::do_not_recommend]
impl<G, K, C> KeyIsPlace for By<G, K, C>
where
    C: ColumnOf,
    <<C::Def as ColumnDef>::Table as TableDef>::KeyIsPlace: IsTrue,
{
}

/// The type-level [`True`].
pub trait IsTrue {}
impl IsTrue for True {}

/// A patch and a shard key that fit together; see [`Given`].
#[diagnostic::on_unimplemented(
    message = "`{K}` is no shard key of this model",
    label = "takes the shard key, then the patch",
    note = "give the shard key in the type of the model's field; a row of a reference table has none: `cluster.update(patch)`"
)]
pub trait UpdatesAt<K> {
    /// The table.
    type Table: TableDef;
    /// The shard key as a value, and the patch.
    fn at(self, key: K) -> (Value, Patch<Self::Table>);
}

#[diagnostic::do_not_recommend]
impl<P, K> UpdatesAt<K> for Given<P, K>
where
    P: PatchForm,
    <P::Table as TableDef>::Sharding: KeyedBy<K>,
    K: Field,
{
    type Table = P::Table;

    fn at(self, key: K) -> (Value, Patch<P::Table>) {
        (key.into_value(), self.into_given().into_patch())
    }
}

/// Models that are sharded by keys of type `K`.
pub trait KeyedBy<K> {}
impl<G, K, C> KeyedBy<K> for By<G, K, C> {}
