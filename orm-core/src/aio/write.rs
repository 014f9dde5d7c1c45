//! `get`, insert, update, upsert, delete: the operations, to be awaited.

// A bound that a user may miss stands beside the name: the compiler shows that line.
#![allow(clippy::multiple_bound_locations)]

use super::{AsyncDatabaseConnection, AsyncSession, BoxFuture};
use crate::changeset::{Delete, Draft, Find, Form, Patch};
use crate::error::Result;
use crate::operation::{self, Give, Inserts, LoadModel, Targets, Updates};
use crate::table::{KeyValues, Model, Restored, TableDef, Written};

/// The model of a form's table.
type ModelOf<F> = <<F as Form>::Table as TableDef>::Model;

impl<C: AsyncDatabaseConnection> AsyncSession<C> {
    /// The row of a key, if there is one; see [`Session::get`](crate::session::Session::get).
    ///
    /// # Errors
    /// What the database says; a stored value that its column's type refuses.
    pub fn get<M>(&mut self, key: M::Key) -> BoxFuture<'_, Result<Option<M>>>
    where
        M: Model + LoadModel<C::Backend>,
    {
        let find = Find::<M::Table>::new(key.into_key_values());
        Box::pin(operation::get(self, find))
    }

    /// Reads a materialized view anew; PostgreSQL has such.
    ///
    /// # Errors
    /// [`Unsupported`](crate::error::ErrorKind::Unsupported) if the model is none; what the
    /// database says.
    pub fn refresh<M: Model>(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(operation::refresh(self, M::Table::META))
    }

    /// The row of a key, if there is one, deleted softly or not.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn get_with_deleted<M>(&mut self, key: M::Key) -> BoxFuture<'_, Result<Option<M>>>
    where
        M: Model<Table: TableDef<Deletion: Restored>> + LoadModel<C::Backend>,
    {
        let find = Find::<M::Table, true>::new(key.into_key_values());
        Box::pin(operation::get(self, find))
    }

    /// Inserts a row and gives it back as the database has it; see
    /// [`Session::insert`](crate::session::Session::insert).
    ///
    /// # Errors
    /// [`Invalid`](crate::error::ErrorKind::Invalid) with all broken rules, before
    /// anything is sent; also for what the database finds broken.
    pub fn insert<F: Give<C::Backend, As = A>, A: Inserts<F, Backend = C::Backend>>(
        &mut self,
        form: F,
    ) -> BoxFuture<'_, Result<A::Model>> {
        let draft = form.give().into_draft();
        Box::pin(async move {
            let draft = operation::complete(self, draft)?;
            operation::insert(self, draft).await
        })
    }

    /// Inserts rows, all or none, and gives them back in the order given; see
    /// [`Session::insert_many`](crate::session::Session::insert_many).
    ///
    /// # Errors
    /// As [`insert`](Self::insert); a field error names the row: `items[3].name`.
    pub fn insert_many<F>(
        &mut self,
        forms: impl IntoIterator<Item = F>,
    ) -> BoxFuture<'_, Result<Vec<ModelOf<F>>>>
    where
        F: Form,
        ModelOf<F>: Model<Table = F::Table> + LoadModel<C::Backend>,
    {
        let drafts: Vec<_> = forms.into_iter().map(Form::into_draft).collect();
        Box::pin(async move {
            let drafts = operation::complete_many(self, drafts)?;
            operation::insert_all(self, drafts).await
        })
    }

    /// Inserts drafts that were completed and checked.
    ///
    /// # Errors
    /// What the database says.
    pub fn insert_drafts<T>(
        &mut self,
        drafts: Vec<Draft<T>>,
    ) -> BoxFuture<'_, Result<Vec<T::Model>>>
    where
        T: TableDef,
        T::Model: Model<Table = T> + LoadModel<C::Backend>,
    {
        Box::pin(operation::insert_all(self, drafts))
    }

    /// Changes the columns that a patch sets, and says how many rows were
    /// changed; see [`Session::update`](crate::session::Session::update).
    ///
    /// # Errors
    /// [`NotFound`](crate::error::ErrorKind::NotFound) if the row is not there;
    /// [`Stale`](crate::error::ErrorKind::Stale) if it was changed since it was read;
    /// [`Invalid`](crate::error::ErrorKind::Invalid) as for an insert.
    pub fn update<P: Give<C::Backend, As = A>, A: Updates<P, Backend = C::Backend>>(
        &mut self,
        patch: P,
    ) -> BoxFuture<'_, Result<usize>> {
        Box::pin(operation::update(self, patch.give().into_patch()))
    }

    /// Inserts a row, or changes the one that the target names; see
    /// [`Session::upsert`](crate::session::Session::upsert).
    ///
    /// # Errors
    /// As there.
    pub fn upsert<F: Form, T: Give<F::Table, As = A>, A: Targets<T>>(
        &mut self,
        form: F,
        _: T,
    ) -> BoxFuture<'_, Result<ModelOf<F>>>
    where
        ModelOf<F>: Model<Table = F::Table> + LoadModel<C::Backend>,
    {
        let draft = form.into_draft();
        Box::pin(async move {
            let draft = operation::complete(self, draft)?;
            operation::upsert(self, draft, A::positions()).await
        })
    }

    /// Inserts a row unless one is in the way at the target: `None` then.
    ///
    /// # Errors
    /// As [`insert`](Self::insert); a conflict other than on the target.
    pub fn insert_unless_exists<F: Form, T: Give<F::Table, As = A>, A: Targets<T>>(
        &mut self,
        form: F,
        _: T,
    ) -> BoxFuture<'_, Result<Option<ModelOf<F>>>>
    where
        ModelOf<F>: Model<Table = F::Table> + LoadModel<C::Backend>,
    {
        let draft = form.into_draft();
        Box::pin(async move {
            let draft = operation::complete(self, draft)?;
            operation::insert_unless_exists(self, draft, A::positions()).await
        })
    }

    /// Deletes a row, and says whether it was there; see
    /// [`Session::delete`](crate::session::Session::delete).
    ///
    /// # Errors
    /// [`Stale`](crate::error::ErrorKind::Stale) if the model has a version and the row was
    /// changed by somebody else since it was read;
    /// [`Invalid`](crate::error::ErrorKind::Invalid) if other rows still refer to it.
    pub fn delete<M: Model<Table: TableDef<Rows: Written>>>(
        &mut self,
        row: &M,
    ) -> BoxFuture<'_, Result<bool>>
    where
        M: LoadModel<C::Backend>,
    {
        let delete = Delete::<M::Table>::of_row(row);
        Box::pin(operation::delete(self, delete))
    }

    /// Deletes the row of a key, in whatever version, and says whether it was there.
    ///
    /// # Errors
    /// [`Invalid`](crate::error::ErrorKind::Invalid) if other rows still refer to it.
    pub fn delete_key<M: Model<Table: TableDef<Rows: Written>>>(
        &mut self,
        key: M::Key,
    ) -> BoxFuture<'_, Result<bool>>
    where
        M: LoadModel<C::Backend>,
    {
        let delete = Delete::<M::Table>::new(key.into_key_values());
        Box::pin(operation::delete(self, delete))
    }

    /// Deletes a row from the database although its model deletes softly; see
    /// [`Session::delete_forever`](crate::session::Session::delete_forever).
    ///
    /// # Errors
    /// As [`delete`](Self::delete).
    pub fn delete_forever<M>(&mut self, row: &M) -> BoxFuture<'_, Result<bool>>
    where
        M: Model<Table: TableDef<Deletion: Restored>> + LoadModel<C::Backend>,
    {
        let delete = Delete::<M::Table>::of_row(row);
        Box::pin(operation::delete_forever(self, delete))
    }

    /// Brings back a row that was deleted softly, and says whether there was one
    /// of this key.
    ///
    /// # Errors
    /// What the database says.
    pub fn restore<M: Model<Table: TableDef<Deletion: Restored>>>(
        &mut self,
        key: M::Key,
    ) -> BoxFuture<'_, Result<bool>> {
        let patch = Patch::<M::Table>::restoring(key.into_key_values(), self.ids());
        Box::pin(operation::restore(self, patch))
    }
}
