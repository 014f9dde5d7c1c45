//! Reads and writes by key on an async cluster: the operations, to be awaited.

// A bound that a user may miss stands beside the name: the compiler shows that line.
#![allow(clippy::multiple_bound_locations)]

use orm_core::aio::{AsyncDatabaseConnection, BoxFuture};
use orm_core::changeset::{ConflictTarget, Delete, Form, PatchForm};
use orm_core::error::Result;
use orm_core::operation::Give;
use orm_core::session::LoadModel;
use orm_core::table::{Model, Restored, ShardingOf, TableDef, Written};

use super::AsyncCluster;
use crate::identity::{IdOf, Identity, KeyIsPlace, UpdatesAt, Writable};
use crate::operation::{self, Deletion, Shards};
use crate::place::shard_key_of;

/// The model of a form's table.
type ModelOf<F> = <<F as Form>::Table as TableDef>::Model;
/// The model that a patch changes.
type PatchedBy<P> = <<P as PatchForm>::Table as TableDef>::Model;

impl<C: AsyncDatabaseConnection> AsyncCluster<C> {
    /// Inserts a row where its shard key says, or on every shard if the model
    /// is broadcast; see [`Cluster::insert`](crate::cluster::Cluster::insert).
    ///
    /// # Errors
    /// As there.
    pub fn insert<F: Form<Table: TableDef<Sharding: Writable>>>(
        &self,
        form: F,
    ) -> BoxFuture<'_, Result<ModelOf<F>>>
    where
        ModelOf<F>: Model<Table = F::Table> + LoadModel<C::Backend>,
    {
        let draft = operation::complete(self.layout(), form);
        Box::pin(async move { operation::insert(self, draft?).await })
    }

    /// Inserts rows where their shard keys say, and gives them back in the
    /// order given; see [`Cluster::insert_many`](crate::cluster::Cluster::insert_many).
    ///
    /// # Errors
    /// As there.
    pub fn insert_many<F: Form<Table: TableDef<Sharding: Writable>>>(
        &self,
        forms: impl IntoIterator<Item = F>,
    ) -> BoxFuture<'_, Result<Vec<ModelOf<F>>>>
    where
        ModelOf<F>: Model<Table = F::Table> + LoadModel<C::Backend>,
    {
        let drafts = operation::complete_many(self.layout(), forms);
        Box::pin(async move { operation::insert_many(self, drafts?).await })
    }

    /// The row of an identity, if there is one; see
    /// [`Cluster::get`](crate::cluster::Cluster::get).
    ///
    /// # Errors
    /// What the database says.
    pub fn get<M>(&self, id: IdOf<M>) -> BoxFuture<'_, Result<Option<M>>>
    where
        M: Model + LoadModel<C::Backend>,
        ShardingOf<M>: Identity<M>,
    {
        let (shard_key, key) = <ShardingOf<M> as Identity<M>>::split(id);
        Box::pin(operation::get::<_, _, false>(self, shard_key, key))
    }

    /// Changes the row of an identity by a patch; see
    /// [`Cluster::update`](crate::cluster::Cluster::update).
    ///
    /// # Errors
    /// As there.
    pub fn update<P: PatchForm<Table: TableDef<Sharding: KeyIsPlace>>>(
        &self,
        patch: P,
    ) -> BoxFuture<'_, Result<usize>>
    where
        PatchedBy<P>: Model<Table = P::Table> + LoadModel<C::Backend>,
    {
        Box::pin(operation::update(self, patch.into_patch()))
    }

    /// Changes a row of this shard key by a patch.
    ///
    /// # Errors
    /// As [`update`](Self::update); not found also if the row has another shard key.
    pub fn update_at<P: Give<K, As = A>, A: UpdatesAt<K>, K>(
        &self,
        shard_key: K,
        patch: P,
    ) -> BoxFuture<'_, Result<usize>>
    where
        <A::Table as TableDef>::Model: Model<Table = A::Table> + LoadModel<C::Backend>,
    {
        let (value, patch) = patch.give().at(shard_key);
        Box::pin(operation::update_at(self, value, patch))
    }

    /// Inserts a row, or changes the one that the target names; see
    /// [`Cluster::upsert`](crate::cluster::Cluster::upsert).
    ///
    /// # Errors
    /// As there.
    pub fn upsert<F: Form<Table: TableDef<Sharding: Writable>>, Target: ConflictTarget<F::Table>>(
        &self,
        form: F,
        _: Target,
    ) -> BoxFuture<'_, Result<ModelOf<F>>>
    where
        ModelOf<F>: Model<Table = F::Table> + LoadModel<C::Backend>,
    {
        let draft = operation::complete(self.layout(), form);
        Box::pin(async move { operation::upsert(self, draft?, Target::positions()).await })
    }

    /// Deletes a row, softly if its model says so, on every shard if it is
    /// broadcast, and says whether it was there.
    ///
    /// # Errors
    /// As [`Session::delete`](orm_core::session::Session::delete).
    pub fn delete<M: Model<Table: TableDef<Sharding: Writable, Rows: Written>>>(
        &self,
        row: &M,
    ) -> BoxFuture<'_, Result<bool>>
    where
        M: LoadModel<C::Backend>,
    {
        let shard_key = shard_key_of(row);
        let delete = Delete::<M::Table>::of_row(row);
        Box::pin(operation::delete(
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
    pub fn delete_key<M>(&self, id: IdOf<M>) -> BoxFuture<'_, Result<bool>>
    where
        M: Model<Table: TableDef<Rows: Written>> + LoadModel<C::Backend>,
        ShardingOf<M>: Identity<M>,
    {
        let (shard_key, key) = <ShardingOf<M> as Identity<M>>::split(id);
        let delete = Delete::<M::Table>::new(key);
        Box::pin(operation::delete(
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
    pub fn delete_forever<M>(&self, row: &M) -> BoxFuture<'_, Result<bool>>
    where
        M: Model<Table: TableDef<Deletion: Restored>> + LoadModel<C::Backend>,
        ShardingOf<M>: Writable,
    {
        let shard_key = shard_key_of(row);
        let delete = Delete::<M::Table>::of_row(row);
        Box::pin(operation::delete(
            self,
            delete,
            shard_key,
            Deletion::Forever,
        ))
    }

    /// Brings back a row that was deleted softly, and says whether there was one
    /// of this identity.
    ///
    /// # Errors
    /// What the database says.
    pub fn restore<M>(&self, id: IdOf<M>) -> BoxFuture<'_, Result<bool>>
    where
        M: Model<Table: TableDef<Deletion: Restored>>,
        ShardingOf<M>: Identity<M>,
    {
        let (shard_key, key) = <ShardingOf<M> as Identity<M>>::split(id);
        Box::pin(operation::restore::<_, M::Table>(self, key, shard_key))
    }

    /// The row of an identity, if there is one, deleted softly or not.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn get_with_deleted<M>(&self, id: IdOf<M>) -> BoxFuture<'_, Result<Option<M>>>
    where
        M: Model<Table: TableDef<Deletion: Restored>> + LoadModel<C::Backend>,
        ShardingOf<M>: Identity<M>,
    {
        let (shard_key, key) = <ShardingOf<M> as Identity<M>>::split(id);
        Box::pin(operation::get::<_, _, true>(self, shard_key, key))
    }
}
