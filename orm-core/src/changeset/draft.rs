//! [`Draft`]: a row to be inserted, with the columns that were given.

use std::fmt;
use std::marker::PhantomData;

use super::complete;
use super::notes::Notes;
use super::upsert::{Columns, Overwrite};
use crate::column::Field;
use crate::error::{FieldError, Invalid};
use crate::id::TimeIds;
use crate::metadata::Origin;
use crate::table::{Embedded, Model, TableDef};
use crate::validation;
use crate::value::Value;

/// A row to be inserted: the columns that were given, and what a rule of the
/// user's own had to say of them.
pub struct Draft<T> {
    cells: Vec<Option<Value>>,
    /// The columns that nobody gave and [`complete`](Draft::complete) made, as bits.
    made: u128,
    source: Source,
    notes: Notes,
    table: PhantomData<fn() -> T>,
}

/// Where the columns of a draft are from: an upsert asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// From whoever filled in a form.
    Form,
    /// From a row as it was read.
    Row,
    /// From a row that is to be the same elsewhere.
    Copy,
}

/// Whatever can be inserted: the literal of required fields, the draft that
/// its setters make, the model itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be inserted",
    label = "no form of a model",
    note = "insert `NewModel {{ .. }}` with the required fields, its chained setters, or the model itself"
)]
pub trait Form {
    /// The table that it goes to.
    type Table: TableDef;

    /// As a draft.
    fn into_draft(self) -> Draft<Self::Table>;

    /// Checks every rule of the model on the columns that are given, and sends
    /// nothing. An insert does so by itself; this is for whoever must know before.
    ///
    /// ```
    /// use orm_core::prelude::*;
    ///
    /// #[derive(Model)]
    /// struct Customer {
    ///     #[model(generated)]
    ///     id: i64,
    ///     #[model(not_blank)]
    ///     name: String,
    /// }
    ///
    /// let invalid = NewCustomer { name: " ".into() }.validate().expect_err("blank");
    /// assert_eq!(invalid.errors[0].code, "not_blank");
    /// ```
    ///
    /// # Errors
    /// All broken rules at once.
    fn validate(&self) -> Result<(), Invalid>
    where
        Self: Clone,
    {
        self.clone().into_draft().validate()
    }
}

#[diagnostic::do_not_recommend]
impl<T: TableDef> Form for Draft<T> {
    type Table = T;

    fn into_draft(self) -> Draft<T> {
        self
    }
}

impl<T: TableDef> Draft<T> {
    /// A draft of no columns.
    #[must_use]
    pub fn empty() -> Self {
        Draft {
            cells: T::META.columns.iter().map(|_| None).collect(),
            made: 0,
            source: Source::Form,
            notes: Notes::default(),
            table: PhantomData,
        }
    }

    /// Gives all columns of a row, in the order of the fields, but those that nobody writes.
    pub fn fill(&mut self, values: Vec<Value>) {
        debug_assert_eq!(values.len(), T::META.columns.len());
        self.source = Source::Row;
        let cells = values.into_iter().zip(T::META.columns);
        self.cells = cells
            .map(|(value, column)| column.is_writable().then_some(value))
            .collect();
    }

    /// Gives a column by its position.
    pub fn set<F: Field>(&mut self, column: usize, value: F) {
        self.notes.forget(column..column + 1);
        self.cells[column] = Some(value.into_value());
    }

    /// Gives the columns of an embedded struct, by the position of the first.
    pub fn set_embedded<E: Embedded>(&mut self, first: usize, value: E) {
        self.notes.forget(first..first + E::LEN);
        self.check_embedded(first, &value);
        let mut values = Vec::with_capacity(E::LEN);
        value.into_values(&mut values);
        for (nth, value) in values.into_iter().enumerate() {
            self.cells[first + nth] = Some(value);
        }
    }

    /// Keeps what functions of the user's say of an embedded struct's fields.
    pub fn check_embedded<E: Embedded>(&mut self, first: usize, value: &E) {
        self.notes.add_embedded(T::META, first, value);
    }

    /// Keeps what functions of the user's said of some columns, by the position of the first,
    /// until these are given again.
    pub fn note(
        &mut self,
        first: usize,
        columns: usize,
        errors: impl IntoIterator<Item = Option<FieldError>>,
    ) {
        self.notes.add(first..first + columns, errors);
    }

    /// The value of a column, if it was given.
    #[must_use]
    pub fn get(&self, column: usize) -> Option<&Value> {
        self.cells[column].as_ref()
    }

    /// Makes what is made before an insert and was not given: keys, times, the
    /// first version, defaults by a function.
    pub fn complete(&mut self, ids: &TimeIds) {
        self.made |= complete::complete(T::META, &mut self.cells, ids);
    }

    /// Makes the keys that not every database makes and tells of: UUIDs.
    pub(crate) fn make_untold_keys(&mut self) {
        self.made |= complete::make_untold_keys(T::META, &mut self.cells);
    }

    /// Before an upsert: the times of a row that was read are those of its own
    /// writes, and this is another one.
    pub(crate) fn renew(&mut self, ids: &TimeIds) {
        if self.source != Source::Row {
            return;
        }
        for (position, column) in T::META.columns.iter().enumerate() {
            match column.origin {
                Origin::CreatedAt => self.made |= 1 << position,
                Origin::UpdatedAt => {
                    self.cells[position] = Some(Value::instant(column.kind, ids.now()));
                    self.made |= 1 << position;
                }
                _ => {}
            }
        }
    }

    /// Checks that every required column was given, and every rule of the model
    /// on those that were.
    ///
    /// # Errors
    /// All broken rules at once.
    pub fn validate(&self) -> Result<(), Invalid> {
        let cells = self.cells.iter().zip(T::META.columns);
        let missing = cells.clone().filter_map(|(cell, column)| {
            let is_missing = cell.is_none() && column.required();
            is_missing.then(|| FieldError::new(column.field, "required", "is required"))
        });
        let missing: Vec<_> = missing.collect();
        let given = cells.filter_map(|(cell, column)| Some((column, cell.as_ref()?)));
        if missing.is_empty() {
            return validation::check(given, &self.notes.errors());
        }
        validation::check(given, &[self.notes.errors(), missing].concat())
    }

    /// Checks several drafts; a field error names its row: `items[3].name`.
    ///
    /// # Errors
    /// All broken rules of all rows at once.
    pub fn validate_all(drafts: &[Self]) -> Result<(), Invalid> {
        let mut errors = Vec::new();
        for (row, draft) in drafts.iter().enumerate() {
            if let Err(invalid) = draft.validate() {
                let of_row = invalid.errors.into_iter();
                errors.extend(of_row.map(|error| error.in_row(row)));
            }
        }
        if errors.is_empty() {
            Ok(())
        } else {
            Err(Invalid::new(errors))
        }
    }

    /// Whether nobody gave the column, and [`complete`](Self::complete) made it.
    #[must_use]
    pub fn is_made(&self, column: usize) -> bool {
        self.made & (1 << column) != 0
    }

    /// Which columns it has.
    pub(super) fn columns(&self) -> Columns {
        Columns {
            given: super::insert::given(&self.cells),
            made: self.made,
            copied: self.source == Source::Copy,
        }
    }

    /// What an upsert does to a row that is there.
    pub(crate) fn overwrites(&self, target: &[usize]) -> Overwrite {
        Overwrite::of(T::META, self.columns(), target)
    }

    /// The changes by which an upsert does that.
    pub(crate) fn overwriting(&self, target: &[usize]) -> Vec<(usize, Value)> {
        let changed = self.overwrites(target).changed.into_iter();
        let value = |index: usize| {
            let null = || Value::Null(T::META.columns[index].kind);
            self.get(index).cloned().unwrap_or_else(null)
        };
        changed.map(|index| (index, value(index))).collect()
    }

    /// What functions of the user's said.
    pub(super) fn notes(&self) -> &Notes {
        &self.notes
    }

    /// Gives a column by its position, as a value.
    pub(crate) fn put_value(&mut self, column: usize, value: Value) {
        self.cells[column] = Some(value);
    }

    pub(crate) fn into_cells(self) -> Vec<Option<Value>> {
        self.cells
    }
}

impl<T: TableDef> Draft<T>
where
    T::Model: Model<Table = T>,
{
    /// All columns of a row, but those that nobody writes.
    #[must_use]
    pub fn of_row(row: &T::Model) -> Self {
        let columns = 0..T::META.columns.len();
        let mut draft = Draft::empty();
        draft.fill(columns.map(|column| row.value_of(column)).collect());
        draft
    }

    /// The same row for another database, its version and times too.
    #[must_use]
    pub fn copy_of(row: &T::Model) -> Self {
        let mut draft = Draft::of_row(row);
        draft.source = Source::Copy;
        draft
    }
}

impl<T> Clone for Draft<T> {
    fn clone(&self) -> Self {
        Draft {
            cells: self.cells.clone(),
            made: self.made,
            source: self.source,
            notes: self.notes.clone(),
            table: PhantomData,
        }
    }
}

impl<T: TableDef> fmt::Debug for Draft<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct(T::META.model);
        for (cell, column) in self.cells.iter().zip(T::META.columns) {
            if let Some(value) = cell {
                out.field(column.field, value);
            }
        }
        out.finish_non_exhaustive()
    }
}
