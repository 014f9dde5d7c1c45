//! [`Patch`]: the columns of one row to be changed.

use std::fmt;
use std::marker::PhantomData;

use crate::column::Field;
use crate::error::{FieldError, Invalid};
use crate::table::{KeyValues, Model, TableDef};
use crate::validation;
use crate::value::Value;

/// Changes to one row: its key, and the columns that were set.
pub struct Patch<T> {
    key: Vec<Value>,
    only_if: Vec<(usize, Value)>,
    changes: Vec<(usize, Value)>,
    errors: Vec<FieldError>,
    table: PhantomData<fn() -> T>,
}

/// The patch form of a model: `Customer::patch(id)` and its setters.
pub trait PatchForm {
    /// The table that it changes.
    type Table: TableDef;

    /// As a patch.
    fn into_patch(self) -> Patch<Self::Table>;
}

#[diagnostic::do_not_recommend]
impl<T: TableDef> PatchForm for Patch<T> {
    type Table = T;

    fn into_patch(self) -> Patch<T> {
        self
    }
}

impl<T: TableDef> Patch<T>
where
    T::Model: Model,
{
    /// No changes yet, to the row of this key.
    #[must_use]
    pub fn new(key: <T::Model as Model>::Key) -> Self {
        Patch {
            key: key.into_key_values(),
            only_if: Vec::new(),
            changes: Vec::new(),
            errors: Vec::new(),
            table: PhantomData,
        }
    }
}

impl<T: TableDef> Patch<T> {
    /// Changes, by position of the column, of the row of this key.
    pub(crate) fn of(key: Vec<Value>, changes: Vec<(usize, Value)>) -> Self {
        Patch {
            key,
            only_if: Vec::new(),
            changes,
            errors: Vec::new(),
            table: PhantomData,
        }
    }

    /// Changes a column by its position; the last change of a column counts.
    pub fn set<F: Field>(&mut self, column: usize, value: F) {
        let value = value.into_value();
        match self.changes.iter_mut().find(|(index, _)| *index == column) {
            Some((_, before)) => *before = value,
            None => self.changes.push((column, value)),
        }
    }

    /// Keeps what a function of the user's said of a field.
    pub fn note(&mut self, errors: impl IntoIterator<Item = FieldError>) {
        self.errors.extend(errors);
    }

    /// Whether nothing was set: such a patch sends no SQL.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The key of the row.
    #[must_use]
    pub fn key(&self) -> &[Value] {
        &self.key
    }

    /// Changes the row only if a column, by its position, has this value.
    #[must_use]
    pub fn only_if(mut self, column: usize, value: Value) -> Self {
        self.only_if.push((column, value));
        self
    }

    /// What the row must have beside its key, by position of the column.
    #[must_use]
    pub fn conditions(&self) -> &[(usize, Value)] {
        &self.only_if
    }

    /// The changes, by position of the column.
    #[must_use]
    pub fn changes(&self) -> &[(usize, Value)] {
        &self.changes
    }

    /// Checks every rule of the model on the columns that were set.
    ///
    /// # Errors
    /// All broken rules at once.
    pub fn validate(&self) -> Result<(), Invalid> {
        let columns = T::META.columns;
        let set = self
            .changes
            .iter()
            .map(|(index, value)| (&columns[*index], value));
        validation::check(set, &self.errors)
    }
}

impl<T> Clone for Patch<T> {
    fn clone(&self) -> Self {
        Patch {
            key: self.key.clone(),
            only_if: self.only_if.clone(),
            changes: self.changes.clone(),
            errors: self.errors.clone(),
            table: PhantomData,
        }
    }
}

impl<T: TableDef> fmt::Debug for Patch<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct(T::META.model);
        for (index, value) in &self.changes {
            out.field(T::META.columns[*index].field, value);
        }
        out.finish_non_exhaustive()
    }
}
