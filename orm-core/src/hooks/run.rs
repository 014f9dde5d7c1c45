//! Hooks as `operation` calls them, and the cluster.

use std::any::TypeId;

use super::{After, Before, Check, Committed, Hooks, Of, Refusal, Work};
use crate::changeset::{Delete, Draft, Patch};
use crate::error::{Error, ErrorKind, Invalid, Result};
use crate::metadata::TableMeta;
use crate::table::TableDef;

impl Hooks {
    /// Whether there are some of a table, by its type.
    pub(crate) fn are_of(&self, table: TypeId) -> bool {
        self.tables.contains_key(&table)
    }

    /// The same, for those who know the table by its metadata alone.
    pub(crate) fn are_of_table(&self, table: &TableMeta) -> bool {
        self.names.contains(&(table.model, table.name))
    }

    fn of<T: TableDef>(&self) -> Option<&Of<T>> {
        self.tables.get(&TypeId::of::<T>())?.downcast_ref()
    }

    /// Before keys are made and rules checked.
    ///
    /// # Errors
    /// What a hook refuses with.
    #[doc(hidden)]
    pub fn before_inserting<T: TableDef>(&self, draft: &mut Draft<T>) -> Result<()> {
        match self.of::<T>() {
            Some(of) => run::<T, _>(&of.before_insert, draft, "insert"),
            None => Ok(()),
        }
    }

    /// Behind the rules.
    ///
    /// # Errors
    /// What a hook refuses with.
    #[doc(hidden)]
    pub fn validating_insert<T: TableDef>(&self, draft: &Draft<T>) -> Result<()> {
        match self.of::<T>() {
            Some(of) => check::<T, _>(&of.validate_insert, draft, "insert"),
            None => Ok(()),
        }
    }

    /// Tells of rows that were inserted; what is to be done once they are committed.
    #[doc(hidden)]
    pub fn after_inserting<'r, T: TableDef>(
        &self,
        rows: impl IntoIterator<Item = &'r T::Model>,
    ) -> Vec<Work>
    where
        T::Model: 'r,
    {
        match self.of::<T>() {
            Some(of) => tell(&of.after_insert, &of.insert_commit, rows),
            None => Vec::new(),
        }
    }

    /// Before rules are checked.
    ///
    /// # Errors
    /// What a hook refuses with.
    #[doc(hidden)]
    pub fn before_updating<T: TableDef>(&self, patch: &mut Patch<T>) -> Result<()> {
        match self.of::<T>() {
            Some(of) => run::<T, _>(&of.before_update, patch, "update"),
            None => Ok(()),
        }
    }

    /// Behind the rules.
    ///
    /// # Errors
    /// What a hook refuses with.
    #[doc(hidden)]
    pub fn validating_update<T: TableDef>(&self, patch: &Patch<T>) -> Result<()> {
        match self.of::<T>() {
            Some(of) => check::<T, _>(&of.validate_update, patch, "update"),
            None => Ok(()),
        }
    }

    /// What the hooks after an update are given, if there are some.
    #[doc(hidden)]
    #[must_use]
    pub fn keep_for_update<T: TableDef>(&self, patch: &Patch<T>) -> Option<Patch<T>> {
        let of = self.of::<T>()?;
        let wanted = !of.after_update.is_empty() || !of.update_commit.is_empty();
        wanted.then(|| patch.clone())
    }

    /// Tells of a patch that changed its row; what is to be done once that is committed.
    #[doc(hidden)]
    pub fn after_updating<T: TableDef>(&self, patch: &Patch<T>) -> Vec<Work> {
        match self.of::<T>() {
            Some(of) => tell(&of.after_update, &of.update_commit, [patch]),
            None => Vec::new(),
        }
    }

    /// Before a row is deleted.
    ///
    /// # Errors
    /// What a hook refuses with.
    #[doc(hidden)]
    pub fn before_deleting<T: TableDef>(&self, delete: &Delete<T>) -> Result<()> {
        match self.of::<T>() {
            Some(of) => check::<T, _>(&of.before_delete, delete, "delete"),
            None => Ok(()),
        }
    }

    /// What the hooks after a delete are given, if there are some.
    #[doc(hidden)]
    #[must_use]
    pub fn keep_for_delete<T: TableDef>(&self, delete: &Delete<T>) -> Option<Delete<T>> {
        let of = self.of::<T>()?;
        let wanted = !of.after_delete.is_empty() || !of.delete_commit.is_empty();
        wanted.then(|| delete.clone())
    }

    /// Tells of a row that was deleted; what is to be done once that is committed.
    #[doc(hidden)]
    pub fn after_deleting<T: TableDef>(&self, delete: &Delete<T>) -> Vec<Work> {
        match self.of::<T>() {
            Some(of) => tell(&of.after_delete, &of.delete_commit, [delete]),
            None => Vec::new(),
        }
    }
}

fn run<T: TableDef, Write>(hooks: &[Before<Write>], write: &mut Write, what: &str) -> Result<()> {
    for hook in hooks {
        hook(write).map_err(|refusal| refused::<T>(refusal, what))?;
    }
    Ok(())
}

fn check<T: TableDef, Write>(hooks: &[Check<Write>], write: &Write, what: &str) -> Result<()> {
    for hook in hooks {
        hook(write).map_err(|refusal| refused::<T>(refusal, what))?;
    }
    Ok(())
}

fn tell<'w, Write: 'w>(
    after: &[After<Write>],
    committed: &[Committed<Write>],
    written: impl IntoIterator<Item = &'w Write>,
) -> Vec<Work> {
    let mut work = Vec::new();
    if after.is_empty() && committed.is_empty() {
        return work;
    }
    for written in written {
        after.iter().for_each(|hook| hook(written));
        work.extend(committed.iter().map(|hook| hook(written)));
    }
    work
}

fn refused<T: TableDef>(refusal: Refusal, what: &str) -> Error {
    let refusal = match refusal.downcast::<Error>() {
        Ok(error) => return *error,
        Err(refusal) => refusal,
    };
    match refusal.downcast::<Invalid>() {
        Ok(invalid) => Error::from(*invalid),
        Err(refusal) => {
            let model = T::META.model;
            let message = format!("a hook refused to {what} {model}: {refusal}");
            Error::new(ErrorKind::Refused, message).with_source(refusal)
        }
    }
}
