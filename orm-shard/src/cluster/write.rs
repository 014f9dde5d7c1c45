//! Reads and writes by key on a cluster: the operations, run at once.

// A bound that a user may miss stands beside the name: the compiler shows that line.
#![allow(clippy::multiple_bound_locations)]

use orm_core::changeset::{ConflictTarget, Delete, Form, PatchForm};
use orm_core::connection::DatabaseConnection;
use orm_core::error::Result;
use orm_core::operation::{Give, now};
use orm_core::session::LoadModel;
use orm_core::table::{Model, Restored, ShardingOf, TableDef, Written};

use super::Cluster;
use crate::identity::{IdOf, Identity, KeyIsPlace, UpdatesAt, Writable};
use crate::operation::{self, Deletion, Shards};
use crate::place::shard_key_of;

/// The model of a form's table.
type ModelOf<F> = <<F as Form>::Table as TableDef>::Model;
/// The model that a patch changes.
type PatchedBy<P> = <<P as PatchForm>::Table as TableDef>::Model;

impl<C: DatabaseConnection> Cluster<C> {
    /// Inserts a row where its shard key says, or on every shard if the model
    /// is broadcast, and gives it back.
    ///
    /// # Errors
    /// As [`Session::insert`](orm_core::session::Session::insert);
    /// [`ErrorKind::Refused`](orm_core::ErrorKind::Refused) if the form does not give the shard key.
    pub fn insert<F: Form<Table: TableDef<Sharding: Writable>>>(
        &self,
        form: F,
    ) -> Result<ModelOf<F>>
    where
        ModelOf<F>: Model<Table = F::Table> + LoadModel<C::Backend>,
    {
        let draft = operation::complete(self.layout(), form)?;
        now(operation::insert(self, draft))
    }

    /// Inserts rows where their shard keys say, and gives them back in the
    /// order given. All rows are checked before any is sent, and all shards
    /// commit at the end, one after the other.
    ///
    /// # Errors
    /// As [`insert`](Self::insert);
    /// [`ErrorKind::PartialCommit`](orm_core::ErrorKind::PartialCommit) if a shard fails to commit
    /// after others did, or loses its connection at that, so that it may have committed.
    pub fn insert_many<F: Form<Table: TableDef<Sharding: Writable>>>(
        &self,
        forms: impl IntoIterator<Item = F>,
    ) -> Result<Vec<ModelOf<F>>>
    where
        ModelOf<F>: Model<Table = F::Table> + LoadModel<C::Backend>,
    {
        let drafts = operation::complete_many(self.layout(), forms)?;
        now(operation::insert_many(self, drafts))
    }

    /// The row of an identity, if there is one: `get::<Customer>(id)` where the
    /// shard key is the key, `get::<Order>((customer_id, id))` elsewhere.
    ///
    /// # Errors
    /// What the database says.
    pub fn get<M>(&self, id: IdOf<M>) -> Result<Option<M>>
    where
        M: Model + LoadModel<C::Backend>,
        ShardingOf<M>: Identity<M>,
    {
        let (shard_key, key) = <ShardingOf<M> as Identity<M>>::split(id);
        now(operation::get::<_, _, false>(self, shard_key, key))
    }

    /// Changes the row of an identity by a patch, on every shard if the model
    /// is broadcast; see [`Session::update`](orm_core::session::Session::update).
    ///
    /// The patch names the row by its key; where that is not the shard key,
    /// `cluster.shard(&key)?.update(..)` says where it is, and
    /// [`update_at`](Self::update_at) checks that it is that key's row.
    ///
    /// # Errors
    /// As [`Session::update`](orm_core::session::Session::update).
    pub fn update<P: PatchForm<Table: TableDef<Sharding: KeyIsPlace>>>(
        &self,
        patch: P,
    ) -> Result<usize>
    where
        PatchedBy<P>: Model<Table = P::Table> + LoadModel<C::Backend>,
    {
        now(operation::update(self, patch.into_patch()))
    }

    /// Changes a row of this shard key by a patch.
    ///
    /// # Errors
    /// As [`Session::update`](orm_core::session::Session::update); not found also if the row has
    /// another shard key.
    pub fn update_at<P: Give<K, As = A>, A: UpdatesAt<K>, K>(
        &self,
        shard_key: K,
        patch: P,
    ) -> Result<usize>
    where
        <A::Table as TableDef>::Model: Model<Table = A::Table> + LoadModel<C::Backend>,
    {
        let (value, patch) = patch.give().at(shard_key);
        now(operation::update_at(self, value, patch))
    }

    /// Inserts a row, or changes the one that the target names; see
    /// [`Session::upsert`](orm_core::session::Session::upsert).
    ///
    /// # Errors
    /// As there; [`ErrorKind::Refused`](orm_core::ErrorKind::Refused) if the form does not give the
    /// shard key, or if that was made for this upsert and is not part of the target: then nothing
    /// says on which shard the row may be.
    pub fn upsert<F: Form<Table: TableDef<Sharding: Writable>>, Target: ConflictTarget<F::Table>>(
        &self,
        form: F,
        _: Target,
    ) -> Result<ModelOf<F>>
    where
        ModelOf<F>: Model<Table = F::Table> + LoadModel<C::Backend>,
    {
        let draft = operation::complete(self.layout(), form)?;
        now(operation::upsert(self, draft, Target::positions()))
    }

    /// Deletes a row, softly if its model says so, on every shard if it is
    /// broadcast, and says whether it was there.
    ///
    /// # Errors
    /// As [`Session::delete`](orm_core::session::Session::delete).
    pub fn delete<M: Model<Table: TableDef<Sharding: Writable, Rows: Written>>>(
        &self,
        row: &M,
    ) -> Result<bool>
    where
        M: LoadModel<C::Backend>,
    {
        let shard_key = shard_key_of(row);
        let delete = Delete::<M::Table>::of_row(row);
        now(operation::delete(
            self,
            delete,
            shard_key,
            Deletion::ByModel,
        ))
    }

    /// Deletes the row of an identity, as [`delete`](Self::delete) does, in
    /// whatever version, and says whether it was there.
    ///
    /// # Errors
    /// As [`Session::delete_key`](orm_core::session::Session::delete_key).
    pub fn delete_key<M>(&self, id: IdOf<M>) -> Result<bool>
    where
        M: Model<Table: TableDef<Rows: Written>> + LoadModel<C::Backend>,
        ShardingOf<M>: Identity<M>,
    {
        let (shard_key, key) = <ShardingOf<M> as Identity<M>>::split(id);
        let delete = Delete::<M::Table>::new(key);
        now(operation::delete(
            self,
            delete,
            shard_key,
            Deletion::ByModel,
        ))
    }

    /// Deletes a row from the database although its model deletes softly, and
    /// says whether it was there, deleted or not.
    ///
    /// # Errors
    /// As [`Session::delete_forever`](orm_core::session::Session::delete_forever).
    pub fn delete_forever<M>(&self, row: &M) -> Result<bool>
    where
        M: Model<Table: TableDef<Deletion: Restored>> + LoadModel<C::Backend>,
        ShardingOf<M>: Writable,
    {
        let shard_key = shard_key_of(row);
        let delete = Delete::<M::Table>::of_row(row);
        now(operation::delete(
            self,
            delete,
            shard_key,
            Deletion::Forever,
        ))
    }

    /// Brings back a row that was deleted softly, and says whether there was one
    /// of this identity. A row that is not deleted stays as it is.
    ///
    /// # Errors
    /// What the database says.
    pub fn restore<M>(&self, id: IdOf<M>) -> Result<bool>
    where
        M: Model<Table: TableDef<Deletion: Restored>>,
        ShardingOf<M>: Identity<M>,
    {
        let (shard_key, key) = <ShardingOf<M> as Identity<M>>::split(id);
        now(operation::restore::<_, M::Table>(self, key, shard_key))
    }

    /// The row of an identity, if there is one, deleted softly or not.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn get_with_deleted<M>(&self, id: IdOf<M>) -> Result<Option<M>>
    where
        M: Model<Table: TableDef<Deletion: Restored>> + LoadModel<C::Backend>,
        ShardingOf<M>: Identity<M>,
    {
        let (shard_key, key) = <ShardingOf<M> as Identity<M>>::split(id);
        now(operation::get::<_, _, true>(self, shard_key, key))
    }
}
