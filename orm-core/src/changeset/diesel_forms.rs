//! The forms in Diesel's own statements: `insert_into(..).values(form)` and
//! `update(..).set(patch)`.

use std::marker::PhantomData;

use diesel::insertable::CanInsertInSingleQuery;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::{Draft, Patch, Rows, write};
use crate::backend::Dialect;
use crate::table::TableDef;

/// A draft as the values of Diesel's INSERT.
pub struct InsertedRow<T> {
    rows: Rows,
    table: PhantomData<fn() -> T>,
}

impl<T: TableDef> InsertedRow<T> {
    /// The values of a draft. Keys that are made before the insert are made
    /// here, by the shared source of ids.
    #[must_use]
    pub fn new(mut draft: Draft<T>) -> Self {
        draft.generate_keys(&crate::id::TimeIds::shared());
        InsertedRow {
            rows: Rows::new([draft]),
            table: PhantomData,
        }
    }
}

impl<T> QueryId for InsertedRow<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T, DB: Dialect> CanInsertInSingleQuery<DB> for InsertedRow<T> {
    fn rows_to_insert(&self) -> Option<usize> {
        Some(1)
    }
}

impl<T: TableDef, DB: Dialect> QueryFragment<DB> for InsertedRow<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.rows.values(&mut out, T::META)
    }
}

/// A patch as the SET of Diesel's UPDATE.
pub struct ChangedColumns<T>(Patch<T>);

impl<T: TableDef> ChangedColumns<T> {
    /// The changes of a patch; its key is not used.
    #[must_use]
    pub fn new(patch: Patch<T>) -> Self {
        ChangedColumns(patch)
    }
}

impl<T> QueryId for ChangedColumns<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T: TableDef, DB: Dialect> QueryFragment<DB> for ChangedColumns<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        write::assignments(&mut out, T::META, self.0.changes())
    }
}
