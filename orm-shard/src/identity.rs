//! How a row of a model is named on a cluster, and which models may be written
//! there: decided by types.

use orm_core::column::Field;
use orm_core::table::identity::{False, True};
use orm_core::table::{Broadcast, By, ColumnDef, KeyValues, Model, ShardingOf, TableDef};
use orm_core::value::Value;

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
/// where that is another column.
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

/// As [`Identity`], by whether the shard key is the key.
pub trait IdentityBy<M: Model, K> {
    /// `Key`, or `(ShardKey, Key)`.
    type Id;
    /// The value of the shard key, and the key.
    fn split(id: Self::Id) -> (Value, Vec<Value>);
}

/// How a model's row is named on a cluster.
pub type IdOf<M> = <ShardingOf<M> as Identity<M>>::Id;

impl<M: Model, K> IdentityBy<M, K> for True {
    type Id = M::Key;
    fn split(id: M::Key) -> (Value, Vec<Value>) {
        let key = id.into_key_values();
        (key[0].clone(), key)
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
    C: orm_core::table::ColumnOf,
    <C::Def as ColumnDef>::IsKey: IdentityBy<M, K>,
{
    type Id = <<C::Def as ColumnDef>::IsKey as IdentityBy<M, K>>::Id;
    fn split(id: Self::Id) -> (Option<Value>, Vec<Value>) {
        let (shard_key, key) = <<C::Def as ColumnDef>::IsKey as IdentityBy<M, K>>::split(id);
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
    C: orm_core::table::ColumnOf,
    <C::Def as ColumnDef>::IsKey: IsTrue,
{
}

/// The type-level [`True`].
pub trait IsTrue {}
impl IsTrue for True {}

/// Models that have a shard key.
#[diagnostic::on_unimplemented(
    message = "this model has no shard key",
    label = "on a cluster, but not sharded",
    note = "a row of a reference table is changed on every shard: `cluster.update(patch)`"
)]
pub trait Sharded {
    /// The type of the shard key.
    type Key: Field;
}

#[diagnostic::do_not_recommend]
impl<G, K: Field, C> Sharded for By<G, K, C> {
    type Key = K;
}

/// The type of a table's shard key.
pub type KeyOf<T> = <<T as TableDef>::Sharding as Sharded>::Key;

/// A value of the type of a shard key.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no shard key of this model, which is of the type `{Key}`",
    label = "a value of another type",
    note = "give the shard key as the model's field has it, then the patch"
)]
pub trait IsKey<Key> {
    /// The value.
    fn into_key(self) -> Value;
}

#[diagnostic::do_not_recommend]
impl<K: Field> IsKey<K> for K {
    fn into_key(self) -> Value {
        self.into_value()
    }
}
