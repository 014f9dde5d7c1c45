//! The forms in Diesel's own statements: `insert_into(..).values(form)` and
//! `update(..).set(patch)`.

use std::marker::PhantomData;

use diesel::insertable::{CanInsertInSingleQuery, InsertValues};
use diesel::query_builder::{
    AstPass, QueryFragment, QueryId, UndecoratedInsertRecord, ValuesClause,
};
use diesel::result::{Error as DieselError, QueryResult};

use super::{Draft, Patch, room, write};
use crate::backend::Dialect;
use crate::id::TimeIds;
use crate::table::{Table, TableDef};
use crate::value::Value;

/// What a form is in Diesel's INSERT into the model's table, or into a table of
/// `diesel::table!` that the model stands beside.
pub type InsertedValues<T, Into = Table<T>> = ValuesClause<InsertedRow<T>, Into>;

/// A draft as a row of Diesel's INSERT, so that `on_conflict` and `returning`
/// of Diesel's go with it.
pub struct InsertedRow<T> {
    cells: Vec<Option<Value>>,
    table: PhantomData<fn() -> T>,
}

/// The values of a draft. What is made before an insert is made here, by the
/// shared source of ids and times.
#[must_use]
pub fn inserted_values<T: TableDef, Into: Default>(mut draft: Draft<T>) -> InsertedValues<T, Into> {
    draft.complete(&TimeIds::shared());
    draft.make_untold_keys();
    let mut clause = InsertedValues::<T, Into>::default();
    clause.values.cells = draft.into_cells();
    clause
}

impl<T> Default for InsertedRow<T> {
    fn default() -> Self {
        InsertedRow {
            cells: Vec::new(),
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

impl<T: TableDef, Into> UndecoratedInsertRecord<Into> for InsertedRow<T> {}

impl<T, Into, DB> InsertValues<DB, Into> for InsertedRow<T>
where
    T: TableDef,
    Into: diesel::Table,
    DB: Dialect,
{
    fn column_names(&self, mut out: AstPass<'_, '_, DB>) -> QueryResult<()> {
        let given = self
            .cells
            .iter()
            .zip(T::META.columns)
            .filter(|(cell, _)| cell.is_some());
        write::column_names(&mut out, given.map(|(_, column)| column))
    }
}

impl<T: TableDef, DB: Dialect> QueryFragment<DB> for InsertedRow<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let cells = self.cells.iter().enumerate();
        let given = cells.filter_map(|(position, cell)| Some((position, cell.as_ref()?)));
        room::check(DB::DATABASE, T::META, given)?;
        for (nth, value) in self.cells.iter().flatten().enumerate() {
            if nth > 0 {
                out.push_sql(", ");
            }
            DB::push_value(&mut out, value)?;
        }
        Ok(())
    }
}

/// A patch as the SET of Diesel's UPDATE.
pub struct ChangedColumns<T>(Patch<T>);

impl<T: TableDef> ChangedColumns<T> {
    /// The changes of a patch; its key is not used.
    #[must_use]
    pub fn new(mut patch: Patch<T>) -> Self {
        patch.touch(&TimeIds::shared());
        ChangedColumns(patch)
    }
}

impl<T> QueryId for ChangedColumns<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T: TableDef, DB: Dialect> QueryFragment<DB> for ChangedColumns<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if self.0.expected().is_some() {
            let model = T::META.model;
            let message = format!(
                "a patch of a row of {model} expects its version, which Diesel's UPDATE does not ask for: give it to `update` of a session, or set `{model}::patch(key)`"
            );
            return Err(DieselError::QueryBuilderError(message.into()));
        }
        let changes = self.0.changes().iter();
        let changed = changes.map(|(index, value)| (*index, value));
        room::check(DB::DATABASE, T::META, changed)?;
        write::set(&mut out, T::META, self.0.changes())
    }
}
