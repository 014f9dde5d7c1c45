//! [`Patch`]: the columns of one row to be changed.

use std::fmt;
use std::marker::PhantomData;

use chrono::{DateTime, Utc};

use crate::column::Field;
use crate::error::{FieldError, Invalid};
use crate::id::TimeIds;
use crate::metadata::Origin;
use crate::table::{EmbedDef, Embedded, EmbeddedColumn, In, KeyValues, Model, TableDef};
use crate::validation;
use crate::value::{Value, compare};

use super::notes::Notes;

/// Changes to one row: its key, and the columns that were set.
pub struct Patch<T> {
    key: Vec<Value>,
    only_if: Vec<(usize, Value)>,
    restoring: bool,
    changes: Vec<(usize, Value)>,
    notes: Notes,
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
        Patch::of(key.into_key_values(), Vec::new())
    }
}

impl<T: TableDef> Patch<T>
where
    T::Model: Model,
{
    /// These changes, to the row of this key.
    #[must_use]
    pub fn with_key(mut self, key: <T::Model as Model>::Key) -> Self {
        self.key = key.into_key_values();
        self
    }

    /// These changes, to this row as it was read.
    #[must_use]
    pub fn with_row(self, row: &T::Model) -> Self {
        let mut patch = Patch::of_row(row);
        patch.changes = self.changes;
        patch.notes = self.notes;
        patch
    }

    /// No changes yet, to this row as it was read: if its model has a version,
    /// only as long as that is still the row's.
    #[must_use]
    pub fn of_row(row: &T::Model) -> Self {
        let patch = Patch::new(row.key());
        match T::META.version {
            Some(version) => patch.only_if(version, row.value_of(version)),
            None => patch,
        }
    }
}

impl<T: TableDef> Patch<T>
where
    T::Model: Model<Table = T>,
{
    /// All columns of a row but its key and its times, and those that nobody writes or that
    /// were not read.
    pub(crate) fn of_whole_row(row: &T::Model) -> Self {
        let columns = T::META.columns.iter().enumerate();
        let columns = columns.filter(|(position, column)| {
            !T::META.key.contains(position)
                && !matches!(column.origin, Origin::CreatedAt | Origin::UpdatedAt)
                && column.is_writable()
                && !column.deferred
        });
        let changes = columns.map(|(position, _)| (position, row.value_of(position)));
        Patch::of(row.key().into_key_values(), changes.collect())
    }
}

impl<T: TableDef> Patch<T> {
    /// Changes, by position of the column, of the row of this key.
    pub(crate) fn of(key: Vec<Value>, changes: Vec<(usize, Value)>) -> Self {
        Patch {
            key,
            only_if: Vec::new(),
            restoring: false,
            changes,
            notes: Notes::default(),
            table: PhantomData,
        }
    }

    /// No changes yet, to no row yet: [`with_key`](Self::with_key) says which.
    #[must_use]
    pub fn without_key() -> Self {
        Patch::of(Vec::new(), Vec::new())
    }

    /// Changes a column by its position; the last change of a column counts.
    pub fn set<F: Field>(&mut self, column: usize, value: F) {
        self.notes.forget(column..column + 1);
        self.put(column, value.into_value());
    }

    /// Changes the columns of an embedded struct, by the position of the first.
    pub fn set_embedded<E: Embedded>(&mut self, first: usize, value: E) {
        self.notes.forget(first..first + E::LEN);
        self.notes.add_embedded(T::META, first, &value);
        let mut values = Vec::with_capacity(E::LEN);
        value.into_values(&mut values);
        for (nth, value) in values.into_iter().enumerate() {
            self.put(first + nth, value);
        }
    }

    /// Changes one column of an embedded struct.
    pub fn set_inside<F: EmbedDef<Table = T>, C: EmbeddedColumn>(&mut self, value: C::Rust) {
        let column = In::<F, C>::POSITION;
        let field = In::<F, C>::FIELD;
        let errors = C::check(&value).into_iter().map(|error| {
            let field = field.to_owned();
            Some(FieldError { field, ..error })
        });
        self.set(column, value);
        self.notes.add(column..column + 1, errors);
    }

    /// Keeps what was said of the columns that are set.
    pub(super) fn hear(&mut self, notes: &Notes) {
        let changes = &self.changes;
        let is_set = |column| changes.iter().any(|(index, _)| *index == column);
        self.notes.add_of(notes, is_set);
    }

    pub(super) fn put(&mut self, column: usize, value: Value) {
        match self.changes.iter_mut().find(|(index, _)| *index == column) {
            Some((_, before)) => *before = value,
            None => self.changes.push((column, value)),
        }
    }

    /// Sets the time of the change, unless it was set or nothing changes.
    pub fn touch(&mut self, ids: &TimeIds) {
        if T::META.updated_at().is_some() {
            self.touch_at(ids.now());
        }
    }

    pub(super) fn touch_at(&mut self, now: DateTime<Utc>) {
        if let Some(position) = T::META.updated_at()
            && !self.is_empty()
            && !self.sets(position)
        {
            let now = Value::instant(T::META.columns[position].kind, now);
            self.changes.push((position, now));
        }
    }

    /// Brings the row of a key back that was deleted softly; `None` if the
    /// model's rows are not.
    #[must_use]
    pub fn restoring(key: Vec<Value>, ids: &TimeIds) -> Option<Self> {
        let position = T::META.deleted_at?;
        let not_deleted = Value::Null(T::META.columns[position].kind);
        let mut patch = Patch::of(key, vec![(position, not_deleted)]);
        patch.restoring = true;
        patch.touch(ids);
        Some(patch)
    }

    /// Whether it brings a row back that was deleted softly.
    pub(super) fn is_restoring(&self) -> bool {
        self.restoring
    }

    /// Changes the row only if this is its version.
    #[must_use]
    pub fn expect_version<F: Field>(self, version: F) -> Self {
        match T::META.version {
            Some(position) => self.only_if(position, version.into_value()),
            None => self,
        }
    }

    /// The version that is expected, if one is.
    pub(crate) fn expected(&self) -> Option<Expected> {
        Expected::among::<T>(&self.only_if)
    }

    /// Keeps what functions of the user's said of some columns, by the position of the first,
    /// until these are set again.
    pub fn note(
        &mut self,
        first: usize,
        columns: usize,
        errors: impl IntoIterator<Item = Option<FieldError>>,
    ) {
        self.notes.add(first..first + columns, errors);
    }

    /// Whether a column is set, by its position.
    pub(super) fn sets(&self, column: usize) -> bool {
        self.changes.iter().any(|(index, _)| *index == column)
    }

    /// Adds a later patch of the same row: of a column its value counts, and what was said of that.
    ///
    /// # Errors
    /// If the two are of different versions.
    pub(crate) fn join(&mut self, later: Self) -> Result<(), OtherVersion> {
        join_conditions(&mut self.only_if, later.only_if, T::META.version)?;
        let is_set = |column| later.changes.iter().any(|(index, _)| *index == column);
        self.notes.forget_those(is_set);
        self.notes.add_of(&later.notes, |_| true);
        for (column, value) in later.changes {
            self.put(column, value);
        }
        Ok(())
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
        validation::check(set, &self.notes.errors())
    }
}

/// Why two writes of a row cannot be one: they expect different versions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OtherVersion;

/// Adds conditions that are not there yet.
///
/// # Errors
/// If they are of different versions.
pub(crate) fn join_conditions(
    earlier: &mut Vec<(usize, Value)>,
    later: Vec<(usize, Value)>,
    version: Option<usize>,
) -> Result<(), OtherVersion> {
    for (column, value) in later {
        match earlier.iter().find(|(of, _)| *of == column) {
            Some((_, before)) if compare(before, &value).is_eq() => {}
            Some(_) if version == Some(column) => return Err(OtherVersion),
            _ => earlier.push((column, value)),
        }
    }
    Ok(())
}

/// The version that a write expects, and what else says which row is meant.
pub(crate) struct Expected {
    version: (usize, Value),
    others: Vec<(usize, Value)>,
}

impl Expected {
    /// The version among conditions. That a row is not deleted is no condition
    /// for being the row that is meant.
    pub(crate) fn among<T: TableDef>(conditions: &[(usize, Value)]) -> Option<Self> {
        let version = T::META.version?;
        let (mut expected, others): (Vec<_>, Vec<_>) = conditions
            .iter()
            .filter(|(index, _)| Some(*index) != T::META.deleted_at)
            .cloned()
            .partition(|(index, _)| *index == version);
        Some(Expected {
            version: expected.pop()?,
            others,
        })
    }

    /// The versions that are expected and found, if a row is the one that is meant, in another one.
    pub(crate) fn stale<M: Model>(&self, row: &M) -> Option<(Value, Value)> {
        let has = |(column, value): &(usize, Value)| compare(&row.value_of(*column), value).is_eq();
        let (version, expected) = &self.version;
        let stale = self.others.iter().all(has) && !has(&self.version);
        stale.then(|| (expected.clone(), row.value_of(*version)))
    }
}

impl<T> Clone for Patch<T> {
    fn clone(&self) -> Self {
        Patch {
            key: self.key.clone(),
            only_if: self.only_if.clone(),
            restoring: self.restoring,
            changes: self.changes.clone(),
            notes: self.notes.clone(),
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
