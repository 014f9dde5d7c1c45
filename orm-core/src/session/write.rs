//! Insert, update, upsert, delete.

use super::{LoadModel, Session};
use crate::backend::{Database, Dialect};
use crate::changeset::{
    AnyColumns, ConflictTarget, Delete, Draft, EveryColumn, EveryGivenColumn, Form, Insert,
    OnConflict, Patch, PatchForm, RequiredColumns, Rows, Update,
};
use crate::connection::DatabaseConnection;
use crate::error::{Error, Result};
use crate::table::{KeyValues, Model, TableDef};

/// Rows are sent in statements of at most so many, a power of two.
const MOST_ROWS: usize = 256;

impl<C: DatabaseConnection> Session<C> {
    /// Inserts a row and gives it back as the database has it.
    ///
    /// # Errors
    /// [`Invalid`](crate::error::ErrorKind::Invalid) with all broken rules, before
    /// anything is sent; also for a unique, foreign key, check or NOT NULL that
    /// the database finds broken, on its field.
    pub fn insert<F>(&mut self, form: F) -> Result<<F::Table as TableDef>::Model>
    where
        F: Form,
        <F::Table as TableDef>::Model: Model<Table = F::Table> + LoadModel<C::Backend>,
    {
        let rows = Rows::new([self.checked(form)?]);
        let meta = <F::Table as TableDef>::META;
        let inserted = if rows.is_required_columns(meta) {
            Self::send_insert(
                self.connection(),
                Insert::<F::Table, RequiredColumns>::new(rows),
            )
        } else if rows.is_every_given_column(meta) {
            Self::send_insert(
                self.connection(),
                Insert::<F::Table, EveryGivenColumn>::new(rows),
            )
        } else if rows.is_every_column(meta) {
            Self::send_insert(
                self.connection(),
                Insert::<F::Table, EveryColumn>::new(rows),
            )
        } else {
            Self::send_insert(self.connection(), Insert::<F::Table, AnyColumns>::new(rows))
        };
        let row = inserted.map_err(|error| self.error_of::<F::Table>(error))?;
        row.ok_or_else(|| Error::not_found(meta.model, "that was inserted"))
    }

    fn send_insert<T, Shape>(
        connection: &mut C,
        insert: Insert<T, Shape>,
    ) -> diesel::QueryResult<Option<T::Model>>
    where
        T: TableDef,
        Shape: crate::changeset::InsertShape,
        T::Model: Model<Table = T> + LoadModel<C::Backend>,
    {
        T::Model::load_one(connection, insert)
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
        let drafts = self.checked_many(forms)?;
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
        if drafts.is_empty() {
            return Ok(Vec::new());
        }
        let most = chunk_size(C::Backend::DATABASE, T::META.columns.len());
        let result = self.connection().transaction(|connection| {
            let mut inserted = Vec::with_capacity(drafts.len());
            let mut drafts = drafts.into_iter();
            while drafts.len() > 0 {
                // Powers of two: few texts of the statement exist, each prepared once.
                let size = most.min(1 << drafts.len().ilog2());
                let rows = Rows::new(drafts.by_ref().take(size));
                let insert = Insert::<T, AnyColumns>::new(rows);
                inserted.extend(T::Model::load_rows(connection, insert)?);
            }
            Ok(inserted)
        });
        result.map_err(|error| self.error_of::<T>(error))
    }

    /// Changes the columns that a patch sets, and says how many rows were
    /// changed: one, or none if the patch is empty (then nothing is sent).
    ///
    /// # Errors
    /// [`NotFound`](crate::error::ErrorKind::NotFound) if the row is not there;
    /// [`Invalid`](crate::error::ErrorKind::Invalid) as for an insert.
    pub fn update<P>(&mut self, patch: P) -> Result<usize>
    where
        P: PatchForm,
    {
        let patch: Patch<P::Table> = patch.into_patch();
        patch
            .validate()
            .map_err(|invalid| Error::from(invalid).on(&self.name))?;
        let key = show_key(patch.key());
        let Some(update) = Update::new(patch) else {
            return Ok(0);
        };
        let changed = self.connection().execute_returning_count(&update);
        match changed.map_err(|error| self.error_of::<P::Table>(error))? {
            0 => Err(Error::not_found(<P::Table as TableDef>::META.model, key).on(&self.name)),
            rows => Ok(rows),
        }
    }

    /// Inserts a row, or changes the one that the target names to the given
    /// columns; the row as the database has it comes back. The key and the
    /// shard key of an existing row stay.
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
    /// As [`insert`](Self::insert); a conflict other than on the target.
    pub fn upsert<F, Target>(&mut self, form: F, _: Target) -> Result<<F::Table as TableDef>::Model>
    where
        F: Form,
        Target: ConflictTarget<F::Table>,
        <F::Table as TableDef>::Model: Model<Table = F::Table> + LoadModel<C::Backend>,
    {
        let rows = Rows::new([self.checked(form)?]);
        let insert = Insert::<F::Table, AnyColumns>::new(rows)
            .on_conflict(OnConflict::update(Target::positions()));
        let row = Self::send_insert(self.connection(), insert);
        let row = row.map_err(|error| self.error_of::<F::Table>(error))?;
        row.ok_or_else(|| Error::not_found(<F::Table as TableDef>::META.model, "that was upserted"))
    }

    /// Inserts a row unless one is in the way at the target: `None` then.
    ///
    /// # Errors
    /// As [`insert`](Self::insert); a conflict other than on the target.
    pub fn insert_unless_exists<F, Target>(
        &mut self,
        form: F,
        _: Target,
    ) -> Result<Option<<F::Table as TableDef>::Model>>
    where
        F: Form,
        Target: ConflictTarget<F::Table>,
        <F::Table as TableDef>::Model: Model<Table = F::Table> + LoadModel<C::Backend>,
    {
        let rows = Rows::new([self.checked(form)?]);
        let insert = Insert::<F::Table, AnyColumns>::new(rows)
            .on_conflict(OnConflict::nothing(Target::positions()));
        let row = Self::send_insert(self.connection(), insert);
        row.map_err(|error| self.error_of::<F::Table>(error))
    }

    /// Deletes a row, and says whether it was there.
    ///
    /// # Errors
    /// [`Invalid`](crate::error::ErrorKind::Invalid) if other rows still refer to it.
    pub fn delete<M: Model>(&mut self, row: &M) -> Result<bool> {
        self.delete_key::<M>(row.key())
    }

    /// Deletes the row of a key, and says whether it was there.
    ///
    /// # Errors
    /// [`Invalid`](crate::error::ErrorKind::Invalid) if other rows still refer to it.
    pub fn delete_key<M: Model>(&mut self, key: M::Key) -> Result<bool> {
        let delete = Delete::<M::Table>::new(key.into_key_values());
        let deleted = self.connection().execute_returning_count(&delete);
        deleted
            .map(|rows| rows > 0)
            .map_err(|error| self.error_of::<M::Table>(error))
    }

    /// A form as a draft: keys made, rules checked.
    fn checked<F: Form>(&self, form: F) -> Result<Draft<F::Table>> {
        let mut draft = form.into_draft();
        draft.generate_keys(&self.ids);
        draft
            .validate()
            .map_err(|invalid| Error::from(invalid).on(&self.name))?;
        Ok(draft)
    }

    fn checked_many<F: Form>(
        &self,
        forms: impl IntoIterator<Item = F>,
    ) -> Result<Vec<Draft<F::Table>>> {
        let mut drafts: Vec<_> = forms.into_iter().map(Form::into_draft).collect();
        drafts
            .iter_mut()
            .for_each(|draft| draft.generate_keys(&self.ids));
        Draft::validate_all(&drafts).map_err(|invalid| Error::from(invalid).on(&self.name))?;
        Ok(drafts)
    }
}

/// As many rows as the binds of one statement allow: 32,766 on SQLite, 65,535
/// on PostgreSQL; a power of two.
fn chunk_size(database: Database, columns: usize) -> usize {
    let binds = match database {
        Database::Sqlite => 32_766,
        Database::Postgres | Database::Mysql => 65_535,
    };
    MOST_ROWS.min(1 << (binds / columns.max(1)).max(1).ilog2())
}

/// A key for a message.
fn show_key(key: &[crate::value::Value]) -> String {
    let parts: Vec<String> = key.iter().map(ToString::to_string).collect();
    match parts.as_slice() {
        [one] => one.clone(),
        many => format!("({})", many.join(", ")),
    }
}
