//! [`Draft`]: a row to be inserted, with the columns that were given.

use std::fmt;
use std::marker::PhantomData;

use crate::column::Field;
use crate::error::{FieldError, Invalid};
use crate::id::{TimeIds, generate};
use crate::metadata::GeneratedKey;
use crate::table::TableDef;
use crate::validation;
use crate::value::{Kind, Value};

/// A row to be inserted: the columns that were given, and what a rule of the
/// user's own had to say of them.
pub struct Draft<T> {
    cells: Vec<Option<Value>>,
    errors: Vec<FieldError>,
    table: PhantomData<fn() -> T>,
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
            errors: Vec::new(),
            table: PhantomData,
        }
    }

    /// Gives all columns, in the order of the fields.
    pub fn fill(&mut self, values: Vec<Value>) {
        debug_assert_eq!(values.len(), T::META.columns.len());
        self.cells = values.into_iter().map(Some).collect();
    }

    /// Gives a column by its position.
    pub fn set<F: Field>(&mut self, column: usize, value: F) {
        self.cells[column] = Some(value.into_value());
    }

    /// Keeps what a function of the user's said of a field.
    pub fn note(&mut self, errors: impl IntoIterator<Item = FieldError>) {
        self.errors.extend(errors);
    }

    /// The value of a column, if it was given.
    #[must_use]
    pub fn get(&self, column: usize) -> Option<&Value> {
        self.cells[column].as_ref()
    }

    /// Makes the generated keys that the database does not make.
    pub fn generate_keys(&mut self, ids: &TimeIds) {
        for (cell, column) in self.cells.iter_mut().zip(T::META.columns) {
            if let (None, Some(key)) = (&cell, column.generated) {
                *cell = generate(key, ids);
            }
        }
    }

    /// Makes the keys that the database would make and could not tell of: UUIDs.
    pub(crate) fn make_untold_keys(&mut self) {
        for (cell, column) in self.cells.iter_mut().zip(T::META.columns) {
            let untold =
                column.generated == Some(GeneratedKey::Database) && column.kind == Kind::Uuid;
            if untold && cell.is_none() {
                *cell = Some(Value::Uuid(uuid::Uuid::new_v4()));
            }
        }
    }

    /// Checks every rule of the model on the columns that were given.
    ///
    /// # Errors
    /// All broken rules at once.
    pub fn validate(&self) -> Result<(), Invalid> {
        let given = self.cells.iter().zip(T::META.columns);
        let values = given.filter_map(|(cell, column)| Some((column, cell.as_ref()?)));
        validation::check(values, &self.errors)
    }

    /// Checks several drafts; a field error names its row: `items[3].name`.
    ///
    /// # Errors
    /// All broken rules of all rows at once.
    pub fn validate_all(drafts: &[Self]) -> Result<(), Invalid> {
        let mut errors = Vec::new();
        for (row, draft) in drafts.iter().enumerate() {
            if let Err(invalid) = draft.validate() {
                errors.extend(invalid.errors.into_iter().map(|mut error| {
                    error.field = format!("items[{row}].{}", error.field);
                    error
                }));
            }
        }
        if errors.is_empty() {
            Ok(())
        } else {
            Err(Invalid::new(errors))
        }
    }

    pub(crate) fn into_cells(self) -> Vec<Option<Value>> {
        self.cells
    }
}

impl<T> Clone for Draft<T> {
    fn clone(&self) -> Self {
        Draft {
            cells: self.cells.clone(),
            errors: self.errors.clone(),
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
