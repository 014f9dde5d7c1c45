//! Drafts and patches by their columns: `draft.value(customers::email)`.
//!
//! The column must be of the model, and the value of the column's SQL type: else it does not compile.

use super::{Delete, Draft, Patch};
use crate::column::Field;
use crate::error::{Error, ErrorKind, Result};
use crate::table::{Column, ColumnDef, TableDef};

/// The position of a column.
pub(crate) fn position<C: ColumnDef>() -> usize {
    let columns = C::Table::META.columns.iter();
    let mut names = columns.map(|column| column.name);
    let found = names.position(|name| name == C::NAME);
    found.expect("a column of its table")
}

fn refused<T: TableDef>(column: usize, why: &str) -> Error {
    let field = T::META.columns[column].field;
    let message = format!("`{field}` of {} {why}", T::META.model);
    Error::new(ErrorKind::Refused, message)
}

impl<T: TableDef> Draft<T> {
    /// The value of a column; `None` if none was given, or one that is not of the type.
    #[must_use]
    pub fn value<C, F>(&self, _: Column<C>) -> Option<F>
    where
        C: ColumnDef<Table = T>,
        F: Field<SqlType = C::SqlType>,
    {
        F::from_value(self.get(position::<C>())?.clone()).ok()
    }

    /// Sets a column. The rules of the model are checked when the draft is inserted, but for functions
    /// of `#[model(validate = ..)]`: they saw what the form gave.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] if the database alone writes the column.
    pub fn set_value<C, F>(&mut self, _: Column<C>, value: F) -> Result<()>
    where
        C: ColumnDef<Table = T>,
        F: Field<SqlType = C::SqlType>,
    {
        let column = position::<C>();
        if !T::META.columns[column].is_writable() {
            return Err(refused::<T>(column, "is written by the database alone"));
        }
        self.set(column, value);
        Ok(())
    }
}

impl<T: TableDef> Patch<T> {
    /// The value that is set for a column; `None` if none is, or one that is not of the type.
    #[must_use]
    pub fn value<C, F>(&self, _: Column<C>) -> Option<F>
    where
        C: ColumnDef<Table = T>,
        F: Field<SqlType = C::SqlType>,
    {
        let column = position::<C>();
        let mut changes = self.changes().iter();
        let (_, value) = changes.find(|(index, _)| *index == column)?;
        F::from_value(value.clone()).ok()
    }

    /// Sets a column, as [`Draft::set_value`] does.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] of the key, the shard key and the version, which an update leaves as they
    /// are; if the database alone writes the column.
    pub fn set_value<C, F>(&mut self, _: Column<C>, value: F) -> Result<()>
    where
        C: ColumnDef<Table = T>,
        F: Field<SqlType = C::SqlType>,
    {
        let column = position::<C>();
        let meta = T::META;
        let fixed = meta.key.contains(&column)
            || meta.shard_key() == Some(column)
            || meta.version == Some(column);
        if fixed {
            return Err(refused::<T>(column, "is not changed by an update"));
        }
        if !meta.columns[column].is_writable() {
            return Err(refused::<T>(column, "is written by the database alone"));
        }
        self.set(column, value);
        Ok(())
    }

    /// A column of the key of the row; `None` of a column that is none.
    #[must_use]
    pub fn row<C, F>(&self, _: Column<C>) -> Option<F>
    where
        C: ColumnDef<Table = T>,
        F: Field<SqlType = C::SqlType>,
    {
        key_value::<T, C, F>(self.key())
    }
}

impl<T: TableDef> Delete<T> {
    /// A column of the key of the row; `None` of a column that is none.
    #[must_use]
    pub fn row<C, F>(&self, _: Column<C>) -> Option<F>
    where
        C: ColumnDef<Table = T>,
        F: Field<SqlType = C::SqlType>,
    {
        key_value::<T, C, F>(self.key())
    }
}

fn key_value<T, C, F>(key: &[crate::value::Value]) -> Option<F>
where
    T: TableDef,
    C: ColumnDef<Table = T>,
    F: Field<SqlType = C::SqlType>,
{
    let column = position::<C>();
    let nth = T::META.key.iter().position(|index| *index == column)?;
    F::from_value(key.get(nth)?.clone()).ok()
}
