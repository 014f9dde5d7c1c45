//! [`Delete`]: one row, by its key.

use std::marker::PhantomData;

use chrono::{DateTime, Utc};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::{Patch, write};
use crate::backend::Dialect;
use crate::id::TimeIds;
use crate::table::{KeyValues, Model, TableDef};
use crate::value::Value;

/// `DELETE FROM table WHERE key = …`
pub struct Delete<T> {
    key: Vec<Value>,
    only_if: Vec<(usize, Value)>,
    at: Option<DateTime<Utc>>,
    table: PhantomData<fn() -> T>,
}

impl<T: TableDef> Delete<T> {
    /// The row of this key.
    #[must_use]
    pub fn new(key: Vec<Value>) -> Self {
        Delete {
            key,
            only_if: Vec::new(),
            at: None,
            table: PhantomData,
        }
    }
}

impl<T: TableDef> Delete<T> {
    /// Only if a column, by its position, has this value.
    #[must_use]
    pub fn only_if(mut self, column: usize, value: Value) -> Self {
        self.only_if.push((column, value));
        self
    }

    /// At this time, in place of the time when it is sent: for several copies of a row.
    #[must_use]
    pub fn at(mut self, time: DateTime<Utc>) -> Self {
        self.at = Some(time);
        self
    }

    /// The key of the row.
    #[must_use]
    pub fn key(&self) -> &[Value] {
        &self.key
    }

    /// What the row must have beside its key, by position of the column.
    #[must_use]
    pub fn conditions(&self) -> &[(usize, Value)] {
        &self.only_if
    }

    /// The patch that deletes the row softly; `None` if its model has no column for that.
    #[must_use]
    pub fn softly(&self, ids: &TimeIds) -> Option<Patch<T>> {
        let position = T::META.deleted_at?;
        let kind = T::META.columns[position].kind;
        let now = self.at.unwrap_or_else(|| ids.now());
        let deleted = vec![(position, Value::instant(kind, now))];
        let mut patch = Patch::of(self.key.clone(), deleted);
        patch.touch_at(now);
        let conditions = self.only_if.iter().cloned();
        let patch = conditions.fold(patch, |patch, (column, value)| patch.only_if(column, value));
        Some(patch.only_if(position, Value::Null(kind)))
    }
}

impl<T: TableDef> Delete<T>
where
    T::Model: Model,
{
    /// This row as it was read: if its model has a version, only as long as
    /// that is still the row's.
    #[must_use]
    pub fn of_row(row: &T::Model) -> Self {
        let delete = Delete::new(row.key().into_key_values());
        match T::META.version {
            Some(version) => delete.only_if(version, row.value_of(version)),
            None => delete,
        }
    }
}

impl<T> Clone for Delete<T> {
    fn clone(&self) -> Self {
        Delete {
            key: self.key.clone(),
            only_if: self.only_if.clone(),
            at: self.at,
            table: PhantomData,
        }
    }
}

impl<T> QueryId for Delete<T> {
    // Conditions change the text: it is the key of the cache.
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T: TableDef, DB: Dialect> QueryFragment<DB> for Delete<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("DELETE FROM ");
        write::table_name(&mut out, T::META)?;
        write::where_key(&mut out, T::META, &self.key)?;
        write::and_conditions(&mut out, T::META, &self.only_if)
    }
}
