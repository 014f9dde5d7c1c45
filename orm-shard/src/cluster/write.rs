//! Writes on a cluster: a row goes where its own shard key says, a row of a
//! reference table to every shard.

use orm_core::changeset::{ConflictTarget, Delete, Draft, Form, Patch, PatchForm};
use orm_core::column::Field;
use orm_core::connection::DatabaseConnection;
use orm_core::diesel::connection::{Connection, TransactionManager};
use orm_core::error::{Error, ErrorKind, Result};
use orm_core::operation::{self, now};
use orm_core::session::{LoadModel, Session};
use orm_core::table::identity::{False, True};
use orm_core::table::{Broadcast, By, ColumnDef, KeyValues, Model, ShardingOf, TableDef};
use orm_core::value::Value;

use super::Cluster;
use crate::key::Key;

/// Models that a cluster writes: sharded ones and reference tables.
#[diagnostic::on_unimplemented(
    message = "a model of one database cannot be written on a cluster",
    note = "give the model `#[model(shard_key = field)]`, or `#[model(shard = broadcast)]` if it is a reference table",
    note = "or write it where it is: `cluster.session_on(\"name\")?`"
)]
pub trait Writable {}
impl<G, K, C> Writable for By<G, K, C> {}
impl Writable for Broadcast {}

/// How a row is named on a cluster: by its key, with the shard key before it
/// where that is another column.
#[diagnostic::on_unimplemented(
    message = "a model of one database is not found on a cluster",
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

impl<M: Model> Identity<M> for Broadcast {
    type Id = M::Key;
    fn split(id: M::Key) -> (Option<Value>, Vec<Value>) {
        (None, id.into_key_values())
    }
}

impl<C: DatabaseConnection> Cluster<C> {
    /// Inserts a row where its shard key says, or on every shard if the model
    /// is broadcast, and gives it back.
    ///
    /// # Errors
    /// As [`Session::insert`]; [`ErrorKind::Refused`] if the form does not give the shard key.
    pub fn insert<F>(&self, form: F) -> Result<<F::Table as TableDef>::Model>
    where
        F: Form,
        <F::Table as TableDef>::Sharding: Writable,
        <F::Table as TableDef>::Model: Model<Table = F::Table> + LoadModel<C::Backend>,
    {
        let draft = self.completed(form)?;
        match F::Table::META.shard_key() {
            Some(column) => self
                .session_for(&shard_key_of(&draft, column)?)?
                .insert(draft),
            None => self
                .insert_everywhere(vec![draft])?
                .pop()
                .ok_or_else(nothing_came_back),
        }
    }

    /// Inserts rows where their shard keys say, and gives them back in the
    /// order given. All rows are checked before any is sent, and all shards
    /// commit at the end, one after the other.
    ///
    /// # Errors
    /// As [`insert`](Self::insert); [`ErrorKind::PartialCommit`] if a shard
    /// fails to commit after others did.
    pub fn insert_many<F>(
        &self,
        forms: impl IntoIterator<Item = F>,
    ) -> Result<Vec<<F::Table as TableDef>::Model>>
    where
        F: Form,
        <F::Table as TableDef>::Sharding: Writable,
        <F::Table as TableDef>::Model: Model<Table = F::Table> + LoadModel<C::Backend>,
    {
        let mut drafts: Vec<_> = forms.into_iter().map(Form::into_draft).collect();
        drafts
            .iter_mut()
            .for_each(|draft| draft.generate_keys(self.ids()));
        Draft::validate_all(&drafts)?;
        let Some(column) = F::Table::META.shard_key() else {
            return self.insert_everywhere(drafts);
        };
        let mut by_shard: Vec<(Vec<usize>, Vec<Draft<F::Table>>)> =
            self.engines().iter().map(|_| Default::default()).collect();
        let total = drafts.len();
        for (position, draft) in drafts.into_iter().enumerate() {
            let shard = self.position_for(&shard_key_of(&draft, column)?)?;
            by_shard[shard].0.push(position);
            by_shard[shard].1.push(draft);
        }
        let involved: Vec<usize> = (0..by_shard.len())
            .filter(|shard| !by_shard[*shard].0.is_empty())
            .collect();
        let mut rows: Vec<Option<_>> = (0..total).map(|_| None).collect();
        self.across(&involved, |shard, session| {
            let (positions, drafts) = std::mem::take(&mut by_shard[shard]);
            for (position, row) in positions.into_iter().zip(session.insert_drafts(drafts)?) {
                rows[position] = Some(row);
            }
            Ok(())
        })?;
        rows.into_iter()
            .map(|row| row.ok_or_else(nothing_came_back))
            .collect()
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
        let mut session = match &shard_key {
            Some(value) => self.session_for(&Key::new(value.clone())?)?,
            None => self.engines()[0].session()?,
        };
        let find = orm_core::changeset::Find::<M::Table>::new(key);
        let found: Option<M> = now(operation::get(&mut session, find))?;
        // Another key's row on the same shard may have the same id.
        let column = M::Table::META.shard_key();
        Ok(found.filter(|row| match (column, &shard_key) {
            (Some(column), Some(value)) => {
                orm_core::value::compare(&row.value_of(column), value).is_eq()
            }
            _ => true,
        }))
    }

    /// Changes the row of an identity by a patch, on every shard if the model
    /// is broadcast; see [`Session::update`].
    ///
    /// The patch names the row by its key; where that is not the shard key,
    /// `cluster.shard(&key)?.update(..)` says where it is, and
    /// [`update_at`](Self::update_at) checks that it is that key's row.
    ///
    /// # Errors
    /// As [`Session::update`].
    pub fn update<P>(&self, patch: P) -> Result<usize>
    where
        P: PatchForm,
        <P::Table as TableDef>::Sharding: KeyIsPlace,
    {
        let patch = patch.into_patch();
        match P::Table::META.shard_key() {
            Some(_) => {
                let key = Key::new(patch.key()[0].clone())?;
                self.session_for(&key)?.update(patch)
            }
            None => {
                let all: Vec<usize> = (0..self.engines().len()).collect();
                let mut changed = 0;
                self.across(&all, |_, session| {
                    changed = session.update(patch.clone())?;
                    Ok(())
                })?;
                Ok(changed)
            }
        }
    }

    /// Changes a row of this shard key by a patch.
    ///
    /// # Errors
    /// As [`Session::update`]; not found also if the row has another shard key.
    pub fn update_at<P, K>(&self, shard_key: K, patch: P) -> Result<usize>
    where
        P: PatchForm,
        <P::Table as TableDef>::Sharding: KeyedBy<K>,
        K: Field,
    {
        let value = shard_key.into_value();
        let mut patch: Patch<P::Table> = patch.into_patch();
        if let Some(column) = P::Table::META.shard_key() {
            patch = patch.only_if(column, value.clone());
        }
        self.session_for(&Key::new(value)?)?.update(patch)
    }

    /// Inserts a row, or changes the one that the target names; see [`Session::upsert`].
    ///
    /// # Errors
    /// As [`Session::upsert`]; [`ErrorKind::Refused`] if the form does not give the shard key.
    pub fn upsert<F, Target>(
        &self,
        form: F,
        target: Target,
    ) -> Result<<F::Table as TableDef>::Model>
    where
        F: Form,
        <F::Table as TableDef>::Sharding: Writable,
        Target: ConflictTarget<F::Table> + Clone,
        <F::Table as TableDef>::Model: Model<Table = F::Table> + LoadModel<C::Backend>,
    {
        let draft = self.completed(form)?;
        if let Some(column) = F::Table::META.shard_key() {
            return self
                .session_for(&shard_key_of(&draft, column)?)?
                .upsert(draft, target);
        }
        let all: Vec<usize> = (0..self.engines().len()).collect();
        let mut row = None;
        self.across(&all, |_, session| {
            let upserted = session.upsert(draft.clone(), target.clone())?;
            row.get_or_insert(upserted);
            Ok(())
        })?;
        row.ok_or_else(nothing_came_back)
    }

    /// Deletes a row, on every shard if the model is broadcast, and says
    /// whether it was there.
    ///
    /// # Errors
    /// As [`Session::delete`].
    pub fn delete<M>(&self, row: &M) -> Result<bool>
    where
        M: Model,
        ShardingOf<M>: Writable,
    {
        match M::Table::META.shard_key() {
            Some(column) => {
                let value = row.value_of(column);
                let mut session = self.session_for(&Key::new(value.clone())?)?;
                let delete =
                    Delete::<M::Table>::new(row.key().into_key_values()).only_if(column, value);
                now(operation::delete(&mut session, delete))
            }
            None => {
                let all: Vec<usize> = (0..self.engines().len()).collect();
                let mut found = false;
                self.across(&all, |_, session| {
                    found |= session.delete(row)?;
                    Ok(())
                })?;
                Ok(found)
            }
        }
    }

    /// Rows of a reference table: the first shard makes what the database
    /// makes (defaults), the others get the same rows.
    fn insert_everywhere<T>(&self, drafts: Vec<Draft<T>>) -> Result<Vec<T::Model>>
    where
        T: TableDef,
        T::Model: Model<Table = T> + LoadModel<C::Backend>,
    {
        let all: Vec<usize> = (0..self.engines().len()).collect();
        let mut drafts = Some(drafts);
        let mut values: Vec<Vec<Value>> = Vec::new();
        let columns = T::META.columns.len();
        let mut rows = Vec::new();
        self.across(&all, |_, session| {
            match drafts.take() {
                Some(drafts) => {
                    rows = session.insert_drafts(drafts)?;
                    let of = |row: &T::Model| (0..columns).map(|i| row.value_of(i)).collect();
                    values = rows.iter().map(of).collect();
                }
                None => {
                    let same = values.iter().map(|values| {
                        let mut draft = Draft::<T>::empty();
                        draft.fill(values.clone());
                        draft
                    });
                    session.insert_drafts(same.collect())?;
                }
            }
            Ok(())
        })?;
        Ok(rows)
    }

    /// Runs work on several shards, each in a transaction, and commits them
    /// all at the end, in the order of the shards.
    ///
    /// An error of the work rolls all of them back. A commit that fails after
    /// another succeeded is a [`ErrorKind::PartialCommit`]; this is not two-phase.
    fn across(
        &self,
        shards: &[usize],
        mut work: impl FnMut(usize, &mut Session<C>) -> Result<()>,
    ) -> Result<()> {
        type Manager<C> = <Session<C> as Connection>::TransactionManager;
        let mut open: Vec<Session<C>> = Vec::with_capacity(shards.len());
        let result = shards.iter().try_for_each(|shard| {
            let mut session = self.engines()[*shard].session()?;
            Manager::<C>::begin_transaction(&mut session).map_err(Error::from)?;
            let done =
                work(*shard, &mut session).map_err(|error| error.on(self.engines()[*shard].name()));
            // Kept also after an error: it is rolled back below with the others.
            open.push(session);
            done
        });
        if let Err(error) = result {
            for session in &mut open {
                // A rollback that fails leaves a broken connection, which its pool drops.
                let _ = Manager::<C>::rollback_transaction(session);
            }
            return Err(error);
        }
        let mut committed: Vec<String> = Vec::new();
        let mut sessions = open.iter_mut();
        while let Some(session) = sessions.next() {
            let name = session.name().to_owned();
            if let Err(error) = Manager::<C>::commit_transaction(session) {
                for rest in sessions {
                    let _ = Manager::<C>::rollback_transaction(rest);
                }
                let error = Error::from(error).on(&name);
                if committed.is_empty() {
                    return Err(error);
                }
                let message = format!("{} committed, and then: {error}", committed.join(", "));
                return Err(Error::new(ErrorKind::PartialCommit, message).on(&name));
            }
            committed.push(name);
        }
        Ok(())
    }

    fn completed<F: Form>(&self, form: F) -> Result<Draft<F::Table>> {
        let mut draft = form.into_draft();
        draft.generate_keys(self.ids());
        draft.validate()?;
        Ok(draft)
    }
}

/// Models whose key says where the row is.
#[diagnostic::on_unimplemented(
    message = "the key of this model does not say on which shard the row is",
    note = "say it: `cluster.update_at(shard_key, patch)`"
)]
pub trait KeyIsPlace {}
impl KeyIsPlace for Broadcast {}
impl<G, K, C> KeyIsPlace for By<G, K, C>
where
    C: orm_core::table::ColumnOf,
    <C::Def as ColumnDef>::IsKey: IsTrue,
{
}

/// The type-level [`True`].
#[diagnostic::on_unimplemented(
    message = "the key of this model does not say on which shard the row is",
    note = "say it: `cluster.update_at(shard_key, patch)`"
)]
pub trait IsTrue {}
impl IsTrue for True {}

/// Models that are sharded by keys of type `K`.
#[diagnostic::on_unimplemented(
    message = "the shard key of this model is of another type than `{K}`"
)]
pub trait KeyedBy<K> {}
impl<G, K, C> KeyedBy<K> for By<G, K, C> {}

fn shard_key_of<T: TableDef>(draft: &Draft<T>, column: usize) -> Result<Key> {
    let Some(value) = draft.get(column) else {
        let message = format!(
            "the shard key `{}` of {} was not given, and says where the row goes",
            T::META.columns[column].field,
            T::META.model,
        );
        return Err(Error::new(ErrorKind::Refused, message));
    };
    Key::new(value.clone())
}

fn nothing_came_back() -> Error {
    Error::new(
        ErrorKind::Database,
        "the database gave no row back for an insert",
    )
}
