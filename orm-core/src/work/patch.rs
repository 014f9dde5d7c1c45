//! [`AnyPatch`]: what is changed of a row, apart from its model.

use std::any::Any;
use std::fmt::Debug;

use crate::backend::Database;
use crate::changeset::{OtherVersion, Patch};
use crate::error::{FieldError, Result};
use crate::hooks::{Hooks, Work};
use crate::id::TimeIds;
use crate::table::TableDef;
use crate::value::Value;

/// A patch, apart from its model.
pub(super) trait AnyPatch: Debug + Send + Sync {
    /// The key of the row.
    fn key(&self) -> &[Value];
    /// The changes, by position of the column.
    fn changes(&self) -> &[(usize, Value)];
    /// What the row must have beside its key.
    fn conditions(&self) -> &[(usize, Value)];
    /// All that is wrong with it, for a database.
    fn errors(&self, database: Database) -> Vec<FieldError>;
    /// Hooks before an update, and the time of it.
    ///
    /// # Errors
    /// What a hook refuses with.
    fn before(&mut self, hooks: &Hooks, ids: &TimeIds) -> Result<()>;
    /// Hooks behind the rules.
    ///
    /// # Errors
    /// What one refuses with.
    fn validated(&self, hooks: &Hooks) -> Result<()>;
    /// Hooks after an update; what is to be done once it is committed.
    fn after(&self, hooks: &Hooks) -> Vec<Work>;
    /// Adds a later one of the same row and model.
    ///
    /// # Errors
    /// If the two are of different versions.
    fn join(&mut self, later: Box<dyn AnyPatch>) -> Result<(), OtherVersion>;
    /// The same once more.
    fn copy(&self) -> Box<dyn AnyPatch>;
    /// As itself.
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

impl<T: TableDef> AnyPatch for Patch<T> {
    fn key(&self) -> &[Value] {
        Patch::key(self)
    }

    fn changes(&self) -> &[(usize, Value)] {
        Patch::changes(self)
    }

    fn conditions(&self) -> &[(usize, Value)] {
        Patch::conditions(self)
    }

    fn errors(&self, database: Database) -> Vec<FieldError> {
        let broken = self.validate().err();
        let mut errors = broken.map(|invalid| invalid.errors).unwrap_or_default();
        errors.extend(self.cut_on(database));
        errors
    }

    fn before(&mut self, hooks: &Hooks, ids: &TimeIds) -> Result<()> {
        hooks.before_updating(self)?;
        self.touch(ids);
        Ok(())
    }

    fn validated(&self, hooks: &Hooks) -> Result<()> {
        hooks.validating_update(self)
    }

    fn after(&self, hooks: &Hooks) -> Vec<Work> {
        hooks.after_updating(self)
    }

    fn join(&mut self, later: Box<dyn AnyPatch>) -> Result<(), OtherVersion> {
        match later.into_any().downcast::<Patch<T>>() {
            Ok(later) => Patch::join(self, *later),
            Err(_) => Ok(()), // two models are told apart before
        }
    }

    fn copy(&self) -> Box<dyn AnyPatch> {
        Box::new(self.clone())
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
