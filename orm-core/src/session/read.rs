//! `get`: a row by its key.

use super::Session;
use crate::changeset::Find;
use crate::connection::DatabaseConnection;
use crate::error::Result;
use crate::operation::{self, LoadModel, now};
use crate::table::{KeyValues, Model, SoftDelete, TableDef};

impl<C: DatabaseConnection> Session<C> {
    /// The row of a key, if there is one that is not deleted.
    ///
    /// # Errors
    /// What the database says; a stored value that its column's type refuses.
    pub fn get<M>(&mut self, key: M::Key) -> Result<Option<M>>
    where
        M: Model + LoadModel<C::Backend>,
    {
        let find = Find::<M::Table>::new(key.into_key_values());
        now(operation::get(self, find))
    }

    /// Reads a materialized view anew; PostgreSQL has such.
    ///
    /// # Errors
    /// [`Unsupported`](crate::error::ErrorKind::Unsupported) if the model is none; what the
    /// database says.
    pub fn refresh<M: Model>(&mut self) -> Result<()> {
        now(operation::refresh(self, M::Table::META))
    }

    /// The row of a key, if there is one, deleted softly or not.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn get_with_deleted<M>(&mut self, key: M::Key) -> Result<Option<M>>
    where
        M: SoftDelete + LoadModel<C::Backend>,
    {
        let find = Find::<M::Table, true>::new(key.into_key_values());
        now(operation::get(self, find))
    }
}
