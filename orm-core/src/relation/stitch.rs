//! The second query of a preload, and the map from keys to rows.

use std::collections::HashMap;
use std::marker::PhantomData;

use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;

use crate::backend::Dialect;
use crate::table::{Model, TableDef};
use crate::value::{Value, ValueKey};

/// `SELECT … FROM table WHERE column IN (…) ORDER BY key`
///
/// The list is padded to a power of two, so that few texts exist.
pub struct FindMany<T> {
    column: usize,
    values: Vec<Value>,
    table: PhantomData<fn() -> T>,
}

impl<T: TableDef> FindMany<T> {
    /// So many values fit into one statement of every database.
    pub const MOST: usize = 8_192;

    /// Rows whose column has one of the values.
    #[must_use]
    pub fn new(column: usize, values: Vec<Value>) -> Self {
        FindMany {
            column,
            values,
            table: PhantomData,
        }
    }
}

impl<T: TableDef> Query for FindMany<T> {
    type SqlType = T::SqlType;
}

impl<T> QueryId for FindMany<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T: TableDef, DB: Dialect> QueryFragment<DB> for FindMany<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let names = |out: &mut AstPass<'_, 'b, DB>,
                     columns: &mut dyn Iterator<Item = &'static str>| {
            for (nth, name) in columns.enumerate() {
                if nth > 0 {
                    out.push_sql(", ");
                }
                out.push_identifier(name)?;
            }
            QueryResult::Ok(())
        };
        out.push_sql("SELECT ");
        names(
            &mut out,
            &mut T::META.columns.iter().map(|column| column.name),
        )?;
        out.push_sql(" FROM ");
        if let Some(schema) = T::META.schema {
            out.push_identifier(schema)?;
            out.push_sql(".");
        }
        out.push_identifier(T::META.name)?;
        out.push_sql(" WHERE ");
        out.push_identifier(T::META.columns[self.column].name)?;
        out.push_sql(" IN (");
        let padding = self.values.len().next_power_of_two() - self.values.len();
        let padded = self
            .values
            .iter()
            .chain(self.values.last().into_iter().cycle().take(padding));
        for (nth, value) in padded.enumerate() {
            if nth > 0 {
                out.push_sql(", ");
            }
            DB::push_value(&mut out, value)?;
        }
        out.push_sql(") ORDER BY ");
        names(
            &mut out,
            &mut T::META.key_columns().map(|column| column.name),
        )
    }
}

/// Rows by the value of one of their columns, in the order given.
#[must_use]
pub fn by_key<M: Model>(rows: Vec<M>, column: usize) -> HashMap<ValueKey, Vec<M>> {
    let mut map: HashMap<ValueKey, Vec<M>> = HashMap::new();
    for row in rows {
        map.entry(ValueKey(row.value_of(column)))
            .or_default()
            .push(row);
    }
    map
}
