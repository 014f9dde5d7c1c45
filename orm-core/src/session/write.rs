//! Insert, update, upsert, delete.

// A bound that a user may miss stands beside the name: the compiler shows that line.
#![allow(clippy::multiple_bound_locations)]

use super::Session;
use crate::changeset::{Delete, Draft, Form, Patch};
use crate::connection::DatabaseConnection;
use crate::error::Result;
use crate::operation::{self, Give, Inserts, LoadModel, Targets, Updates, now};
use crate::table::{KeyValues, Model, Restored, TableDef, Written};

impl<C: DatabaseConnection> Session<C> {
    /// Inserts a row and gives it back as the database has it.
    ///
    /// # Errors
    /// [`Invalid`](crate::error::ErrorKind::Invalid) with all broken rules, before
    /// anything is sent; also for a unique, foreign key, check or NOT NULL that
    /// the database finds broken, on its field.
    pub fn insert<F: Give<C::Backend, As = A>, A: Inserts<F, Backend = C::Backend>>(
        &mut self,
        form: F,
    ) -> Result<A::Model> {
        let draft = operation::complete(self, form.give().into_draft())?;
        now(operation::insert(self, draft))
    }

    /// Inserts rows, all or none, and gives them back in the order given.
    ///
    /// # Errors
    /// As [`insert`](Self::insert); every row is checked before any is sent, and
    /// a field error names the row: `items[3].name`.
    pub fn insert_many<F>(
        &mut self,
        forms: impl IntoIterator<Item = F>,
    ) -> Result<Vec<<F::Table as TableDef>::Model>>
    where
        F: Form,
        <F::Table as TableDef>::Model: Model<Table = F::Table> + LoadModel<C::Backend>,
    {
        let drafts = operation::complete_many(self, forms)?;
        self.insert_drafts(drafts)
    }

    /// Inserts drafts that were completed and checked.
    ///
    /// # Errors
    /// What the database says.
    pub fn insert_drafts<T>(&mut self, drafts: Vec<Draft<T>>) -> Result<Vec<T::Model>>
    where
        T: TableDef,
        T::Model: Model<Table = T> + LoadModel<C::Backend>,
    {
        now(operation::insert_all(self, drafts))
    }

    /// Changes the columns that a patch sets, and says how many rows were
    /// changed: one, or none if the patch is empty (then nothing is sent).
    ///
    /// # Errors
    /// [`NotFound`](crate::error::ErrorKind::NotFound) if the row is not there, or is deleted
    /// softly and stays so;
    /// [`Stale`](crate::error::ErrorKind::Stale) if the patch was made of a row, and that was
    /// changed by somebody else since it was read;
    /// [`Invalid`](crate::error::ErrorKind::Invalid) as for an insert.
    pub fn update<P: Give<C::Backend, As = A>, A: Updates<P, Backend = C::Backend>>(
        &mut self,
        patch: P,
    ) -> Result<usize> {
        now(operation::update(self, patch.give().into_patch()))
    }

    /// Inserts a row, or changes the one that the target names to the given
    /// columns; the row as the database has it comes back. The key and the
    /// shard key of an existing row stay. One that was deleted softly is there
    /// again.
    ///
    /// ```
    /// # use orm_core::prelude::*;
    /// # #[derive(Model, Debug)]
    /// # struct Customer {
    /// #     #[model(generated)]
    /// #     id: i64,
    /// #     #[model(unique)]
    /// #     email: String,
    /// #     name: String,
    /// # }
    /// # let engine = Engine::<SqliteConnection>::open(":memory:")?;
    /// # engine.create_all(schema![Customer])?;
    /// # let mut session = engine.session()?;
    /// let form = |name: &str| NewCustomer { email: "ann@example.org".into(), name: name.into() };
    /// let ann = session.upsert(form("Ann"), customers::email)?;
    /// let anne = session.upsert(form("Anne"), customers::email)?;
    /// assert_eq!((anne.id, anne.name.as_str()), (ann.id, "Anne"));
    /// # Ok::<(), orm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`insert`](Self::insert); a conflict other than on the target, or with a row of another
    /// shard key than is given;
    /// [`Stale`](crate::error::ErrorKind::Stale) if the form gives the version, as a whole row
    /// does, and the row has another one.
    pub fn upsert<F: Form, T: Give<F::Table, As = A>, A: Targets<T>>(
        &mut self,
        form: F,
        _: T,
    ) -> Result<<F::Table as TableDef>::Model>
    where
        <F::Table as TableDef>::Model: Model<Table = F::Table> + LoadModel<C::Backend>,
    {
        let draft = operation::complete(self, form)?;
        now(operation::upsert(self, draft, A::positions()))
    }

    /// Inserts a row unless one is in the way at the target: `None` then.
    ///
    /// # Errors
    /// As [`insert`](Self::insert); a conflict other than on the target.
    pub fn insert_unless_exists<F: Form, T: Give<F::Table, As = A>, A: Targets<T>>(
        &mut self,
        form: F,
        _: T,
    ) -> Result<Option<<F::Table as TableDef>::Model>>
    where
        <F::Table as TableDef>::Model: Model<Table = F::Table> + LoadModel<C::Backend>,
    {
        let draft = operation::complete(self, form)?;
        now(operation::insert_unless_exists(self, draft, A::positions()))
    }

    /// Deletes a row, and says whether it was there.
    ///
    /// A model with a column `#[model(soft_delete)]` keeps the row and says when
    /// it was deleted.
    ///
    /// # Errors
    /// [`Stale`](crate::error::ErrorKind::Stale) if the model has a version and the row was
    /// changed by somebody else since it was read;
    /// [`Invalid`](crate::error::ErrorKind::Invalid) if other rows still refer to it.
    pub fn delete<M: Model<Table: TableDef<Rows: Written>>>(&mut self, row: &M) -> Result<bool>
    where
        M: LoadModel<C::Backend>,
    {
        now(operation::delete(self, Delete::<M::Table>::of_row(row)))
    }

    /// Deletes the row of a key, as [`delete`](Self::delete) does, in whatever
    /// version, and says whether it was there.
    ///
    /// # Errors
    /// [`Invalid`](crate::error::ErrorKind::Invalid) if other rows still refer to it.
    pub fn delete_key<M: Model<Table: TableDef<Rows: Written>>>(
        &mut self,
        key: M::Key,
    ) -> Result<bool>
    where
        M: LoadModel<C::Backend>,
    {
        let delete = Delete::<M::Table>::new(key.into_key_values());
        now(operation::delete(self, delete))
    }

    /// Deletes a row from the database although its model deletes softly, and
    /// says whether it was there, deleted or not.
    ///
    /// # Errors
    /// As [`delete`](Self::delete).
    pub fn delete_forever<M>(&mut self, row: &M) -> Result<bool>
    where
        M: Model<Table: TableDef<Deletion: Restored>> + LoadModel<C::Backend>,
    {
        now(operation::delete_forever(
            self,
            Delete::<M::Table>::of_row(row),
        ))
    }

    /// Brings back a row that was deleted softly, and says whether there was one
    /// of this key. A row that is not deleted stays as it is.
    ///
    /// # Errors
    /// What the database says.
    pub fn restore<M: Model<Table: TableDef<Deletion: Restored>>>(
        &mut self,
        key: M::Key,
    ) -> Result<bool> {
        let patch = Patch::<M::Table>::restoring(key.into_key_values(), self.ids());
        now(operation::restore(self, patch))
    }
}
